import RTP
import Testing
import WebRTC

/// The peer names the times from which its distance is calculated.
@Suite struct RoundTripTests {
  @Test(arguments: [
    (Duration.milliseconds(80), Duration.milliseconds(80)), (.seconds(3600), .seconds(2)), (.zero, .milliseconds(10)),
  ])
  func onlyBelievableRoundTripsAreLearnt(delay: Duration, learnt: Duration) throws {
    var pair = MediaPair()
    let begin = Instant.zero + .seconds(100)
    _ = pair.open(try pair.sealed(1, payload: [0x10, 0, 0, 0, 0x9D, 1, 0x2A], at: begin), at: begin)
    let reported = begin + .seconds(1)
    _ = pair.serverReceives(pair.browserReports(at: reported), at: reported)

    // The answer names the time of that report, and comes as late as the path makes it.
    let answered = reported + .seconds(2)
    _ = pair.browserReceives(pair.serverFeedback(at: answered), at: answered + delay)

    let measured = pair.browser.roundTripTime
    let roundTripTime = try #require(measured)
    #expect(abs((roundTripTime - learnt).nanoseconds) < 1_000_000, "\(roundTripTime)")
  }
}
