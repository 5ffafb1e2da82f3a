/// How well one stream has been received since the last report (RFC 3550 §6.4.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                             SSRC                              |
/// | fraction lost |       cumulative number of packets lost       |
/// |           extended highest sequence number received           |
/// |                      interarrival jitter                      |
/// |                         last SR (LSR)                         |
/// |                   delay since last SR (DLSR)                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
package struct ReportBlock: Equatable, Sendable {
  package static let byteCount = 24
  private static let lostRange: ClosedRange<Int32> = -0x80_0000...0x7f_ffff

  /// The stream reported on.
  package var ssrc: SSRC
  /// Lost since the previous report, in 1/256 of what was expected.
  package var fractionLost: UInt8
  /// Lost since the beginning; negative if there were more duplicates than losses. Held within 24 bits when written.
  package var cumulativeLost: Int32
  /// Wraps in the upper half, sequence number in the lower.
  package var extendedHighestSequenceNumber: UInt32
  /// In units of the payload's clock rate.
  package var jitter: UInt32
  /// The time of the last sender report received, zero if there was none.
  package var lastSenderReport: NTPShortTime
  package var delaySinceLastSenderReport: NTPShortTime

  package init(
    ssrc: SSRC, fractionLost: UInt8, cumulativeLost: Int32, extendedHighestSequenceNumber: UInt32, jitter: UInt32,
    lastSenderReport: NTPShortTime = NTPShortTime(rawValue: 0),
    delaySinceLastSenderReport: NTPShortTime = NTPShortTime(rawValue: 0)
  ) {
    self.ssrc = ssrc
    self.fractionLost = fractionLost
    self.cumulativeLost = cumulativeLost
    self.extendedHighestSequenceNumber = extendedHighestSequenceNumber
    self.jitter = jitter
    self.lastSenderReport = lastSenderReport
    self.delaySinceLastSenderReport = delaySinceLastSenderReport
  }

  init(reading bytes: inout RawSpan) throws(WireError) {
    ssrc = SSRC(rawValue: try bytes.readUInt32())
    fractionLost = try bytes.readUInt8()
    cumulativeLost = Int32(bitPattern: try bytes.readUInt24() << 8) >> 8
    extendedHighestSequenceNumber = try bytes.readUInt32()
    jitter = try bytes.readUInt32()
    lastSenderReport = NTPShortTime(rawValue: try bytes.readUInt32())
    delaySinceLastSenderReport = NTPShortTime(rawValue: try bytes.readUInt32())
  }

  func write(into output: inout OutputRawSpan) throws(WireError) {
    let lost = min(max(cumulativeLost, Self.lostRange.lowerBound), Self.lostRange.upperBound)
    try output.writeUInt32(ssrc.rawValue)
    try output.writeUInt8(fractionLost)
    try output.writeUInt24(UInt32(bitPattern: lost) & 0xff_ffff)
    try output.writeUInt32(extendedHighestSequenceNumber)
    try output.writeUInt32(jitter)
    try output.writeUInt32(lastSenderReport.rawValue)
    try output.writeUInt32(delaySinceLastSenderReport.rawValue)
  }

  /// The round trip that this block proves when it arrives at `arrival` on the clock of our sender reports; `nil` if the
  /// receiver has not seen one, or if its delay is longer than the time that passed.
  package func roundTripTime(at arrival: NTPTime) -> Duration? {
    guard lastSenderReport.rawValue != 0 else { return nil }
    let elapsed = arrival.short.duration(since: lastSenderReport)
    let roundTrip = elapsed - delaySinceLastSenderReport.duration
    return roundTrip >= .zero ? roundTrip : nil
  }

  static func list(_ count: UInt8, reading bytes: inout RawSpan) throws(WireError) -> [ReportBlock] {
    guard bytes.byteCount >= Int(count) * byteCount else { throw .truncated }
    var blocks: [ReportBlock] = []
    blocks.reserveCapacity(Int(count))
    for _ in 0..<count { blocks.append(try ReportBlock(reading: &bytes)) }
    return blocks
  }
}
