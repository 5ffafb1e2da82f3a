package import RTP

/// What the delays say of the queue before the bottleneck.
package enum LinkUsage: Equatable, Sendable {
  /// The queue neither grows nor shrinks.
  case normal
  /// The queue grows: more is sent than gets through.
  case overusing
  /// The queue empties: wait until it has.
  case underusing
}

/// Compares the trend of delays with a threshold that adapts to the network (Carlucci et al. 2016, §IV).
///
/// A fixed threshold would either be triggered by jitter or starve beside flows that fill the queue by design.
package struct OveruseDetector {
  package static let initialThreshold = 12.5
  package static let thresholdBounds = 6.0...600
  /// Rising is slow and falling fast, or a competing flow would teach us never to yield.
  private static let risingGain = 0.0087
  private static let fallingGain = 0.039
  /// A leap beyond the threshold by more than this is a change of route, not jitter to get used to.
  private static let largestLesson = 15.0
  private static let longestStep = 100.0
  /// How long, in milliseconds, the trend has to stay above before it counts.
  private static let patience = 10.0

  package private(set) var usage = LinkUsage.normal
  package private(set) var threshold = OveruseDetector.initialThreshold
  private var previousTrend = 0.0
  private var millisecondsAbove: Double?
  private var samplesAbove = 0
  private var adaptedAt: Instant?

  package init() {}

  /// Takes the trend after a delta of so many milliseconds between sendings, and whether it comes from more than one outlier.
  package mutating func update(trend: Double, isSustained: Bool, sendingDelta: Double, at now: Instant) {
    usage = judge(trend, isSustained, sendingDelta)
    previousTrend = trend
    adapt(to: trend.magnitude, at: now)
  }

  /// Returns to rest, with what was learnt of the threshold kept.
  package mutating func reset() {
    usage = .normal
    previousTrend = 0
    (millisecondsAbove, samplesAbove) = (nil, 0)
  }

  private mutating func judge(_ trend: Double, _ isSustained: Bool, _ sendingDelta: Double) -> LinkUsage {
    guard trend > threshold else {
      (millisecondsAbove, samplesAbove) = (nil, 0)
      return trend < -threshold ? .underusing : .normal
    }
    // When within the first delta the queue began to grow is unknown: half of it, on average.
    let time = millisecondsAbove.map { $0 + sendingDelta } ?? sendingDelta / 2
    samplesAbove += 1
    millisecondsAbove = time
    guard isSustained else { return .normal }
    guard time > Self.patience, samplesAbove > 1, trend >= previousTrend else { return usage }
    (millisecondsAbove, samplesAbove) = (0, 0)
    return .overusing
  }

  private mutating func adapt(to magnitude: Double, at now: Instant) {
    let step = min(now.milliseconds(since: adaptedAt ?? now), Self.longestStep)
    adaptedAt = now
    guard magnitude <= threshold + Self.largestLesson else { return }
    let gain = magnitude < threshold ? Self.fallingGain : Self.risingGain
    let adapted = threshold + gain * (magnitude - threshold) * step
    threshold = min(max(adapted, Self.thresholdBounds.lowerBound), Self.thresholdBounds.upperBound)
  }
}
