/// Asks the sender for a keyframe (PLI, RFC 4585 §6.3.1).
///
/// ```
/// | SSRC of sender : 32 | SSRC of media : 32 |
/// ```
package struct PictureLossIndication: Equatable, Sendable {
  package static let format: UInt8 = 1

  package var sender: SSRC
  package var media: SSRC

  package init(sender: SSRC, media: SSRC) {
    self.sender = sender
    self.media = media
  }

  package init(parsing body: RawSpan) throws(WireError) {
    var body = body
    sender = SSRC(rawValue: try body.readUInt32())
    media = SSRC(rawValue: try body.readUInt32())
    guard body.byteCount == 0 else { throw .trailingBytes }
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    try RTCPHeader.write(.payloadSpecificFeedback, count: Int(Self.format), bodyByteCount: 8, into: &output)
    try output.writeUInt32(sender.rawValue)
    try output.writeUInt32(media.rawValue)
  }
}
