/// The size of the pictures that a VP9 keyframe begins (VP9 bitstream specification §6.2).
///
/// ```
/// | marker : 2 = 2 | profile : 2 (+ 1) | existing : 1 | not a keyframe : 1 | shown : 1 | resilient : 1 | 49 83 42 | colours | sizes
/// ```
package struct VP9KeyframeHeader: Equatable, Sendable {
  private static let syncCode: UInt32 = 0x498342
  private static let sRGB: UInt32 = 7

  package let size: PictureSize

  /// Reads the beginning of a keyframe's data; throws `unexpectedType` for anything else.
  package init(parsing data: RawSpan) throws(WireError) {
    var reader = BitReader()
    guard try reader.read(2, from: data) == 2 else { throw .unexpectedType }
    let low = try reader.read(1, from: data)
    let profile = low | (try reader.read(1, from: data)) << 1
    if profile == 3 { _ = try reader.readFlag(from: data) }
    guard try reader.read(2, from: data) == 0 else { throw .unexpectedType }
    _ = try reader.read(2, from: data)
    guard try reader.read(24, from: data) == Self.syncCode else { throw .unexpectedType }
    try Self.skipColours(profile, &reader, data)
    let width = Int(try reader.read(16, from: data)) + 1
    let height = Int(try reader.read(16, from: data)) + 1
    size = PictureSize(width: width, height: height)
  }

  private static func skipColours(
    _ profile: UInt32, _ reader: inout BitReader, _ data: RawSpan
  ) throws(WireError) {
    if profile >= 2 { _ = try reader.readFlag(from: data) }
    let hasSubsampling = profile == 1 || profile == 3
    if try reader.read(3, from: data) == sRGB {
      if hasSubsampling { _ = try reader.readFlag(from: data) }
    } else {
      _ = try reader.readFlag(from: data)
      if hasSubsampling { _ = try reader.read(3, from: data) }
    }
  }
}
