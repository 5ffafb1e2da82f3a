import RTP
import Testing
import WebRTC

@Suite struct ThroughputEstimatorTests {
  @Test func knowsNothingOfNinePackets() {
    var estimator = ThroughputEstimator()
    for number in 0..<9 { add(&estimator, sent: number * 10, arrival: number * 10) }
    let ofNine = estimator.throughput

    add(&estimator, sent: 90, arrival: 90)
    let ofTen = estimator.throughput

    #expect(ofNine == nil)
    // 1000 bytes each 10 ms.
    #expect(ofTen == Throughput(sent: 800_000, arrived: 800_000))
  }

  @Test func aFullLinkShowsInTheArrivals() throws {
    var estimator = ThroughputEstimator()
    for number in 0..<60 { add(&estimator, sent: number * 10, arrival: number * 20) }

    let throughput = try known(estimator)
    #expect((throughput.sent - 800_000).magnitude < 1)
    #expect((throughput.arrived - 400_000).magnitude < 1)
    #expect(throughput.acknowledged == throughput.arrived)
  }

  @Test func whatArrivedLastTellsOfALinkThatBecameNarrow() throws {
    var estimator = ThroughputEstimator()
    for number in 0..<60 { add(&estimator, sent: number * 10, arrival: number * 10) }
    for number in 0..<12 { add(&estimator, sent: 600 + number * 10, arrival: 600 + number * 20) }

    let (last, ofThree) = (estimator.arrived(inLast: .milliseconds(200)), estimator.arrived(inLast: .milliseconds(50)))
    let throughput = try known(estimator)
    #expect(((last ?? 0) - 400_000).magnitude < 1)
    #expect(throughput.arrived > 500_000)
    #expect(ofThree == nil, "nothing is told")
  }

  @Test func aStallOfTheRadioIsTakenOut() throws {
    var estimator = ThroughputEstimator()
    // The later half is held back for 150 ms and comes in the old rhythm.
    for number in 0..<30 { add(&estimator, sent: number * 10, arrival: number * 10 + (number < 15 ? 0 : 150)) }

    let throughput = try known(estimator)
    #expect((throughput.acknowledged - 800_000).magnitude < 1)
  }

  @Test func packetsThatCameAtOnceAreNotFasterThanTheyWereSent() throws {
    var estimator = ThroughputEstimator()
    for number in 0..<30 { add(&estimator, sent: number * 10, arrival: 500) }

    #expect(try known(estimator).acknowledged == 800_000)
  }

  @Test func theWindowMovesOnWithTheRate() throws {
    var estimator = ThroughputEstimator()
    for number in 0..<100 { add(&estimator, sent: number * 10, arrival: number * 10) }
    for number in 0..<26 { add(&estimator, sent: 1000 + number * 40, arrival: 1000 + number * 40) }

    // The last second was sent at a quarter.
    #expect((try known(estimator).acknowledged - 200_000).magnitude < 8000)
  }

  @Test func orderOfReportDoesNotMatter() throws {
    var ordered = ThroughputEstimator()
    var shuffled = ThroughputEstimator()
    let times = (0..<40).map { $0 * 7 }
    for time in times { add(&ordered, sent: time, arrival: time + 30) }
    for start in stride(from: 0, to: 40, by: 4) {
      for time in times[start..<(start + 4)].reversed() { add(&shuffled, sent: time, arrival: time + 30) }
    }

    #expect(try known(ordered) == known(shuffled))
  }

  private func known(_ estimator: borrowing ThroughputEstimator) throws -> Throughput {
    let throughput = estimator.throughput
    return try #require(throughput)
  }

  private func add(_ estimator: inout ThroughputEstimator, sent: Int, arrival: Int) {
    estimator.add(
      ArrivedPacket(
        sentAt: .zero + .milliseconds(sent), arrival: .zero + .milliseconds(arrival), byteCount: 1000, cluster: .none))
  }
}
