package import RTP

/// How much of the rate retransmissions may take.
///
/// Without a bound a receiver that loses a third of everything has everything sent again, loses a third of that too, and the
/// repairs crowd out the pictures.
package struct RepairBudget {
  /// The share of the estimate.
  private static let share = 0.15
  /// A burst of losses is repaired at once where little was repaired before.
  private static let window = 0.5

  private static let second = Duration.seconds(1)

  /// What repairs took in the last full second, in bits.
  package private(set) var bitsPerSecond = 0.0
  private var credit = 0.0
  private var updatedAt: Instant?
  private var spent = 0.0
  private var secondEnd: Instant?

  package init() {}

  /// Takes so many bytes from the budget if it has them.
  package mutating func take(byteCount: Int, estimate: Double, at now: Instant) -> Bool {
    advance(to: now)
    let rate = estimate * Self.share
    let seconds = updatedAt.map { max(now.seconds(since: $0), 0) } ?? Self.window
    updatedAt = now
    credit = min(credit + rate * seconds, rate * Self.window)
    // Whatever is left pays for one more packet, or low rates would never repair a long one.
    guard credit > 0 else { return false }
    credit -= Double(byteCount) * 8
    spent += Double(byteCount) * 8
    return true
  }

  /// Lets time pass.
  package mutating func advance(to now: Instant) {
    guard let end = secondEnd else {
      secondEnd = now + Self.second
      return
    }
    guard now >= end else { return }
    // A second without any repair came between.
    bitsPerSecond = now < end + Self.second ? spent : 0
    (spent, secondEnd) = (0, now + Self.second)
  }
}
