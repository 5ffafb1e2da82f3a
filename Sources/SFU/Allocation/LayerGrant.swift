/// What of a track a subscriber is sent at best, beside its wish. Trivial.
package enum LayerGrant: Equatable, Sendable {
  case everything
  case nothing
  /// By the rank of the layer among all of the track, 0 the smallest.
  case layers(spatial: UInt8, temporal: UInt8)

  /// What is decided, where `best` is what the view shows and the publisher sends.
  package init(_ allowed: QualityLadder.Rung?, of best: QualityLadder.Rung?) {
    switch allowed {
    case best: self = .everything
    case nil: self = .nothing
    case .some(let rung): self = .layers(spatial: rung.spatialLayer, temporal: rung.temporalLayer)
    }
  }

  /// What can be had of what is wished.
  package func bounding(_ wish: LayerWish) -> LayerWish {
    var wish = wish
    switch self {
    case .everything: break
    case .nothing: wish.isPaused = true
    case .layers(let spatial, let temporal):
      wish.spatialLayer = min(spatial, wish.spatialLayer ?? .max)
      wish.temporalLayer = min(temporal, wish.temporalLayer ?? .max)
    }
    return wish
  }
}
