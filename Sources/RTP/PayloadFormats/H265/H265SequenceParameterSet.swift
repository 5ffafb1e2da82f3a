/// What an H.265 sequence parameter set says of the pictures (ITU-T H.265 §7.3.2.2.1), as far as their size needs it.
package struct H265SequenceParameterSet: Equatable, Sendable {
  package let size: PictureSize

  /// Reads a unit from its header on.
  package init(parsing unit: RawSpan) throws(WireError) {
    guard try unit.loadUInt8(at: 0) >> 1 & 0x3f == 33 else { throw .unexpectedType }
    var reader = RBSPReader(start: 2)
    try reader.skip(4, of: unit)  // id of the video parameter set
    let subLayerCount = Int(try reader.read(3, from: unit))
    try reader.skip(1, of: unit)
    try Self.skipProfile(subLayerCount, &reader, unit)
    _ = try reader.readExpGolomb(from: unit)  // id
    let format = try reader.readExpGolomb(from: unit)
    guard format <= 3 else { throw .invalidValue }
    let isSeparate = format == 3 ? try reader.readBit(from: unit) : false
    var width = try reader.readExpGolomb(from: unit)
    var height = try reader.readExpGolomb(from: unit)
    if try reader.readBit(from: unit) {  // the conformance window: left, right, top, bottom
      let horizontal = !isSeparate && (format == 1 || format == 2) ? 2 : 1
      let vertical = !isSeparate && format == 1 ? 2 : 1
      width -= horizontal * (try reader.readExpGolomb(from: unit) + (try reader.readExpGolomb(from: unit)))
      height -= vertical * (try reader.readExpGolomb(from: unit) + (try reader.readExpGolomb(from: unit)))
    }
    size = try PictureSize(checking: width, height)
  }

  /// Passes over profile, tier and level (§7.3.3).
  private static func skipProfile(
    _ subLayerCount: Int, _ reader: inout RBSPReader, _ unit: RawSpan
  ) throws(WireError) {
    try reader.skip(96, of: unit)
    guard subLayerCount > 0 else { return }
    let flags = try reader.read(16, from: unit)  // profile and level of each, aligned to two bytes
    for layer in 0..<subLayerCount {
      if flags >> UInt32(15 - 2 * layer) & 1 != 0 { try reader.skip(88, of: unit) }
      if flags >> UInt32(14 - 2 * layer) & 1 != 0 { try reader.skip(8, of: unit) }
    }
  }
}
