/// Commands the senders of streams to send keyframes (FIR, RFC 5104 §4.3.1).
///
/// ```
/// | SSRC of sender : 32 | unused, zero : 32 |
/// | SSRC of media : 32 | sequence number : 8 | reserved : 24 |   repeated
/// ```
package struct FullIntraRequest: Equatable, Sendable {
  package static let format: UInt8 = 4

  /// The command to one stream.
  package struct Entry: Equatable, Sendable {
    package var media: SSRC
    /// Grows with every new command and stays the same in repetitions of one.
    package var sequenceNumber: UInt8

    package init(media: SSRC, sequenceNumber: UInt8) {
      self.media = media
      self.sequenceNumber = sequenceNumber
    }
  }

  package var sender: SSRC
  package var entries: [Entry]

  package init(sender: SSRC, entries: [Entry]) {
    self.sender = sender
    self.entries = entries
  }

  /// Throws `invalidLength` for a request that asks nobody.
  package init(parsing body: RawSpan) throws(WireError) {
    var body = body
    sender = SSRC(rawValue: try body.readUInt32())
    try body.skip(4)
    guard body.byteCount > 0, body.byteCount % 8 == 0 else { throw .invalidLength }
    entries = []
    while body.byteCount > 0 {
      let media = SSRC(rawValue: try body.readUInt32())
      entries.append(Entry(media: media, sequenceNumber: try body.readUInt8()))
      try body.skip(3)
    }
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    let bodyByteCount = 8 + entries.count * 8
    try RTCPHeader.write(
      .payloadSpecificFeedback, count: Int(Self.format), bodyByteCount: bodyByteCount, into: &output)
    try output.writeUInt32(sender.rawValue)
    try output.writeUInt32(0)
    for entry in entries {
      try output.writeUInt32(entry.media.rawValue)
      try output.writeUInt8(entry.sequenceNumber)
      try output.writeZeros(3)
    }
  }
}
