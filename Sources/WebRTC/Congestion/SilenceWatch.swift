package import RTP

/// Lowers the rate while we send and nothing is heard, so that a path that comes back does not begin with a full queue.
package struct SilenceWatch {
  /// Far beyond the interval of reports.
  private static let patience = Duration.seconds(1)
  private static let step = Duration.milliseconds(500)
  private static let factor = 0.8

  private var silence: (rateBefore: Double, nextStep: Instant)?

  package init() {}

  /// When the rate is to be lowered, if nothing is heard until then.
  package func deadline(waitingSince: Instant?, roundTripTime: Duration) -> Instant {
    guard let waitingSince else { return .distantFuture }
    let begin = waitingSince + max(Self.patience, roundTripTime * 2)
    return max(begin, silence?.nextStep ?? begin)
  }

  /// The lower rate.
  package mutating func lower(_ rate: Double, at now: Instant) -> Double {
    silence = (silence?.rateBefore ?? rate, now + Self.step)
    return rate * Self.factor
  }

  /// Something was heard: the rate before the silence, if there was one.
  package mutating func end() -> Double? {
    defer { silence = nil }
    return silence?.rateBefore
  }
}
