/// Putting another mask of active decode targets into a descriptor without reading all of it, which would allocate.
extension DependencyDescriptor {
  /// Where the mask is, or would be, in the bytes of a descriptor.
  struct MaskLayout {
    let flags: Flags
    /// The end of what precedes the mask.
    let maskStart: Int
    /// The beginning of what follows it.
    let maskEnd: Int

    /// Throws `invalidValue` for a structure with another number of decode targets than the stream was known to have.
    init(_ value: RawSpan, decodeTargetCount: Int) throws(WireError) {
      var reader = BitReader(position: mandatoryBitCount)
      guard value.byteCount > mandatoryBitCount / 8 else {
        flags = []
        (maskStart, maskEnd) = (mandatoryBitCount + flagBitCount, mandatoryBitCount + flagBitCount)
        return
      }
      flags = Flags(rawValue: try reader.read(flagBitCount, from: value))
      if flags.contains(.structure) {
        let count = try DependencyStructure.skip(&reader, value)
        guard count == decodeTargetCount else { throw .invalidValue }
      }
      maskStart = reader.position
      maskEnd = maskStart + (flags.contains(.activeDecodeTargets) ? decodeTargetCount : 0)
      guard maskEnd <= value.byteCount * 8 else { throw .truncated }
    }

    func byteCount(_ value: RawSpan, decodeTargetCount: Int) -> Int {
      (maskStart + decodeTargetCount + max(0, value.byteCount * 8 - maskEnd) + 7) / 8
    }

    func write(
      _ value: RawSpan, frameNumber: UInt16, mask: UInt32, decodeTargetCount: Int, into output: inout OutputRawSpan
    ) throws(WireError) {
      var writer = BitWriter()
      try writer.write(UInt32(try value.loadUInt8(at: 0)), bits: 8, into: &output)
      try writer.write(UInt32(frameNumber), bits: 16, into: &output)
      try writer.write(flags.union(.activeDecodeTargets).rawValue, bits: flagBitCount, into: &output)
      try writer.copy((mandatoryBitCount + flagBitCount)..<maskStart, of: value, into: &output)
      try writer.write(mask, bits: decodeTargetCount, into: &output)
      try writer.copy(min(maskEnd, value.byteCount * 8)..<(value.byteCount * 8), of: value, into: &output)
      try writer.finish(into: &output)
    }
  }
}

extension DependencyStructure {
  /// Passes over a structure without keeping anything of it; returns how many decode targets it has.
  static func skip(_ reader: inout BitReader, _ bytes: RawSpan) throws(WireError) -> Int {
    _ = try reader.read(6, from: bytes)
    let targetCount = Int(try reader.read(5, from: bytes)) + 1
    let (templateCount, spatialCount) = try skipLayers(&reader, bytes)
    for _ in 0..<(templateCount * targetCount) { _ = try reader.read(2, from: bytes) }
    for _ in 0..<templateCount {
      while try reader.readFlag(from: bytes) { _ = try reader.read(4, from: bytes) }
    }
    let chainCount = try reader.readNonSymmetric(UInt32(targetCount) + 1, from: bytes)
    if chainCount > 0 {
      for _ in 0..<targetCount { _ = try reader.readNonSymmetric(chainCount, from: bytes) }
      for _ in 0..<(templateCount * Int(chainCount)) { _ = try reader.read(4, from: bytes) }
    }
    guard try reader.readFlag(from: bytes) else { return targetCount }
    for _ in 0..<spatialCount { _ = try reader.read(32, from: bytes) }
    return targetCount
  }

  private static func skipLayers(
    _ reader: inout BitReader, _ bytes: RawSpan
  ) throws(WireError) -> (templates: Int, spatialLayers: Int) {
    var count = (templates: 1, spatialLayers: 1)
    while true {
      switch try reader.read(2, from: bytes) {
      case 2: count.spatialLayers += 1
      case 3: return count
      default: break
      }
      count.templates += 1
      guard count.templates <= maximumTemplateCount else { throw .invalidLength }
    }
  }
}
