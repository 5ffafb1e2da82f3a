/// The frames a stream is made of, as its keyframes announce it: templates, decode targets, chains, sizes
/// (template dependency structure, AV1 RTP specification, appendix A.8.3).
///
/// Packets name a template of the latest structure, so whoever reads them keeps it. It comes with keyframes only and is
/// therefore allowed to allocate; packets without one are read without allocation.
package struct DependencyStructure: Equatable, Sendable {
  /// The size of a spatial layer when rendered.
  package struct Resolution: Equatable, Sendable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
      self.width = width
      self.height = height
    }
  }

  /// The highest layers a decode target contains.
  package struct Layers: Equatable, Sendable {
    package var spatialID: UInt8
    package var temporalID: UInt8
  }

  static let maximumTemplateCount = 64

  /// The id of the first template; ids count from here modulo 64.
  package var templateIDOffset: UInt8
  /// 1 to 32.
  package var decodeTargetCount: Int
  /// In order of spatial, then temporal id.
  package var templates: [FrameDependencies]
  package var chainCount: Int
  /// For each decode target, the chain that protects it; empty without chains.
  package var protectingChains: [UInt8]
  /// By spatial id; empty if not announced.
  package var resolutions: [Resolution]

  package init(
    templateIDOffset: UInt8, decodeTargetCount: Int, templates: [FrameDependencies], chainCount: Int,
    protectingChains: [UInt8], resolutions: [Resolution] = []
  ) {
    self.templateIDOffset = templateIDOffset
    self.decodeTargetCount = decodeTargetCount
    self.templates = templates
    self.chainCount = chainCount
    self.protectingChains = protectingChains
    self.resolutions = resolutions
  }

  /// The mask in which every decode target is active.
  package var allDecodeTargets: UInt32 {
    UInt32(truncatingIfNeeded: UInt64(1) << UInt64(decodeTargetCount) - 1)
  }

  package var maximumSpatialID: UInt8 { templates.last?.spatialID ?? 0 }

  /// The template a packet names, or `nil` for an id that belongs to another structure.
  package func template(id: UInt8) -> FrameDependencies? {
    let index = Int((id &- templateIDOffset) & 0x3f)
    return index < templates.count ? templates[index] : nil
  }

  /// The highest layers that decode target `target` contains.
  package func layers(ofDecodeTarget target: Int) -> Layers {
    var layers = Layers(spatialID: 0, temporalID: 0)
    for template in templates where template.decodeTargets[target] != .notPresent {
      layers.spatialID = max(layers.spatialID, template.spatialID)
      layers.temporalID = max(layers.temporalID, template.temporalID)
    }
    return layers
  }
}

extension DependencyStructure {
  /// What follows a template's layer: how the next template's differs.
  fileprivate enum NextLayer: UInt32 {
    case same
    case nextTemporal
    case nextSpatial
    case end
  }

  init(reading reader: inout BitReader, from bytes: RawSpan) throws(WireError) {
    templateIDOffset = UInt8(try reader.read(6, from: bytes))
    decodeTargetCount = Int(try reader.read(5, from: bytes)) + 1
    templates = []
    chainCount = 0
    protectingChains = []
    resolutions = []
    try readLayers(&reader, bytes)
    try readDecodeTargets(&reader, bytes)
    try readFrameDiffs(&reader, bytes)
    try readChains(&reader, bytes)
    try readResolutions(&reader, bytes)
  }

  private mutating func readLayers(_ reader: inout BitReader, _ bytes: RawSpan) throws(WireError) {
    var template = FrameDependencies(spatialID: 0, temporalID: 0)
    while true {
      guard templates.count < Self.maximumTemplateCount else { throw .invalidLength }
      templates.append(template)
      switch NextLayer(rawValue: try reader.read(2, from: bytes)) {
      case .same: continue
      case .nextTemporal: template.temporalID += 1
      case .nextSpatial:
        template.temporalID = 0
        template.spatialID += 1
      case .end, nil: return
      }
      guard template.temporalID <= FrameDependencies.maximumTemporalID else { throw .invalidValue }
      guard template.spatialID <= FrameDependencies.maximumSpatialID else { throw .invalidValue }
    }
  }

  private mutating func readDecodeTargets(_ reader: inout BitReader, _ bytes: RawSpan) throws(WireError) {
    for index in templates.indices {
      templates[index].decodeTargets = try DecodeTargetIndications(
        reading: &reader, count: decodeTargetCount, from: bytes)
    }
  }

  private mutating func readFrameDiffs(_ reader: inout BitReader, _ bytes: RawSpan) throws(WireError) {
    for index in templates.indices {
      while try reader.readFlag(from: bytes) {
        try templates[index].frameDiffs.append(UInt16(try reader.read(4, from: bytes)) + 1)
      }
    }
  }

  private mutating func readChains(_ reader: inout BitReader, _ bytes: RawSpan) throws(WireError) {
    chainCount = Int(try reader.readNonSymmetric(UInt32(decodeTargetCount) + 1, from: bytes))
    guard chainCount > 0 else { return }
    for _ in 0..<decodeTargetCount {
      protectingChains.append(UInt8(try reader.readNonSymmetric(UInt32(chainCount), from: bytes)))
    }
    for index in templates.indices {
      for _ in 0..<chainCount {
        try templates[index].chainDiffs.append(UInt8(try reader.read(4, from: bytes)))
      }
    }
  }

  private mutating func readResolutions(_ reader: inout BitReader, _ bytes: RawSpan) throws(WireError) {
    guard try reader.readFlag(from: bytes) else { return }
    for _ in 0...maximumSpatialID {
      let width = Int(try reader.read(16, from: bytes)) + 1
      let height = Int(try reader.read(16, from: bytes)) + 1
      resolutions.append(Resolution(width: width, height: height))
    }
  }
}

extension DecodeTargetIndications {
  init(reading reader: inout BitReader, count: Int, from bytes: RawSpan) throws(WireError) {
    self.init()
    for _ in 0..<count {
      guard let indication = DecodeTargetIndication(rawValue: UInt8(try reader.read(2, from: bytes))) else {
        throw .invalidValue
      }
      try append(indication)
    }
  }
}

extension DependencyStructure {
  /// Throws `invalidValue` if the templates cannot be put in this form, such as layers out of order.
  func write(_ writer: inout BitWriter, into output: inout OutputRawSpan) throws(WireError) {
    guard 1...32 ~= decodeTargetCount, 1...Self.maximumTemplateCount ~= templates.count else { throw .valueTooLarge }
    try writer.write(UInt32(templateIDOffset), bits: 6, into: &output)
    try writer.write(UInt32(decodeTargetCount - 1), bits: 5, into: &output)
    try writeLayers(&writer, &output)
    for template in templates {
      guard template.decodeTargets.count == decodeTargetCount else { throw .invalidValue }
      try template.decodeTargets.write(&writer, into: &output)
    }
    try writeFrameDiffs(&writer, &output)
    try writeChains(&writer, &output)
    try writeResolutions(&writer, &output)
  }

  private func writeLayers(_ writer: inout BitWriter, _ output: inout OutputRawSpan) throws(WireError) {
    for (index, template) in templates.enumerated() {
      let following = index + 1 < templates.count ? templates[index + 1] : nil
      let next = try Self.step(from: template, to: following)
      try writer.write(next.rawValue, bits: 2, into: &output)
    }
  }

  private static func step(
    from template: FrameDependencies, to following: FrameDependencies?
  ) throws(WireError) -> NextLayer {
    guard let following else { return .end }
    let spatialStep = Int(following.spatialID) - Int(template.spatialID)
    let temporalStep = Int(following.temporalID) - Int(template.temporalID)
    if spatialStep == 1, following.temporalID == 0 { return .nextSpatial }
    guard spatialStep == 0, 0...1 ~= temporalStep else { throw .invalidValue }
    return temporalStep == 1 ? .nextTemporal : .same
  }

  private func writeFrameDiffs(_ writer: inout BitWriter, _ output: inout OutputRawSpan) throws(WireError) {
    for template in templates {
      for index in template.frameDiffs.indices {
        guard 1...16 ~= template.frameDiffs[index] else { throw .valueTooLarge }
        try writer.write(true, into: &output)
        try writer.write(UInt32(template.frameDiffs[index]) - 1, bits: 4, into: &output)
      }
      try writer.write(false, into: &output)
    }
  }

  private func writeChains(_ writer: inout BitWriter, _ output: inout OutputRawSpan) throws(WireError) {
    guard 0...decodeTargetCount ~= chainCount else { throw .valueTooLarge }
    try writer.writeNonSymmetric(UInt32(chainCount), of: UInt32(decodeTargetCount) + 1, into: &output)
    guard chainCount > 0 else { return }
    guard protectingChains.count == decodeTargetCount else { throw .invalidValue }
    for chain in protectingChains {
      try writer.writeNonSymmetric(UInt32(chain), of: UInt32(chainCount), into: &output)
    }
    for template in templates {
      guard template.chainDiffs.count == chainCount else { throw .invalidValue }
      for index in template.chainDiffs.indices {
        try writer.write(UInt32(template.chainDiffs[index]), bits: 4, into: &output)
      }
    }
  }

  private func writeResolutions(_ writer: inout BitWriter, _ output: inout OutputRawSpan) throws(WireError) {
    try writer.write(!resolutions.isEmpty, into: &output)
    guard !resolutions.isEmpty else { return }
    guard resolutions.count == Int(maximumSpatialID) + 1 else { throw .invalidValue }
    for resolution in resolutions {
      guard 1...65536 ~= resolution.width, 1...65536 ~= resolution.height else { throw .valueTooLarge }
      try writer.write(UInt32(resolution.width - 1), bits: 16, into: &output)
      try writer.write(UInt32(resolution.height - 1), bits: 16, into: &output)
    }
  }
}

extension DecodeTargetIndications {
  func write(_ writer: inout BitWriter, into output: inout OutputRawSpan) throws(WireError) {
    for target in 0..<count { try writer.write(UInt32(self[target].rawValue), bits: 2, into: &output) }
  }
}
