package import RTP

/// The qualities that a stream can be decoded in, as the structure of its dependency descriptors lists them. Trivial.
package struct DecodeTargets: Sendable {
  package static let capacity = 32

  package private(set) var count = 0
  /// Which of them are sent at present, one bit each.
  package var active: UInt32 = 0
  private var spatialIDs = InlineArray<32, UInt8>(repeating: 0)
  private var temporalIDs = InlineArray<32, UInt8>(repeating: 0)
  /// The chain that protects a target; `noChain` without chains.
  private var chains = InlineArray<32, UInt8>(repeating: noChain)

  private static let noChain = UInt8.max

  package init() {}

  package init(_ structure: DependencyStructure) {
    count = structure.decodeTargetCount
    active = structure.allDecodeTargets
    for target in 0..<count {
      let layers = structure.layers(ofDecodeTarget: target)
      spatialIDs[target] = layers.spatialID
      temporalIDs[target] = layers.temporalID
      if structure.chainCount > 0 { chains[target] = structure.protectingChains[target] }
    }
  }

  package func spatialID(of target: Int) -> UInt8 { spatialIDs[target] }
  package func temporalID(of target: Int) -> UInt8 { temporalIDs[target] }

  package func chain(of target: Int) -> Int? {
    chains[target] == Self.noChain ? nil : Int(chains[target])
  }

  package func isActive(_ target: Int) -> Bool { active & (1 << UInt32(target)) != 0 }

  /// The highest spatial and temporal layers of the active targets.
  package var highest: (spatialID: UInt8, temporalID: UInt8) {
    var highest: (spatialID: UInt8, temporalID: UInt8) = (0, 0)
    for target in 0..<count where isActive(target) {
      highest.spatialID = max(highest.spatialID, spatialIDs[target])
      highest.temporalID = max(highest.temporalID, temporalIDs[target])
    }
    return highest
  }

  /// The active targets that ask for no more than `target` does, one bit each.
  package func mask(upTo target: Int) -> UInt32 {
    var mask: UInt32 = 0
    for other in 0..<count
    where isActive(other) && spatialIDs[other] <= spatialIDs[target] && temporalIDs[other] <= temporalIDs[target] {
      mask |= 1 << UInt32(other)
    }
    return mask
  }
}
