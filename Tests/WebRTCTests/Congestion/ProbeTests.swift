import RTP
import Testing
import WebRTC

@Suite struct ProbeClusterTests {
  @Test func isAsLongAsItsSpanOrHasFivePackets() {
    let small = ProbeCluster(id: .none, bitsPerSecond: 900_000)
    let large = ProbeCluster(id: .none, bitsPerSecond: 10_000_000)

    // 15 ms of 900 kbit/s are 1687 bytes, of 10 Mbit/s 18 750.
    #expect((small.byteCount, small.packetCount, small.packetByteCount) == (1687, 5, 338))
    #expect((large.byteCount, large.packetCount, large.packetByteCount) == (18_750, 16, 1172))
  }

  @Test func itsPacketsAreLargeEnoughToBeSent() {
    let tiny = ProbeCluster(id: .none, bitsPerSecond: 50_000)

    #expect((tiny.byteCount, tiny.packetCount, tiny.packetByteCount) == (500, 5, 100))
  }
}

@Suite struct ProbeSenderTests {
  @Test func keepsTheRateByTheTimesOfItsPackets() {
    var sender = ProbeSender()
    let cluster = sender.start(.init(bitsPerSecond: 800_000, span: .milliseconds(15)), at: at(0))

    // 1500 bytes in five packets of 300, each 3 ms.
    var times: [Int] = []
    for millisecond in 0..<30 {
      while let packet = sender.nextPacket(at: at(millisecond)) {
        #expect(packet == ProbePacket(cluster: cluster.id, byteCount: 300))
        times.append(millisecond)
        sender.sent(byteCount: packet.byteCount, at: at(millisecond))
      }
    }

    #expect(times == [0, 3, 6, 9, 12])
    #expect(sender.isIdle)
  }

  @Test func mediaCountsAsPartOfIt() {
    var sender = ProbeSender()
    _ = sender.start(.init(bitsPerSecond: 800_000, span: .milliseconds(15)), at: at(0))
    for _ in 0..<5 { sender.sent(byteCount: 300, at: at(1)) }

    // Enough was sent at once; the cluster lasts its time, so that what follows is measured too.
    #expect(sender.nextPacket(at: at(2)) == nil)
    #expect(!sender.isIdle)
    #expect(sender.nextDeadline == at(15))
    #expect(sender.nextPacket(at: at(15)) == nil)
    #expect(sender.isIdle)
  }

  @Test func aProbeThatCannotBeSentIsGivenUp() {
    var sender = ProbeSender()
    _ = sender.start(.init(bitsPerSecond: 800_000, span: .milliseconds(15)), at: at(0))

    #expect(sender.nextPacket(at: at(199)) != nil)
    #expect(sender.nextPacket(at: at(200)) == nil)
    #expect(sender.isIdle)
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}

@Suite struct ProbeEvaluatorTests {
  private let cluster = ProbeCluster(id: .init(rawValue: 7), bitsPerSecond: 800_000)

  @Test func allOfTheRateGotThrough() {
    // 300 bytes each 3 ms, four distances of 12 ms: 800 kbit/s.
    #expect(evaluate(sent: [0, 3, 6, 9, 12], arrived: [20, 23, 26, 29, 32]) == 800_000)
  }

  @Test func whereTheLimitIsMetALittleLessIsUsed() throws {
    let rate = try #require(evaluate(sent: [0, 3, 6, 9, 12], arrived: [20, 26, 32, 38, 44]))

    // 1200 bytes in 24 ms, times 0.95.
    #expect((rate - 380_000).magnitude < 1)
  }

  @Test func provesNoMoreThanItsRate() {
    #expect(evaluate(sent: [0, 1, 2, 3, 4], arrived: [20, 21, 22, 23, 24]) == 800_000)
  }

  @Test func fourOfFivePacketsAreEnoughThreeAreNot() {
    #expect(evaluate(sent: [0, 3, 6, 9], arrived: [20, 23, 26, 29]) != nil)
    #expect(evaluate(sent: [0, 3, 6], arrived: [20, 23, 26]) == nil)
  }

  @Test func packetsHeldBackTogetherProveNothing() {
    #expect(evaluate(sent: [0, 3, 6, 9, 12], arrived: [40, 40, 41, 41, 42]) == nil)
    #expect(evaluate(sent: [0, 3, 6, 9, 12], arrived: [40, 40, 40, 40, 40]) == nil)
  }

  @Test func packetsOfNoOrAnotherClusterAreNotCounted() {
    var evaluator = ProbeEvaluator()
    evaluator.expect(cluster)
    for id in [ProbeCluster.ID.none, .init(rawValue: 8), .init(rawValue: 11)] {
      for time in 0..<5 {
        let packet = ArrivedPacket(
          sentAt: .zero + .milliseconds(time), arrival: .zero + .milliseconds(time), byteCount: 1000, cluster: id)
        #expect(evaluator.add(packet) == nil)
      }
    }
  }

  private func evaluate(sent: [Int], arrived: [Int]) -> Double? {
    var evaluator = ProbeEvaluator()
    evaluator.expect(cluster)
    var rate: Double?
    for (sent, arrived) in zip(sent, arrived) {
      rate =
        evaluator.add(
          ArrivedPacket(
            sentAt: .zero + .milliseconds(sent), arrival: .zero + .milliseconds(arrived), byteCount: 300,
            cluster: cluster.id)) ?? rate
    }
    return rate
  }
}
