package import RTP

/// Which moment the timestamps of a stream stand for, as its sender says it (RFC 3550 §6.4.1).
///
/// Moments are on our clock; those of all streams of one sender are moved by the same, so what was taken at the same moment is
/// said to be.
package struct StreamClock: Equatable, Sendable {
  package let moment: Instant
  /// The timestamp at that moment, without wraps.
  package let timestamp: Int64
  /// Ticks in a second.
  package let clockRate: Int64

  package init(moment: Instant, timestamp: Int64, clockRate: Int64) {
    precondition(clockRate > 0, "an RTP clock ticks")
    (self.moment, self.timestamp, self.clockRate) = (moment, timestamp, clockRate)
  }

  /// The timestamp at a moment, near to the one known.
  package func timestamp(at moment: Instant) -> Int64 {
    let nanoseconds = moment.nanoseconds(since: self.moment)
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let half: Int64 = rest < 0 ? -500_000_000 : 500_000_000  // rounded: the inverse of the other way
    return timestamp &+ seconds &* clockRate &+ (rest * clockRate + half) / 1_000_000_000
  }

  /// The moment of a timestamp.
  package func moment(of timestamp: Int64) -> Instant {
    let (seconds, rest) = (timestamp &- self.timestamp).quotientAndRemainder(dividingBy: clockRate)
    let nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !nanoseconds.overflow else { return moment }
    return moment.advanced(byNanoseconds: nanoseconds.partialValue &+ rest * 1_000_000_000 / clockRate)
  }

  /// The same clock of a stream whose timestamps are larger by so much.
  package func shifted(by offset: Int64) -> StreamClock {
    StreamClock(moment: moment, timestamp: timestamp &+ offset, clockRate: clockRate)
  }
}
