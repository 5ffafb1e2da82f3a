extension DependencyDescriptor {
  /// Appends the descriptor as a sender makes it. What differs from the template is written out, everything else left to it.
  ///
  /// `structure` is the one the receiver has; an attached one takes precedence. Throws `missingContext` as parsing would.
  package func write(structure: DependencyStructure?, into output: inout OutputRawSpan) throws(WireError) {
    let known = attachedStructure ?? structure
    guard let template = known?.template(id: templateID) else { throw .missingContext }
    guard template.spatialID == frame.spatialID, template.temporalID == frame.temporalID else { throw .invalidValue }
    let flags = flags(template)
    var writer = BitWriter()
    try writeMandatoryPart(frameNumber: frameNumber, &writer, &output)
    guard !flags.isEmpty else { return }
    try writer.write(flags.rawValue, bits: Self.flagBitCount, into: &output)
    try attachedStructure?.write(&writer, into: &output)
    if flags.contains(.activeDecodeTargets), let activeDecodeTargets {
      try writer.write(activeDecodeTargets, bits: template.decodeTargets.count, into: &output)
    }
    try writeCustomParts(flags, &writer, &output)
    try writer.finish(into: &output)
  }

  private func flags(_ template: FrameDependencies) -> Flags {
    var flags: Flags = attachedStructure == nil ? [] : .structure
    if let activeDecodeTargets, activeDecodeTargets != attachedStructure?.allDecodeTargets {
      flags.insert(.activeDecodeTargets)
    }
    if frame.decodeTargets != template.decodeTargets { flags.insert(.customDecodeTargets) }
    if frame.frameDiffs != template.frameDiffs { flags.insert(.customFrameDiffs) }
    if frame.chainDiffs != template.chainDiffs { flags.insert(.customChains) }
    return flags
  }

  private func writeMandatoryPart(
    frameNumber: UInt16, _ writer: inout BitWriter, _ output: inout OutputRawSpan
  ) throws(WireError) {
    try writer.write(isFirstPacketOfFrame, into: &output)
    try writer.write(isLastPacketOfFrame, into: &output)
    try writer.write(UInt32(templateID), bits: 6, into: &output)
    try writer.write(UInt32(frameNumber), bits: 16, into: &output)
  }

  private func writeCustomParts(
    _ flags: Flags, _ writer: inout BitWriter, _ output: inout OutputRawSpan
  ) throws(WireError) {
    if flags.contains(.customDecodeTargets) { try frame.decodeTargets.write(&writer, into: &output) }
    if flags.contains(.customFrameDiffs) {
      for index in frame.frameDiffs.indices {
        let value = UInt32(frame.frameDiffs[index]) - 1
        let size = max(1, (UInt32.bitWidth - value.leadingZeroBitCount + 3) / 4)
        guard size <= 3 else { throw .valueTooLarge }
        try writer.write(UInt32(size), bits: 2, into: &output)
        try writer.write(value, bits: size * 4, into: &output)
      }
      try writer.write(0, bits: 2, into: &output)
    }
    if flags.contains(.customChains) {
      for index in frame.chainDiffs.indices {
        try writer.write(UInt32(frame.chainDiffs[index]), bits: 8, into: &output)
      }
    }
  }
}

/// Passing a descriptor on with another frame number and fewer decode targets; every other bit stays as the sender wrote it.
extension DependencyDescriptor {
  /// How many bytes `rewrite` appends.
  package func rewrittenByteCount(activeDecodeTargets mask: UInt32?) -> Int {
    guard let layout else { return 0 }
    let flags = rewrittenFlags(layout, mask)
    guard !flags.isEmpty else { return Self.mandatoryBitCount / 8 }
    let maskBitCount = flags.contains(.activeDecodeTargets) ? frame.decodeTargets.count : 0
    return (layout.structureEnd(flags) + maskBitCount + layout.end - layout.customStart + 7) / 8
  }

  /// Appends what `source`, the bytes this descriptor was read from, says, with another frame number.
  ///
  /// A `mask` is written in place of the sender's, or in addition; with `nil` the sender's stays if there is one.
  package func rewrite(
    _ source: RawSpan, frameNumber: UInt16, activeDecodeTargets mask: UInt32?, into output: inout OutputRawSpan
  ) throws(WireError) {
    guard let layout else { preconditionFailure("only a descriptor that was read can be rewritten") }
    let flags = rewrittenFlags(layout, mask)
    var writer = BitWriter()
    try writeMandatoryPart(frameNumber: frameNumber, &writer, &output)
    guard !flags.isEmpty else { return }
    try writer.write(flags.rawValue, bits: Self.flagBitCount, into: &output)
    let structureStart = Self.mandatoryBitCount + Self.flagBitCount
    try writer.copy(structureStart..<layout.structureEnd(flags), of: source, into: &output)
    if flags.contains(.activeDecodeTargets), let mask = mask ?? activeDecodeTargets {
      try writer.write(mask, bits: frame.decodeTargets.count, into: &output)
    }
    try writer.copy(layout.customStart..<layout.end, of: source, into: &output)
    try writer.finish(into: &output)
  }

  private func rewrittenFlags(_ layout: Layout, _ mask: UInt32?) -> Flags {
    mask == nil ? layout.flags : layout.flags.union(.activeDecodeTargets)
  }
}

extension DependencyDescriptor.Layout {
  /// The end of the structure in a descriptor with `flags`, even if the source was too short to have flags.
  fileprivate func structureEnd(_ flags: DependencyDescriptor.Flags) -> Int {
    max(structureEnd, DependencyDescriptor.mandatoryBitCount + DependencyDescriptor.flagBitCount)
  }
}
