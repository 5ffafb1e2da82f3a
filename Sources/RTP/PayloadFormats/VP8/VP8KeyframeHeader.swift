/// The size of the pictures that a VP8 keyframe begins (RFC 6386 §9.1).
///
/// ```
/// | frame tag : 24 | 9d 01 2a | scale : 2, width : 14 | scale : 2, height : 14 |    little-endian
/// ```
package struct VP8KeyframeHeader: Equatable, Sendable {
  private static let startCode: UInt32 = 0x9d012a

  package let width: Int
  package let height: Int

  /// Reads the beginning of a keyframe's data; throws `unexpectedType` for anything else.
  package init(parsing data: RawSpan) throws(WireError) {
    var data = data
    guard try data.readUInt24() & 0x01_0000 == 0, try data.readUInt24() == Self.startCode else {
      throw .unexpectedType
    }
    width = Int(try data.readUInt16().byteSwapped & 0x3fff)
    height = Int(try data.readUInt16().byteSwapped & 0x3fff)
  }
}
