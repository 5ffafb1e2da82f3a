package import RTP

/// Notices when clearly less is sent than the estimate allows.
///
/// Then steady queues say nothing about the estimate, and only a probe can tell whether more would get through. An SFU is in this
/// state most of the time, since layers come in steps.
package struct ApplicationLimitDetector {
  /// Using less than this share counts as limited by the application.
  private static let share = 0.65
  /// What a frame may take at once.
  private static let window = 0.5
  /// Credit above this share of the window begins the state, below that one ends it.
  private static let beginning = 0.8
  private static let ending = 0.5

  package private(set) var isLimited = false
  /// Unused bits, at most a window of them; negative after a burst.
  private var credit = 0.0
  private var limitBits = 0.0
  private var updatedAt: Instant?

  package init() {}

  /// Takes note of sent bytes under an estimate of so many bits per second.
  package mutating func sent(byteCount: Int, estimate: Double, at now: Instant) {
    advance(estimate: estimate, to: now)
    credit = max(credit - Double(byteCount) * 8, -limitBits)
    judge()
  }

  /// Lets the time count in which nothing was sent.
  package mutating func advance(estimate: Double, to now: Instant) {
    let seconds = max(now.seconds(since: updatedAt ?? now), 0)
    updatedAt = now
    let rate = estimate * Self.share
    limitBits = rate * Self.window
    credit = min(max(credit + rate * seconds, -limitBits), limitBits)
    judge()
  }

  private mutating func judge() {
    if credit > limitBits * Self.beginning { isLimited = true }
    if credit < limitBits * Self.ending { isLimited = false }
  }
}
