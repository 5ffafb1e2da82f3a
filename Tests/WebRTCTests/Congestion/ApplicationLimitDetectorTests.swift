import RTP
import Testing
import WebRTC

@Suite struct ApplicationLimitDetectorTests {
  @Test func sendingHalfIsLimited() {
    #expect(run(rate: 500_000, estimate: 1_000_000).isLimited)
  }

  @Test func sendingFourFifthsIsNot() {
    #expect(!run(rate: 800_000, estimate: 1_000_000).isLimited)
  }

  @Test func endsSoonWhenMoreIsSent() {
    var detector = run(rate: 100_000, estimate: 1_000_000)
    // A full window of 0.5 s of 650 kbit/s is 325 kbit; below half of it the state ends.
    detector.sent(byteCount: 20_000, estimate: 1_000_000, at: .zero + .seconds(10))
    #expect(detector.isLimited)

    detector.sent(byteCount: 1_000, estimate: 1_000_000, at: .zero + .seconds(10))

    #expect(!detector.isLimited)
  }

  @Test func sendingNothingIsLimited() {
    var detector = ApplicationLimitDetector()
    detector.advance(estimate: 1_000_000, to: .zero)
    detector.advance(estimate: 1_000_000, to: .zero + .milliseconds(399))
    #expect(!detector.isLimited)

    detector.advance(estimate: 1_000_000, to: .zero + .milliseconds(401))

    #expect(detector.isLimited)
  }

  @Test func timeThatGoesBackChangesNothing() {
    var detector = run(rate: 800_000, estimate: 1_000_000)
    detector.advance(estimate: 1_000_000, to: .zero)

    #expect(!detector.isLimited)
  }

  /// Ten seconds of frames.
  private func run(rate: Int, estimate: Double) -> ApplicationLimitDetector {
    var detector = ApplicationLimitDetector()
    for frame in 0..<300 {
      detector.sent(byteCount: rate / 240, estimate: estimate, at: .zero + .milliseconds(frame * 100 / 3))
    }
    return detector
  }
}
