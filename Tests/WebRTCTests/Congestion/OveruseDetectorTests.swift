import RTP
import Testing
import WebRTC

@Suite struct OveruseDetectorTests {
  @Test func overuseNeedsTimeAndASecondSample() {
    var detector = OveruseDetector()

    feed(&detector, [(30, 0)])
    #expect(detector.usage == .normal)
    feed(&detector, [(31, 5)])
    // Half of 5 ms and 5 ms are no 10.
    #expect(detector.usage == .normal)
    feed(&detector, [(32, 10)])
    #expect(detector.usage == .overusing)
  }

  @Test func aTrendThatFallsAgainIsNoOveruse() {
    var detector = OveruseDetector()

    feed(&detector, [(30, 0), (29, 30), (28, 60), (27, 90)])

    #expect(detector.usage == .normal)
  }

  @Test func aSingleOutlierIsNoOveruse() {
    var detector = OveruseDetector()

    feed(&detector, [(30, 0), (31, 30), (32, 60), (33, 90)], isSustained: false)

    #expect(detector.usage == .normal)
  }

  @Test func fallingDelaysAreUnderuse() {
    var detector = OveruseDetector()

    feed(&detector, [(-13, 30)])
    #expect(detector.usage == .underusing)
    feed(&detector, [(-12, 60)])
    #expect(detector.usage == .normal)
  }

  @Test func theThresholdRisesSlowlyAndFallsFast() {
    var detector = OveruseDetector()

    feed(&detector, [(20, 0), (20, 50)])
    // 12.5 + 0.0087 · (20 − 12.5) · 50
    #expect((detector.threshold - 15.7625).magnitude < 1e-9)

    feed(&detector, [(0, 100)])
    // 15.7625 − 0.039 · 15.7625 · 50 would be −14.97: the lower bound holds.
    #expect(detector.threshold == OveruseDetector.thresholdBounds.lowerBound)
  }

  @Test func aLeapTeachesNothing() {
    var detector = OveruseDetector()

    feed(&detector, [(27.6, 0), (27.6, 50), (27.6, 100)])

    #expect(detector.threshold == OveruseDetector.initialThreshold)
  }

  @Test func noTrendMovesTheThresholdOutOfItsBounds() {
    var detector = OveruseDetector()

    for step in 0..<20_000 { feed(&detector, [(detector.threshold + 14, step * 100)]) }

    #expect(detector.threshold == OveruseDetector.thresholdBounds.upperBound)
  }

  /// Pairs of trend and time in milliseconds; between the sendings are 5 ms.
  private func feed(_ detector: inout OveruseDetector, _ samples: [(Double, Int)], isSustained: Bool = true) {
    for (trend, milliseconds) in samples {
      detector.update(
        trend: trend, isSustained: isSustained, sendingDelta: 5, at: .zero + .milliseconds(milliseconds))
    }
  }
}
