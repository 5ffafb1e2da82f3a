package import RTP

/// How busy a worker was, and how long what it had to do waited for it. Trivial.
package struct LoadReading: Equatable, Sendable {
  /// When it was taken.
  package var time: Instant
  /// The part of the time that it was awake, in thousandths: of the last quarter of a second, and of about two seconds.
  package var recentShare: Int
  package var share: Int
  /// In the last quarter of a second everything waited so long at least: that is a queue which stands, and no burst.
  package var standingDelay: Duration

  package init(at time: Instant, recentShare: Int, share: Int, standingDelay: Duration) {
    (self.time, self.recentShare, self.share) = (time, recentShare, share)
    self.standingDelay = standingDelay
  }
}

/// Measures how busy a worker is, from the times of its turns alone. Trivial.
///
/// A worker that waits for its core counts as awake: to those who wait for it that is the same.
package struct LoadMeter: Sendable {
  /// Bursts of keyframes are shorter.
  package static let interval = Duration.milliseconds(250)
  /// A thread that was kept from its core for long is no queue: after so many turns that is forgotten.
  package static let leastTurnCount = 8
  /// Intervals of the longer measure.
  private static let periodCount = 8

  /// What one interval came to.
  private struct Period {
    var asleep: Int64 = 0
    var length: Int64 = 0
  }

  private var began: Instant
  private var asleep = Duration.zero
  private var turnCount = 0
  private var least = Duration.zero
  private var periods: InlineArray<8, Period>
  private var next = 0

  /// Of what was before `now` is believed that there was nothing to do.
  package init(at now: Instant) {
    began = now
    let nanoseconds = Self.interval.nanoseconds
    periods = InlineArray(repeating: Period(asleep: nanoseconds, length: nanoseconds))
  }

  /// A turn that has slept `from` some time `to` another, and then found what had waited for `delay`; the reading that ends an
  /// interval.
  package mutating func turn(from: Instant, to now: Instant, delay: Duration) -> LoadReading? {
    asleep += now - from
    least = turnCount == 0 ? delay : min(least, delay)
    turnCount += 1
    guard now >= began + Self.interval, turnCount >= Self.leastTurnCount else { return nil }
    defer { (began, asleep, turnCount) = (now, .zero, 0) }
    let period = Period(asleep: asleep.nanoseconds, length: now.nanoseconds(since: began))
    periods[next] = period
    next = (next + 1) % Self.periodCount
    var sum = Period()
    for index in 0..<Self.periodCount {
      sum.asleep += periods[index].asleep
      sum.length += periods[index].length
    }
    return LoadReading(
      at: now, recentShare: Self.share(of: period), share: Self.share(of: sum), standingDelay: least)
  }

  private static func share(of period: Period) -> Int {
    guard period.length > 0 else { return 0 }
    return Int(max(period.length - period.asleep, 0) * 1000 / period.length)
  }
}
