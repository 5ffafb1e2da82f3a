import RTP
import Testing
import WebRTC

@Suite struct CongestionControllerTests {
  @Test func beginsWithItsGuessAndNothingToDo() {
    let script = FeedbackScript()

    #expect(script.controller.estimate.bitsPerSecond == 300_000)
    #expect(script.controller.estimate.cause == .start)
    #expect(script.controller.nextDeadline == .distantFuture)
  }

  @Test func probesOnlyForWhatIsWanted() throws {
    var script = FeedbackScript()
    #expect(script.controller.nextProbe(at: at(0)) == nil)

    script.controller.want(200_000, at: at(0))
    #expect(script.controller.nextProbe(at: at(0)) == nil)
    #expect(script.controller.nextDeadline == .distantFuture)

    script.controller.want(1_000_000, at: at(10))
    #expect(script.controller.nextDeadline <= at(10))
    #expect(script.controller.nextProbe(at: at(10)) != nil)
  }

  @Test func aPeerWithoutPaddingIsNeverAsked() {
    var script = FeedbackScript(CongestionConfiguration(canProbe: false))
    script.controller.want(5_000_000, at: at(0))

    #expect(script.controller.nextProbe(at: at(0)) == nil)
    #expect(script.controller.nextDeadline == .distantFuture)
  }

  @Test func aProbeThatArrivesRaisesTheEstimate() throws {
    var script = FeedbackScript()
    script.controller.want(5_000_000, at: at(0))
    let count = probe(&script, from: 0, to: 30)

    // Two clusters of five packets.
    #expect(count == 10)
    try script.report(0..<10, at: at(60))

    let estimate = script.controller.estimate
    #expect((1_750_000...1_800_000).contains(estimate.bitsPerSecond))
    #expect(estimate.cause == .probe)
  }

  @Test func isNotRaisedBeyondWhatIsWantedWithItsHeadroom() throws {
    var script = FeedbackScript()
    script.controller.want(1_000_000, at: at(0))
    for start in stride(from: 0, to: 3000, by: 100) {
      let first = script.nextNumber
      probe(&script, from: start, to: start + 30)
      script.send(at: at(start + 50))
      try script.report(first..<script.nextNumber, at: at(start + 90))
    }

    // What is missing is not worth another probe.
    #expect((1_285_000...1_350_000).contains(script.controller.estimate.bitsPerSecond))
    #expect(script.controller.estimate.cause == .applicationLimited)
  }

  @Test func aQueueThatGrowsLowersIt() throws {
    var script = FeedbackScript(CongestionConfiguration(startBitsPerSecond: 800_000))
    script.controller.want(800_000, at: at(0))
    try run(&script, frames: 0..<60) { _ in .milliseconds(20) }
    let before = script.controller.estimate.bitsPerSecond
    #expect(before >= 800_000)

    // Each packet is 10 ms later than the one before.
    try run(&script, frames: 60..<90) { .milliseconds(20 + ($0 - 60) * 10) }

    let estimate = script.controller.estimate
    #expect(estimate.bitsPerSecond < 600_000)
    #expect(estimate.cause == .delay)
  }

  @Test func lossLowersIt() throws {
    var script = FeedbackScript(CongestionConfiguration(startBitsPerSecond: 800_000))
    try run(&script, frames: 0..<90) { $0 % 2 == 0 ? nil : .milliseconds(20) }

    let estimate = script.controller.estimate
    #expect(estimate.bitsPerSecond < 500_000)
    #expect(estimate.cause == .loss)
    // Of six frames three are lost, and one of them, at the end of a report, is not spoken of.
    #expect((0.35...0.45).contains(estimate.loss))
  }

  @Test func aPacketThatIsOnlyLateIsNoLoss() throws {
    var script = FeedbackScript(CongestionConfiguration(startBitsPerSecond: 800_000))
    for frame in 0..<90 {
      script.send(2500, at: at(frame * 30))
      // The newest packet comes so late that one report calls it lost, and the next brings it.
      guard frame % 3 == 2 else { continue }
      try script.report((frame - 2)..<(frame + 1), at: at(frame * 30 + 20)) {
        $0 == frame - 1 ? nil : .milliseconds(20)
      }
      try script.report((frame - 1)..<frame, at: at(frame * 30 + 25))
    }

    #expect(script.controller.estimate.loss == 0)
    #expect(script.controller.estimate.bitsPerSecond >= 800_000)
  }

  @Test func silenceLowersItAndAnAnswerEndsThat() throws {
    var script = FeedbackScript(CongestionConfiguration(startBitsPerSecond: 800_000))
    script.controller.want(1_000_000, at: at(0))
    try run(&script, frames: 0..<30) { _ in .milliseconds(20) }
    let before = script.controller.estimate.bitsPerSecond
    script.send(at: at(1000))

    script.controller.advance(to: at(1999))
    #expect(script.controller.estimate.bitsPerSecond == before)
    script.controller.advance(to: at(2000))
    #expect((script.controller.estimate.bitsPerSecond - before * 4 / 5).magnitude <= 1)
    #expect(script.controller.estimate.cause == .silence)
    #expect(script.controller.nextDeadline <= at(2500))

    try script.report(30..<31, at: at(2100))
    script.controller.advance(to: at(3000))

    #expect(script.controller.estimate.cause != .silence)
    #expect(script.controller.estimate.bitsPerSecond >= before * 4 / 5)
  }

  @Test func whereArrivalsAreReportedTheReceiversEstimateIsIgnored() {
    var script = FeedbackScript()
    script.controller.receive(remb(1_000_000), at: at(0))
    script.controller.receive(lost: 50, of: 100, at: at(0), roundTripTime: .milliseconds(100))

    #expect(script.controller.estimate.bitsPerSecond == 300_000)
  }

  @Test func withoutArrivalsTheReceiverIsFollowed() throws {
    var script = FeedbackScript(CongestionConfiguration(feedback: .estimates))
    script.controller.receive(remb(1_000_000), at: at(0))
    #expect(script.controller.estimate.bitsPerSecond == 1_000_000)
    #expect(script.controller.estimate.cause == .receiverEstimate)

    script.controller.receive(lost: 50, of: 100, at: at(1000), roundTripTime: .milliseconds(100))
    #expect(script.controller.estimate.bitsPerSecond == 750_000)
    #expect(script.controller.estimate.loss == 0.5)

    // Silence and arrivals mean nothing here.
    for number in 0..<30 { script.send(at: at(1000 + number * 10)) }
    try script.report(0..<30, at: at(1400)) { $0 == 29 ? .milliseconds(20) : nil }
    script.controller.advance(to: at(10_000))
    #expect(script.controller.estimate.bitsPerSecond == 750_000)
  }

  @Test func anAbsurdEstimateIsBounded() {
    var script = FeedbackScript(CongestionConfiguration(feedback: .estimates))
    script.controller.receive(remb(.max), at: at(0))
    #expect(script.controller.estimate.bitsPerSecond == 20_000_000)

    script.controller.receive(remb(0), at: at(100))
    #expect(script.controller.estimate.bitsPerSecond == 30_000)
  }

  /// Frames of 2500 bytes each 30 ms, 667 kbit/s, reported by threes.
  private func run(_ script: inout FeedbackScript, frames: Range<Int>, delay: (Int) -> Duration?) throws {
    for frame in frames {
      script.send(2500, at: at(frame * 30))
      guard frame % 3 == 2 else { continue }
      try script.report((frame - 2)..<(frame + 1), at: at(frame * 30 + 20), delay: delay)
    }
  }

  /// Sends what probes ask for; how many packets that was.
  @discardableResult
  private func probe(_ script: inout FeedbackScript, from start: Int, to end: Int) -> Int {
    var count = 0
    for millisecond in start...end {
      while let packet = script.controller.nextProbe(at: at(millisecond)) {
        script.send(packet.byteCount, kind: .padding, at: at(millisecond))
        count += 1
      }
    }
    return count
  }

  private func remb(_ rate: UInt64) -> REMB { REMB(sender: SSRC(rawValue: 1), bitsPerSecond: rate, sources: []) }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
