/// What an H.264 sequence parameter set says of the pictures (ITU-T H.264 §7.3.2.1.1), as far as their size needs it.
package struct H264SequenceParameterSet: Equatable, Sendable {
  /// The profiles whose sets tell the chroma format (§7.3.2.1.1).
  private static let chromaProfiles: [UInt32] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]
  private static let macroblock = 16

  package let size: PictureSize

  /// Reads a unit from its header on.
  package init(parsing unit: RawSpan) throws(WireError) {
    guard try unit.loadUInt8(at: 0) & 0x1f == 7 else { throw .unexpectedType }
    var reader = RBSPReader(start: 1)
    let profile = try reader.read(8, from: unit)
    try reader.skip(16, of: unit)  // constraints, level
    _ = try reader.readExpGolomb(from: unit)  // id
    let chroma = Self.hasChroma(profile) ? try Self.readChroma(&reader, unit) : Chroma()
    _ = try reader.readExpGolomb(from: unit)  // bits of the frame number
    try Self.skipPictureOrder(&reader, unit)
    _ = try reader.readExpGolomb(from: unit)  // reference frames
    try reader.skip(1, of: unit)  // gaps in frame numbers
    let widthInMacroblocks = try reader.readExpGolomb(from: unit) + 1
    let heightInMapUnits = try reader.readExpGolomb(from: unit) + 1
    let isProgressive = try reader.readBit(from: unit)
    if !isProgressive { try reader.skip(1, of: unit) }
    try reader.skip(1, of: unit)  // direct inference
    let fields = isProgressive ? 1 : 2
    var width = widthInMacroblocks * Self.macroblock
    var height = heightInMapUnits * Self.macroblock * fields
    if try reader.readBit(from: unit) {  // cropping: left, right, top, bottom
      width -= chroma.horizontal * (try reader.readExpGolomb(from: unit) + (try reader.readExpGolomb(from: unit)))
      let rows = try reader.readExpGolomb(from: unit) + (try reader.readExpGolomb(from: unit))
      height -= chroma.vertical * fields * rows
    }
    size = try PictureSize(checking: width, height)
  }

  /// In how many luma samples cropping is counted.
  private struct Chroma {
    var horizontal = 2
    var vertical = 2
  }

  private static func hasChroma(_ profile: UInt32) -> Bool {
    for known in chromaProfiles where known == profile { return true }
    return false
  }

  private static func readChroma(_ reader: inout RBSPReader, _ unit: RawSpan) throws(WireError) -> Chroma {
    let format = try reader.readExpGolomb(from: unit)
    guard format <= 3 else { throw .invalidValue }
    let isSeparate = format == 3 ? try reader.readBit(from: unit) : false
    _ = try reader.readExpGolomb(from: unit)  // luma depth
    _ = try reader.readExpGolomb(from: unit)  // chroma depth
    try reader.skip(1, of: unit)
    if try reader.readBit(from: unit) {
      for list in 0..<(format == 3 ? 12 : 8) where try reader.readBit(from: unit) {
        try skipScalingList(count: list < 6 ? 16 : 64, &reader, unit)
      }
    }
    guard !isSeparate else { return Chroma(horizontal: 1, vertical: 1) }
    return Chroma(horizontal: format == 1 || format == 2 ? 2 : 1, vertical: format == 1 ? 2 : 1)
  }

  private static func skipScalingList(count: Int, _ reader: inout RBSPReader, _ unit: RawSpan) throws(WireError) {
    var (last, next) = (8, 8)
    for _ in 0..<count {
      if next != 0 { next = (last + (try reader.readSignedExpGolomb(from: unit)) + 256) & 0xff }
      last = next == 0 ? last : next
    }
  }

  private static func skipPictureOrder(_ reader: inout RBSPReader, _ unit: RawSpan) throws(WireError) {
    switch try reader.readExpGolomb(from: unit) {
    case 0: _ = try reader.readExpGolomb(from: unit)
    case 1:
      try reader.skip(1, of: unit)
      _ = try reader.readExpGolomb(from: unit)
      _ = try reader.readExpGolomb(from: unit)
      let count = try reader.readExpGolomb(from: unit)
      guard count <= 255 else { throw .invalidValue }
      for _ in 0..<count { _ = try reader.readExpGolomb(from: unit) }
    case 2: return
    default: throw .invalidValue
    }
  }
}
