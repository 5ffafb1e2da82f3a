/// Measures what one peer costs: sealing and opening of packets, handshakes, and all of it in a worker that echoes or serves a room.
///
/// Each line is a name, the median of several runs, and the unit; times are those of the thread, not of the clock on the wall.
/// Arguments name the benchmarks to run (`srtp`, `dtls`, `echo`, `routed`, `floor`); without any all are run. `floor json` is for
/// `make bench`, and so is `instructions 100`, which forwards so many rounds of bursts and measures nothing by itself.
@main
enum WebRTCBenchmarks {
  static func main() throws {
    if let index = CommandLine.arguments.firstIndex(of: "instructions") {
      let rounds = CommandLine.arguments.dropFirst(index + 1).first.flatMap { Int($0) }
      return try InstructionBenchmark(roundCount: rounds ?? 100).run()
    }
    if isWanted("srtp") {
      for byteCount in [100, 1200] {
        try SRTPBenchmark(packetByteCount: byteCount).run()
        try LibSRTPBenchmark(packetByteCount: byteCount).run()
      }
    }
    if isWanted("dtls") { DTLSBenchmark().run() }
    if isWanted("echo") { try EchoBenchmark().run() }
    if isWanted("routed") { try RoutedBenchmark().run() }
    if isWanted("floor") { try FloorBenchmark(isForPrograms: CommandLine.arguments.contains("json")).run() }
  }

  private static func isWanted(_ name: String) -> Bool {
    CommandLine.arguments.count == 1 || CommandLine.arguments.contains(name)
  }
}
