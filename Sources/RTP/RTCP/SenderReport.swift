/// Ties the media clock of a stream to the wall clock, counts what was sent, and reports on what was received
/// (SR, RFC 3550 §6.4.1).
///
/// ```
/// | SSRC of sender : 32 | NTP timestamp : 64 | RTP timestamp : 32 |
/// | sender's packet count : 32 | sender's octet count : 32 | report blocks … |
/// ```
package struct SenderReport: Equatable, Sendable {
  private static let fixedByteCount = 24

  package var sender: SSRC
  /// One moment on two clocks: receivers align audio and video by it.
  package var ntpTime: NTPTime
  package var rtpTimestamp: UInt32
  package var packetCount: UInt32
  /// Payload bytes, without headers and padding; wraps.
  package var octetCount: UInt32
  /// At most 31.
  package var blocks: [ReportBlock]

  package init(
    sender: SSRC, ntpTime: NTPTime, rtpTimestamp: UInt32, packetCount: UInt32, octetCount: UInt32,
    blocks: [ReportBlock] = []
  ) {
    self.sender = sender
    self.ntpTime = ntpTime
    self.rtpTimestamp = rtpTimestamp
    self.packetCount = packetCount
    self.octetCount = octetCount
    self.blocks = blocks
  }

  /// Reads the body of a packet; extensions of a profile after the blocks are passed over.
  package init(parsing body: RawSpan, count: UInt8) throws(WireError) {
    var body = body
    sender = SSRC(rawValue: try body.readUInt32())
    ntpTime = NTPTime(rawValue: try body.readUInt64())
    rtpTimestamp = try body.readUInt32()
    packetCount = try body.readUInt32()
    octetCount = try body.readUInt32()
    blocks = try ReportBlock.list(count, reading: &body)
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    let bodyByteCount = Self.fixedByteCount + blocks.count * ReportBlock.byteCount
    try RTCPHeader.write(.senderReport, count: blocks.count, bodyByteCount: bodyByteCount, into: &output)
    try output.writeUInt32(sender.rawValue)
    try output.writeUInt64(ntpTime.rawValue)
    try output.writeUInt32(rtpTimestamp)
    try output.writeUInt32(packetCount)
    try output.writeUInt32(octetCount)
    for block in blocks { try block.write(into: &output) }
  }
}
