/// A point on the monotonic clock of this process, in nanoseconds.
///
/// Every protocol machine is told the time by its caller, so this type is all they know of a clock. It is eight bytes and
/// plain integer arithmetic, where `ContinuousClock.Instant` is sixteen bytes and calculates in 128 bits. The zero point has no
/// meaning; only differences and order have.
@usableFromInline package struct Instant: InstantProtocol, Sendable {
  /// Nanoseconds since the arbitrary zero point of the clock.
  @usableFromInline package let nanoseconds: Int64

  @inlinable package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The zero point of the clock, a convenient start for tests in virtual time.
  @inlinable package static var zero: Instant { Instant(nanoseconds: 0) }

  /// Later than every instant that occurs: a deadline that never comes.
  @inlinable package static var distantFuture: Instant { Instant(nanoseconds: .max) }

  /// The instant `duration` later; saturates, so a deadline computed from `distantFuture` stays there.
  @inlinable package func advanced(by duration: Duration) -> Instant {
    advanced(byNanoseconds: duration.nanoseconds)
  }

  /// The instant `count` nanoseconds later; saturates at both ends of the clock.
  @inlinable package func advanced(byNanoseconds count: Int64) -> Instant {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(count)
    guard overflow else { return Instant(nanoseconds: sum) }
    return Instant(nanoseconds: count > 0 ? .max : .min)
  }

  /// How long after `self` the instant `other` comes; negative if it came before.
  @inlinable package func duration(to other: Instant) -> Duration {
    .nanoseconds(other.nanoseconds(since: self))
  }

  /// How many nanoseconds `self` comes after `other`, negative if before: the cheap form of a difference, for hot paths.
  @inlinable package func nanoseconds(since other: Instant) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(other.nanoseconds)
    guard overflow else { return difference }
    return nanoseconds > other.nanoseconds ? .max : .min
  }

  @inlinable package static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  @inlinable package static func + (instant: Instant, duration: Duration) -> Instant {
    instant.advanced(by: duration)
  }

  @inlinable package static func - (instant: Instant, duration: Duration) -> Instant {
    instant.advanced(by: .zero - duration)
  }

  @inlinable package static func - (later: Instant, earlier: Instant) -> Duration {
    earlier.duration(to: later)
  }

  @inlinable package static func += (instant: inout Instant, duration: Duration) {
    instant = instant + duration
  }
}

extension Duration {
  /// The length in whole nanoseconds, rounded towards zero and saturated at ±292 years.
  @inlinable package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds > 0 ? .max : .min }
    let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    guard !carry else { return seconds > 0 ? .max : .min }
    return sum
  }
}
