/// What a player asks of the layers of one of its tracks (draft-ietf-wish-whep, `ext:core:layer`).
package struct LayerChoice: Sendable, Equatable {
  /// The `mid` of the track's media description.
  package let mediaID: String
  /// The encoding that is the best it wants.
  package let rid: String?
  /// The bounds beside it; none for the server's own choice.
  package let wish: MediaWish

  /// Whether it depends on the layers that there are.
  package var needsLayers: Bool { rid != nil || wish.width != nil || wish.height != nil }

  /// Reads a JSON object; fields that are not known are ignored. `encodingId` is what older players call `rid`.
  package init(parsing body: [UInt8]) throws(SignalingError) {
    guard let fields = JSONFields(parsing: body) else {
      throw SignalingError(.badRequest, "The body must be one JSON object.")
    }
    mediaID = try fields.string("mediaId", atMost: 64)
    let (rid, older) = (
      try fields.optionalString("rid", atMost: 64), try fields.optionalString("encodingId", atMost: 64)
    )
    self.rid = rid ?? older
    var wish = MediaWish()
    wish.spatialLayer = try fields.optionalInteger("spatialLayerId", in: 0...3).map(Int.init)
    wish.temporalLayer = try fields.optionalInteger("temporalLayerId", in: 0...3).map(Int.init)
    wish.width = try fields.optionalInteger("maxWidth", in: 1...16_384).map(Int.init)
    wish.height = try fields.optionalInteger("maxHeight", in: 1...16_384).map(Int.init)
    self.wish = wish
  }

  /// The wish where the track has these layers, the smallest first.
  ///
  /// The bounds of a player are kept to, while the size in a wish is that of a tile, which a picture may exceed.
  package func wish(among layers: [MediaReport.Layer]) -> MediaWish {
    var wish = wish
    guard wish.width != nil || wish.height != nil, layers.contains(where: { $0.width != nil }) else { return wish }
    let fitting = layers.lastIndex { layer in
      guard let width = layer.width, let height = layer.height else { return false }
      return width <= wish.width ?? .max && height <= wish.height ?? .max
    }
    wish.spatialLayer = min(fitting ?? 0, wish.spatialLayer ?? .max)
    (wish.width, wish.height) = (nil, nil)
    return wish
  }
}
