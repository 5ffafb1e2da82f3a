package import RTP

/// What a receiver knows about one incoming stream and reports about it (RFC 3550 §6.4.1, appendix A.3 and A.8).
package struct ReceptionStatistics: Sendable {
  /// Ticks of the RTP clock in a second.
  package let clockRate: Int64
  package private(set) var packetCount: UInt64 = 0
  package private(set) var byteCount: UInt64 = 0
  /// How many of the packets came by retransmission.
  package private(set) var recoveredCount: UInt64 = 0
  /// Interarrival jitter in ticks of the RTP clock.
  package var jitterTicks: UInt32 { UInt32(clamping: scaledJitter >> 4) }

  private var first: Int64?
  private var highest: Int64 = 0
  /// The state of the last report, for the fraction lost since.
  private var reportedExpected: UInt64 = 0
  private var reportedReceived: UInt64 = 0
  /// Sixteen times the jitter, so that the division by sixteen of RFC 3550 needs no fraction.
  private var scaledJitter: Int64 = 0
  private var lastTransit: Int64?
  private var lastTimestamp: UInt32?
  private var senderReport: (received: NTPShortTime, at: Instant)?

  package init(clockRate: Int64) {
    precondition(clockRate > 0, "an RTP clock ticks")
    self.clockRate = clockRate
  }

  /// The interarrival jitter as a time.
  package var jitter: Duration {
    .nanoseconds(Int64(jitterTicks) * 1_000_000_000 / clockRate)
  }

  /// How many packets ought to have come since the first one.
  package var expectedCount: UInt64 {
    first.map { UInt64(highest - $0 + 1) } ?? 0
  }

  /// Packets that never came; negative when there were more duplicates than losses.
  package var lostCount: Int64 {
    Int64(expectedCount) - Int64(packetCount)
  }

  /// Takes note of a packet of the stream itself (not of its retransmission stream) with its unwrapped sequence number.
  package mutating func receive(_ sequence: Int64, timestamp: UInt32, byteCount: Int, at arrival: Instant) {
    if first == nil { (first, highest) = (sequence, sequence) }
    first = min(first ?? sequence, sequence)
    highest = max(highest, sequence)
    packetCount += 1
    self.byteCount += UInt64(byteCount)
    updateJitter(timestamp, arrival)
  }

  /// Takes note of a packet that came and was not looked into.
  package mutating func receiveUnopened(_ sequence: Int64) {
    highest = max(highest, sequence)
    packetCount += 1
  }

  /// Takes note of a packet that came by retransmission: it is no longer lost, and says nothing about jitter.
  package mutating func recover() {
    packetCount += 1
    recoveredCount += 1
  }

  /// Takes note of a sender report: the middle bits of its time, and when it came.
  package mutating func receiveSenderReport(_ time: NTPTime, at now: Instant) {
    senderReport = (time.short, now)
  }

  /// The report block to send now about the stream of `ssrc`; begins a new interval for the fraction lost.
  package mutating func report(on ssrc: SSRC, at now: Instant) -> ReportBlock {
    let expected = expectedCount - reportedExpected
    let received = packetCount - reportedReceived
    (reportedExpected, reportedReceived) = (expectedCount, packetCount)
    let lost = expected > received ? expected - received : 0
    return ReportBlock(
      ssrc: ssrc, fractionLost: expected == 0 ? 0 : UInt8(clamping: lost * 256 / expected),
      cumulativeLost: Int32(clamping: lostCount), extendedHighestSequenceNumber: UInt32(truncatingIfNeeded: highest),
      jitter: jitterTicks, lastSenderReport: senderReport?.received ?? NTPShortTime(rawValue: 0),
      delaySinceLastSenderReport: senderReport.map { NTPShortTime(now - $0.at) } ?? NTPShortTime(rawValue: 0))
  }

  /// RFC 3550 A.8, with packets of one frame (one timestamp) counted once: they were not sent at the time it names.
  private mutating func updateJitter(_ timestamp: UInt32, _ arrival: Instant) {
    guard timestamp != lastTimestamp else { return }
    lastTimestamp = timestamp
    let (seconds, rest) = arrival.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let ticks = seconds &* clockRate &+ rest * clockRate / 1_000_000_000
    let transit = Int64(Int32(truncatingIfNeeded: ticks &- Int64(timestamp)))
    defer { lastTransit = transit }
    guard let lastTransit else { return }
    let difference = Int64(Int32(truncatingIfNeeded: transit &- lastTransit)).magnitude
    // A jump of more than a second is a new timeline (a pause, a switched source), not jitter.
    guard difference <= UInt64(clockRate) else { return }
    scaledJitter += Int64(difference) - ((scaledJitter + 8) >> 4)
  }
}
