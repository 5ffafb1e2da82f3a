/// What a frame means to a receiver that wants a certain quality (AV1 RTP specification, appendix A.2).
package enum DecodeTargetIndication: UInt8, Sendable {
  /// The frame is no part of it.
  case notPresent
  /// A part of it that no other frame needs.
  case discardable
  /// From this frame on the target can be decoded without earlier ones of it.
  case `switch`
  /// A part of it that later frames need.
  case required
}

/// One indication for each decode target, two bits each.
package struct DecodeTargetIndications: Equatable, Sendable {
  /// The format counts targets in five bits.
  static let maximumCount = 32

  private var bits: UInt64 = 0
  package private(set) var count = 0

  package init() {}

  /// Throws `invalidLength` for more targets than the format has.
  package init(_ indications: [DecodeTargetIndication]) throws(WireError) {
    for indication in indications { try append(indication) }
  }

  mutating func append(_ indication: DecodeTargetIndication) throws(WireError) {
    guard count < Self.maximumCount else { throw .invalidLength }
    bits |= UInt64(indication.rawValue) << UInt64(count * 2)
    count += 1
  }

  package subscript(target: Int) -> DecodeTargetIndication {
    precondition(target < count, "the structure has no such decode target")
    switch bits >> UInt64(target * 2) & 3 {
    case 0: return .notPresent
    case 1: return .discardable
    case 2: return .switch
    default: return .required
    }
  }
}

/// Where a frame stands among the others: its layer, who needs it and whom it needs (AV1 RTP specification, appendix A.8).
///
/// A template of a `DependencyStructure` is one of these, and so is what a packet says of its own frame.
package struct FrameDependencies: Equatable, Sendable {
  /// More references than any codec allows a frame: AV1 has seven.
  package static let maximumReferenceCount = 16
  package static let maximumChainCount = 32
  package static let maximumSpatialID: UInt8 = 3
  package static let maximumTemporalID: UInt8 = 7

  package var spatialID: UInt8
  package var temporalID: UInt8
  package var decodeTargets = DecodeTargetIndications()
  /// How many frames before this one each of its references is, 1 to 4096.
  package var frameDiffs = InlineList<16, UInt16>()
  /// For each chain, how many frames ago its last one was; 0 in a frame that starts the chain anew.
  package var chainDiffs = InlineList<32, UInt8>()

  package init(spatialID: UInt8, temporalID: UInt8) {
    self.spatialID = spatialID
    self.temporalID = temporalID
  }
}
