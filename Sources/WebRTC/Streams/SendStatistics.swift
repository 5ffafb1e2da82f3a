package import RTP

/// What a sender reports about one outgoing stream (RFC 3550 §6.4.1), on the timeline that the receiver sees.
///
/// A forwarded stream has its own numbers and timestamps, whatever source it comes from at the moment, so its reports are made
/// here and never passed on from the source.
package struct SendStatistics: Sendable {
  /// The longest time between two reports: video wants lip sync soon, audio changes nothing for long.
  package enum Interval {
    package static let video = Duration.seconds(1)
    package static let audio = Duration.seconds(5)
    /// The first report comes early, so that a new receiver can align its streams.
    package static let first = Duration.milliseconds(200)
    /// However often a source reads its clock.
    package static let shortest = Duration.milliseconds(500)
  }

  /// Ticks of the RTP clock in a second.
  package let clockRate: Int64
  package private(set) var packetCount: UInt64 = 0
  /// Payload bytes, without headers and padding.
  package private(set) var byteCount: UInt64 = 0
  private var latest: (timestamp: UInt32, at: Instant)?

  package init(clockRate: Int64) {
    precondition(clockRate > 0, "an RTP clock ticks")
    self.clockRate = clockRate
  }

  /// Takes note of a packet that is sent at `now`; a repair of an older one does not move the timeline back.
  package mutating func send(timestamp: UInt32, payloadByteCount: Int, at now: Instant) {
    packetCount += 1
    byteCount += UInt64(payloadByteCount)
    guard let latest else {
      self.latest = (timestamp, now)
      return
    }
    guard Int32(truncatingIfNeeded: timestamp &- latest.timestamp) > 0 else { return }
    self.latest = (timestamp, now)
  }

  /// The report to send at `now`, whose wall-clock time is `time`; nil before the first packet.
  ///
  /// Both clocks of the report name the same moment: the RTP timestamp is what the source's `clock` shows at `now`. As long as
  /// the source has not told, it is that of the last frame carried on to `now`.
  package func report(
    from sender: SSRC, time: NTPTime, by clock: StreamClock? = nil, at now: Instant, blocks: [ReportBlock] = []
  ) -> SenderReport? {
    guard let latest else { return nil }
    let elapsed = now.nanoseconds(since: latest.at) / 1_000 * clockRate / 1_000_000
    let carriedOn = latest.timestamp &+ UInt32(truncatingIfNeeded: elapsed)
    return SenderReport(
      sender: sender, ntpTime: time,
      rtpTimestamp: clock.map { UInt32(truncatingIfNeeded: $0.timestamp(at: now)) } ?? carriedOn,
      packetCount: UInt32(truncatingIfNeeded: packetCount), octetCount: UInt32(truncatingIfNeeded: byteCount),
      blocks: blocks)
  }
}
