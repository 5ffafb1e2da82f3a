import RTP

/// Dependency structures of the scalability modes, made from what each frame needs, and the descriptors of their frames.
enum FrameStructures {
  /// A frame as an encoder knows it.
  struct Frame {
    var spatialID: UInt8
    var temporalID: UInt8
    /// How many frames before it each of its references is.
    var references: [Int]
    /// How many frames ago each chain had its last; zero where there was none since the keyframe.
    var chains: [Int]
    /// By decode target.
    var indications: [DecodeTargetIndication]
  }

  /// The wire form of what a frame is, as its own template.
  static func dependencies(_ frame: Frame) throws(WireError) -> FrameDependencies {
    var result = FrameDependencies(spatialID: frame.spatialID, temporalID: frame.temporalID)
    result.decodeTargets = try DecodeTargetIndications(frame.indications)
    for reference in frame.references { try result.frameDiffs.append(UInt16(reference)) }
    for chain in frame.chains { try result.chainDiffs.append(UInt8(chain)) }
    return result
  }

  /// A structure with one template for each layer; what frames differ in, their descriptors say.
  static func structure(
    spatialCount: Int, temporalCount: Int, chains: [UInt8], chainCount: Int, sizes: [PictureSize] = []
  ) -> DependencyStructure {
    let targetCount = spatialCount * temporalCount
    var templates: [FrameDependencies] = []
    for spatialID in 0..<spatialCount {
      for temporalID in 0..<temporalCount {
        let indications = (0..<targetCount).map { target -> DecodeTargetIndication in
          target / temporalCount >= spatialID && target % temporalCount >= temporalID ? .required : .notPresent
        }
        let frame = Frame(
          spatialID: UInt8(spatialID), temporalID: UInt8(temporalID), references: [],
          chains: Array(repeating: 1, count: chainCount), indications: indications)
        if let template = try? dependencies(frame) { templates.append(template) }
      }
    }
    return DependencyStructure(
      templateIDOffset: 0, decodeTargetCount: targetCount, templates: templates, chainCount: chainCount,
      protectingChains: chains,
      resolutions: sizes.map { DependencyStructure.Resolution(width: $0.width, height: $0.height) })
  }

  static func descriptor(_ frame: Frame, in structure: DependencyStructure, number: Int) -> DependencyDescriptor {
    let template = structure.templates.firstIndex {
      $0.spatialID == frame.spatialID && $0.temporalID == frame.temporalID
    }
    let own = (try? dependencies(frame)) ?? FrameDependencies(spatialID: 0, temporalID: 0)
    return DependencyDescriptor(
      isFirstPacketOfFrame: true, isLastPacketOfFrame: true, templateID: UInt8(template ?? 0),
      frameNumber: UInt16(truncatingIfNeeded: number), frame: own)
  }

  // MARK: One spatial layer

  static func temporal(_ pattern: [UInt8], _ size: PictureSize) -> DependencyStructure {
    let count = Int(pattern.max() ?? 0) + 1
    return structure(
      spatialCount: 1, temporalCount: count, chains: Array(repeating: 0, count: count), chainCount: 1, sizes: [size])
  }

  /// The frame at a place of the pattern: it needs the newest frame of a lower layer, or of its own if it is of the lowest.
  static func temporalFrame(_ pattern: [UInt8], sinceKeyframe: Int) -> Frame {
    let layer = pattern[sinceKeyframe % pattern.count]
    let count = Int(pattern.max() ?? 0) + 1
    var reference: Int?
    for distance in stride(from: 1, through: sinceKeyframe, by: 1) {
      let other = pattern[(sinceKeyframe - distance) % pattern.count]
      guard other < layer || (layer == 0 && other == 0) else { continue }
      reference = distance
      break
    }
    let chain = (1...max(1, sinceKeyframe)).first {
      $0 <= sinceKeyframe && pattern[(sinceKeyframe - $0) % pattern.count] == 0
    }
    let indications = (0..<count).map { target -> DecodeTargetIndication in
      target < Int(layer) ? .notPresent : target == Int(layer) && layer > 0 ? .discardable : .switch
    }
    return Frame(
      spatialID: 0, temporalID: layer, references: reference.map { [$0] } ?? [], chains: [chain ?? 0],
      indications: indications)
  }
}
