/// Reports on what was received, from someone who has sent nothing (RR, RFC 3550 §6.4.2).
///
/// ```
/// | SSRC of sender : 32 | report blocks … |
/// ```
package struct ReceiverReport: Equatable, Sendable {
  package var sender: SSRC
  /// At most 31; none at all makes the empty report that a compound packet may begin with.
  package var blocks: [ReportBlock]

  package init(sender: SSRC, blocks: [ReportBlock] = []) {
    self.sender = sender
    self.blocks = blocks
  }

  /// Reads the body of a packet; extensions of a profile after the blocks are passed over.
  package init(parsing body: RawSpan, count: UInt8) throws(WireError) {
    var body = body
    sender = SSRC(rawValue: try body.readUInt32())
    blocks = try ReportBlock.list(count, reading: &body)
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    let bodyByteCount = 4 + blocks.count * ReportBlock.byteCount
    try RTCPHeader.write(.receiverReport, count: blocks.count, bodyByteCount: bodyByteCount, into: &output)
    try output.writeUInt32(sender.rawValue)
    for block in blocks { try block.write(into: &output) }
  }
}
