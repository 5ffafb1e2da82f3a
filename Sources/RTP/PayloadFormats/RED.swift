/// One of several payloads that redundant audio packets carry: the present one, and earlier ones again (RFC 2198).
package struct REDBlock: Equatable, Sendable {
  package let payloadType: UInt8
  /// How long before the packet's own timestamp the payload belongs; 0 for the primary one.
  package let timestampOffset: UInt32
  /// Where the payload lies in the bytes that were read.
  package let range: Range<Int>
}

/// Walks over the payloads of a redundant audio packet, the oldest first and the primary one last (RFC 2198 §3).
///
/// ```
///  0                   1                    2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3  4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |1|  block PT   |      timestamp offset     |   block length    |  for each redundant payload
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0|  block PT   |  for the primary one, followed by all payloads in the same order
/// +-+-+-+-+-+-+-+-+
/// ```
package struct REDCursor: Sendable {
  /// More than any sender repeats.
  static let maximumRedundancy = 15
  static let redundantHeaderByteCount = 4
  /// What 14 and 10 bits can hold.
  static let maximumTimestampOffset: UInt32 = 0x3fff
  static let maximumRedundantByteCount = 0x3ff

  private var headerOffset = 0
  private var payloadOffset: Int
  private var isFinished = false

  /// Throws `truncated` unless all headers and the redundant payloads are there, `invalidLength` for too many.
  package init(_ payload: RawSpan) throws(WireError) {
    var offset = 0
    var redundantByteCount = 0
    while try payload.loadUInt8(at: offset) & 0x80 != 0 {
      redundantByteCount += Int(try payload.loadUInt32(at: offset)) & Self.maximumRedundantByteCount
      offset += Self.redundantHeaderByteCount
      guard offset <= Self.maximumRedundancy * Self.redundantHeaderByteCount else { throw .invalidLength }
    }
    payloadOffset = offset + 1
    guard payloadOffset + redundantByteCount <= payload.byteCount else { throw .truncated }
  }

  /// The next payload, which may be empty; `nil` after the primary one.
  package mutating func next(in payload: RawSpan) throws(WireError) -> REDBlock? {
    guard !isFinished else { return nil }
    let first = try payload.loadUInt8(at: headerOffset)
    guard first & 0x80 != 0 else {
      isFinished = true
      return REDBlock(payloadType: first, timestampOffset: 0, range: payloadOffset..<payload.byteCount)
    }
    let header = try payload.loadUInt32(at: headerOffset)
    let end = payloadOffset + Int(header) & Self.maximumRedundantByteCount
    defer {
      headerOffset += Self.redundantHeaderByteCount
      payloadOffset = end
    }
    return REDBlock(
      payloadType: first & 0x7f, timestampOffset: header >> 10 & Self.maximumTimestampOffset,
      range: payloadOffset..<end)
  }
}

/// Writes the headers of a redundant audio packet; the payloads follow them in the same order.
package enum REDHeaders {
  /// Whether a header can say so long ago and so long.
  package static func canRepeat(byteCount: Int, timestampOffset: Int64) -> Bool {
    0...REDCursor.maximumRedundantByteCount ~= byteCount
      && 1...Int64(REDCursor.maximumTimestampOffset) ~= timestampOffset
  }

  /// Appends the header of an earlier payload; throws `valueTooLarge` for one too old or too long to be repeated.
  package static func writeRedundant(
    payloadType: UInt8, timestampOffset: UInt32, byteCount: Int, into output: inout OutputRawSpan
  ) throws(WireError) {
    guard payloadType < 0x80, timestampOffset <= REDCursor.maximumTimestampOffset else { throw .valueTooLarge }
    guard 0...REDCursor.maximumRedundantByteCount ~= byteCount else { throw .valueTooLarge }
    let type = 0x8000_0000 | UInt32(payloadType) << 24
    try output.writeUInt32(type | timestampOffset << 10 | UInt32(byteCount))
  }

  /// Appends the header of the present payload, the last header.
  package static func writePrimary(payloadType: UInt8, into output: inout OutputRawSpan) throws(WireError) {
    guard payloadType < 0x80 else { throw .valueTooLarge }
    try output.writeUInt8(payloadType)
  }
}
