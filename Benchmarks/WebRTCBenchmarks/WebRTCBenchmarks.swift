/// Measures what one peer costs in processor time: sealing and opening of packets, and handshakes.
///
/// Each line is a name, the median of several runs, and the unit; times are those of the thread, not of the clock on the wall.
@main
enum WebRTCBenchmarks {
  static func main() throws {
    for byteCount in [100, 1200] {
      try SRTPBenchmark(packetByteCount: byteCount).run()
      try LibSRTPBenchmark(packetByteCount: byteCount).run()
    }
    DTLSBenchmark().run()
  }
}
