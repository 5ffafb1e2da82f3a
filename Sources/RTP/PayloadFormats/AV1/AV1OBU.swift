/// The header of an open bitstream unit, of which AV1 streams consist (AV1 bitstream specification §5.3.2).
///
/// ```
///  0 1 2 3 4 5 6 7
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0| type  |X|S|-| TID |SID|-|-|-|  the second byte if X; the size follows if S
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
package struct AV1OBU: Equatable, Sendable {
  package static let sequenceHeader: UInt8 = 1
  package static let temporalDelimiter: UInt8 = 2
  package static let tileList: UInt8 = 8
  package static let padding: UInt8 = 15

  private static let extensionFlag: UInt8 = 0x04
  static let sizeFlag: UInt8 = 0x02

  /// The first byte as it came.
  let first: UInt8
  /// Temporal and spatial id, if they are there.
  let layers: UInt8?
  /// Where what follows header and size lies in the bytes that were read.
  package let body: Range<Int>

  package var type: UInt8 { first >> 3 & 0x0f }

  /// Whether the unit is of no use in a packet or a file: those have their own way to delimit (AV1 RTP specification §5).
  package var isLeftOut: Bool { type == Self.temporalDelimiter || type == Self.tileList || type == Self.padding }

  var headerByteCount: Int { layers == nil ? 1 : 2 }

  /// Reads the unit at `offset` of `bytes`, which reaches to their end if it has no size.
  package init(parsing bytes: RawSpan, at offset: Int = 0) throws(WireError) {
    var rest = bytes
    try rest.skip(offset)
    first = try rest.readUInt8()
    guard first & 0x80 == 0 else { throw .invalidValue }
    layers = first & Self.extensionFlag == 0 ? nil : try rest.readUInt8()
    let size = first & Self.sizeFlag == 0 ? UInt64(rest.byteCount) : try rest.readLEB128()
    guard size <= UInt64(rest.byteCount) else { throw .truncated }
    let start = bytes.byteCount - rest.byteCount
    body = start..<(start + Int(size))
  }

  /// Appends the unit with its size, the form of files and decoders.
  func append(from bytes: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    frame.append(first | Self.sizeFlag)
    if let layers { frame.append(layers) }
    var size = body.count
    while size >= 0x80 {
      frame.append(UInt8(truncatingIfNeeded: size) | 0x80)
      size >>= 7
    }
    frame.append(UInt8(truncatingIfNeeded: size))
    try frame.append(bytes.extracting(body))
  }
}
