package import RTP

/// Puts the receiver's arrival times on our clock.
///
/// The two clocks share no zero point, so the first report counts as arriving without delay and only differences mean anything.
/// A reference time that moved otherwise than time itself did, because the receiver started anew or lies, anchors the clock
/// again: what comes out stays near our own time whatever comes in, and the 24 bits may wrap as often as they like
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
package struct ArrivalClock {
  /// More than jitter of reports, less than a difference that would pass for a queue.
  package static let tolerance = Duration.seconds(3)

  private var anchor: (reference: UInt32, arrival: Instant, heardAt: Instant)?

  package init() {}

  /// When the reference time of a report was, and whether arrivals before it cannot be compared with it.
  package mutating func arrival(ofReference reference: UInt32, at now: Instant) -> (
    instant: Instant, isNewTimeline: Bool
  ) {
    guard let anchor else {
      self.anchor = (reference, now, now)
      return (now, true)
    }
    let units = Self.difference(from: anchor.reference, to: reference)
    let elapsed = units * TransportFeedback.ticksPerReferenceUnit * TransportFeedback.nanosecondsPerTick
    let drift = elapsed - now.nanoseconds(since: anchor.heardAt)
    guard drift.magnitude <= UInt64(Self.tolerance.nanoseconds) else {
      self.anchor = (reference, now, now)
      return (now, true)
    }
    let instant = anchor.arrival.advanced(byNanoseconds: elapsed)
    // An older report that was overtaken says nothing of the present.
    if units > 0 { self.anchor = (reference, instant, now) }
    return (instant, false)
  }

  /// The nearer way around 24 bits.
  private static func difference(from old: UInt32, to new: UInt32) -> Int64 {
    Int64(Int32(truncatingIfNeeded: (new &- old) << 8) >> 8)
  }
}
