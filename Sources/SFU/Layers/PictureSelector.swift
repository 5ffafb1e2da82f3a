import WebRTC

/// Chooses layers by what payload descriptors tell: temporal layers of VP8, VP9 and H.265, spatial ones of VP9.
///
/// What is chosen changes between pictures, so that none is sent in part. Down at once where the lower layer was sent all along;
/// up to a temporal layer at its switching points, to a spatial one at keyframes.
package struct PictureSelector: ~Copyable, Sendable {
  private let inPlace = InPlace()
  package private(set) var layers = LayerSelector.Bounds(spatialID: 0, temporalID: 0)
  package private(set) var needsKeyframe = false
  /// What was chosen before, for packets of pictures before `changedAt` that come late.
  private var previous = LayerSelector.Bounds(spatialID: 0, temporalID: 0)
  private var changedAt = Int64.min
  /// The newest picture, by its timestamp.
  private var newest = Int64.min
  /// Spatial layers that were sent without a break since their last keyframe, one bit each.
  private var intact: UInt8 = 0
  /// Whether higher temporal layers can be begun with after the newest picture.
  private var opensUpwards = false

  package init() {}

  /// Whether a packet is forwarded; `highest` is the highest spatial layer that there is at present.
  package mutating func decide(
    _ packet: NumberMapping.Position, _ wish: LayerSelector.Bounds, highest: UInt8
  ) -> Bool {
    if packet.timestamp > newest { beginPicture(packet, wish, highest) }
    let chosen = packet.timestamp >= changedAt ? layers : previous
    guard packet.layers.temporalID <= chosen.temporalID else { return false }
    let bit = UInt8(1) << (packet.layers.spatialID & 7)
    let isUsed =
      packet.layers.spatialID == chosen.spatialID
      || packet.layers.spatialID < chosen.spatialID && packet.layers.isNeededAbove
    guard isUsed else {
      intact &= ~bit
      return false
    }
    if !packet.layers.isInterPicturePredicted { intact |= bit }
    if packet.layers.switchingPoint == .afterwards, packet.timestamp == newest { opensUpwards = true }
    return true
  }

  private mutating func beginPicture(
    _ packet: NumberMapping.Position, _ wish: LayerSelector.Bounds, _ highest: UInt8
  ) {
    let spatialID = min(wish.spatialID, highest)
    var next = layers
    if !packet.layers.isInterPicturePredicted {
      next = LayerSelector.Bounds(spatialID: spatialID, temporalID: wish.temporalID)
      intact = 0
    } else {
      next.temporalID = temporalLayer(for: packet.layers, wish.temporalID)
      if spatialID < next.spatialID, intact & (1 << spatialID) != 0 { next.spatialID = spatialID }
    }
    needsKeyframe = next.spatialID != spatialID
    newest = packet.timestamp
    opensUpwards = false
    guard next != layers else { return }
    previous = layers
    layers = next
    changedAt = packet.timestamp
  }

  private func temporalLayer(for packet: PacketLayers, _ wished: UInt8) -> UInt8 {
    guard wished > layers.temporalID else { return wished }
    guard !opensUpwards else { return wished }
    guard packet.temporalID > layers.temporalID, packet.temporalID <= wished else { return layers.temporalID }
    switch packet.switchingPoint {
    case .here: return packet.temporalID
    case .fromBelow where packet.temporalID == layers.temporalID + 1: return packet.temporalID
    case .fromBelow, .afterwards, .none: return layers.temporalID
    }
  }
}
