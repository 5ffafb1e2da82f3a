package import RTP

/// How many keyframes one subscriber may have made for it beside those that it shares with others.
///
/// A keyframe costs the publisher and everybody who watches; whoever loses every one, or says so, gets one now and then.
package struct KeyframeAllowance {
  private static let capacity = 3
  private static let interval = Duration.seconds(10) / 3

  /// When all of it is there again.
  private var isWholeAt = Instant.zero

  package init() {}

  /// Takes one; false if none is left.
  package mutating func take(at now: Instant) -> Bool {
    let after = max(isWholeAt, now) + Self.interval
    guard after - now <= Self.interval * Self.capacity else { return false }
    isWholeAt = after
    return true
  }
}
