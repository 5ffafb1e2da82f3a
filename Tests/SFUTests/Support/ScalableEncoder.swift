import RTP
import TestSupport
import WebRTC

/// A stream with spatial layers within, frame by frame, with what each frame needs known from the outside.
struct ScalableEncoder {
  enum Mode: CaseIterable {
    case oneSpatial  // L1T3
    case chainless  // L1T3 whose descriptors have no chains
    case full  // L3T3
    case key  // L3T3_KEY
    case simulcast  // S3T3

    var spatialCount: Int { self == .oneSpatial || self == .chainless ? 1 : 3 }
    var chainCount: Int { self == .chainless ? 0 : spatialCount }
  }

  struct Frame {
    var number: Int
    var picture: Int
    var spatialID: Int
    var temporalID: Int
    var isKeyPicture: Bool
    /// The numbers of the frames it needs.
    var references: [Int]
    /// The decode targets it is a part of.
    var targets: Set<Int>
    var packetCount: Int
  }

  static let temporalCount = 3
  private static let pattern = [0, 2, 1, 2]
  private static let sizes = (0..<3).map { PictureSize(width: 320 << $0, height: 180 << $0) }

  let mode: Mode
  let codec: MediaCodec.Family
  private(set) var frames: [Int: Frame] = [:]
  private var picture = -1
  private var sinceKey = 0
  private var sequence: Int64 = 5000
  /// The newest T0 frame of each chain since the keyframe.
  private var chains: [Int?]
  private var history: [[Frame]] = []
  private(set) var structure: DependencyStructure

  init(_ mode: Mode, _ codec: MediaCodec.Family) {
    self.mode = mode
    self.codec = codec
    chains = Array(repeating: nil, count: mode.chainCount)
    let protecting = (0..<mode.chainCount * Self.temporalCount).map { UInt8($0 / Self.temporalCount) }
    structure = FrameStructures.structure(
      spatialCount: mode.spatialCount, temporalCount: Self.temporalCount, chains: protecting,
      chainCount: mode.chainCount, sizes: Array(Self.sizes.prefix(mode.spatialCount)))
  }

  /// The packets of the next picture.
  mutating func nextPicture(
    at moment: Instant, isKey: Bool, using generator: inout SeededGenerator
  ) -> [SimulatedEncoder.Packet] {
    picture += 1
    let isKey = isKey || picture == 0
    if isKey {
      (sinceKey, history) = (0, [])
      chains = Array(repeating: nil, count: mode.chainCount)
      // Another structure has other template ids, so that its packets are told from those before.
      structure.templateIDOffset = (structure.templateIDOffset + UInt8(structure.templates.count)) % 64
    }
    let temporalID = Self.pattern[sinceKey % Self.pattern.count]
    var packets: [SimulatedEncoder.Packet] = []
    var made: [Frame] = []
    for spatialID in 0..<mode.spatialCount {
      let frame = frame(spatialID, temporalID, isKey, below: made.last, count: .random(in: 1...3, using: &generator))
      packets += self.packets(of: frame, at: moment)
      frames[frame.number] = frame
      made.append(frame)
      for chain in chains.indices where contains(frame, chain: chain) { chains[chain] = frame.number }
    }
    history.append(made)
    sinceKey += 1
    return packets
  }

  private func frame(_ spatialID: Int, _ temporalID: Int, _ isKey: Bool, below: Frame?, count: Int) -> Frame {
    var references: [Int] = []
    if !isKey {
      let earlier = history.last { $0[0].temporalID < temporalID || (temporalID == 0 && $0[0].temporalID == 0) }
      if let earlier { references.append(earlier[spatialID].number) }
    }
    let usesLower = mode == .full || (mode == .key && isKey)
    if usesLower, let below { references.append(below.number) }
    let targets = (0..<mode.spatialCount * Self.temporalCount).filter { target in
      let (spatial, temporal) = (target / Self.temporalCount, target % Self.temporalCount)
      return temporal >= temporalID && (usesLower ? spatial >= spatialID : spatial == spatialID)
    }
    return Frame(
      number: picture * mode.spatialCount + spatialID + 1, picture: picture, spatialID: spatialID,
      temporalID: temporalID, isKeyPicture: isKey, references: references, targets: Set(targets), packetCount: count)
  }

  private func contains(_ frame: Frame, chain: Int) -> Bool {
    guard frame.temporalID == 0 else { return false }
    let usesLower = mode == .full || (mode == .key && frame.isKeyPicture)
    return usesLower ? frame.spatialID <= chain : frame.spatialID == chain
  }

  // MARK: Packets

  private mutating func packets(of frame: Frame, at moment: Instant) -> [SimulatedEncoder.Packet] {
    (0..<frame.packetCount).map { index in
      defer { sequence += 1 }
      let isLast = index == frame.packetCount - 1
      let starts = frame.isKeyPicture && frame.spatialID == 0 && index == 0
      return SimulatedEncoder.Packet(
        encoding: 0, frame: frame.number, sequence: sequence, timestamp: moment.nanoseconds * 9 / 100_000,
        marker: isLast && frame.spatialID == mode.spatialCount - 1, isKeyframe: frame.isKeyPicture,
        startsKeyframe: starts, temporalID: UInt8(frame.temporalID), capturedAt: moment,
        descriptor: codec == .av1 ? descriptor(frame, index, isLast) : [],
        payload: codec == .av1 ? [starts ? 0x08 : 0, 0x08, 0x32] : vp9(frame, index, isLast),
        pictureID: frame.picture, tl0: frame.picture / 4, keyIndex: 0)
    }
  }

  private func descriptor(_ frame: Frame, _ index: Int, _ isLast: Bool) -> [UInt8] {
    let indications = (0..<mode.spatialCount * Self.temporalCount).map { target -> DecodeTargetIndication in
      guard frame.targets.contains(target) else { return .notPresent }
      guard !frame.isKeyPicture else { return .switch }
      return target % Self.temporalCount == frame.temporalID && frame.temporalID > 0 ? .discardable : .required
    }
    let described = FrameStructures.Frame(
      spatialID: UInt8(frame.spatialID), temporalID: UInt8(frame.temporalID),
      references: frame.references.map { frame.number - $0 },
      chains: chains.map { $0.map { frame.number - $0 } ?? 0 }, indications: indications)
    var descriptor = FrameStructures.descriptor(described, in: structure, number: frame.number)
    descriptor.templateID = (descriptor.templateID + structure.templateIDOffset) % 64
    descriptor.isFirstPacketOfFrame = index == 0
    descriptor.isLastPacketOfFrame = isLast
    if frame.isKeyPicture, frame.spatialID == 0, index == 0 { descriptor.attachedStructure = structure }
    let bytes = try? [UInt8](capacity: 255) { output throws(WireError) in
      try descriptor.write(structure: structure, into: &output)
    }
    return bytes ?? []
  }

  private func vp9(_ frame: Frame, _ index: Int, _ isLast: Bool) -> [UInt8] {
    var descriptor = VP9PayloadDescriptor(pictureID: UInt16(frame.picture & 0x7fff))
    let usesLower = mode == .full || (mode == .key && frame.isKeyPicture)
    descriptor.isInterPicturePredicted = !frame.isKeyPicture
    (descriptor.startsFrame, descriptor.endsFrame) = (index == 0, isLast)
    descriptor.isNotReferenceForUpperLayers = !usesLower || frame.spatialID == mode.spatialCount - 1
    descriptor.layer = .init(
      temporalID: UInt8(frame.temporalID), isSwitchingUpPoint: frame.temporalID == 0, spatialID: UInt8(frame.spatialID),
      isInterLayerPredicted: usesLower && frame.spatialID > 0)
    descriptor.tl0PictureIndex = UInt8(truncatingIfNeeded: frame.picture / 4)
    if frame.isKeyPicture, frame.spatialID == 0, index == 0 {
      var structure = VP9ScalabilityStructure(spatialLayerCount: mode.spatialCount)
      for size in Self.sizes.prefix(mode.spatialCount) {
        try? structure.widths.append(UInt16(size.width))
        try? structure.heights.append(UInt16(size.height))
      }
      descriptor.structure = structure
    }
    let head = try? [UInt8](capacity: 64) { output throws(WireError) in try descriptor.write(into: &output) }
    return (head ?? []) + [0x80, 0, 0]
  }
}
