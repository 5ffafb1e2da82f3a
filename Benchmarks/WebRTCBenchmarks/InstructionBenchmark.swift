/// So many rounds of bursts forwarded from one to twenty, for a tool that counts the instructions of `LoadedWorker.countedTurn`.
///
/// Nobody tells what came: how often and how late would depend on the time, and so would what is sent then. What leads up to them differs from run to run; two runs with different numbers of rounds tell what a packet takes.
struct InstructionBenchmark {
  private static let subscriberCount = 20
  private static let burstCount = 8

  let roundCount: Int

  func run() throws {
    var load = try RoutedLoad(isSilent: true)
    try load.join(1, publishing: true)
    try load.join(Self.subscriberCount, publishing: false)
    let packets = try load.publishCounted(roundCount, payloadByteCount: 1100, burstCount: Self.burstCount)
    print("{\"packets\": \(packets)}")
  }
}
