package import RTP

/// The layers of a track from the smallest picture to the largest, and which of them a wish comes to. Trivial.
package struct LayerLadder {
  /// More layers than any track has.
  package static let capacity = 8

  package struct Layer {
    package var size: PictureSize?
    /// Its place in the publisher's description, where the smallest is the first.
    package var place: Int?
    package var bitsPerSecond: Int
    package var isActive: Bool

    package init(size: PictureSize? = nil, place: Int? = nil, bitsPerSecond: Int = 0, isActive: Bool = true) {
      (self.size, self.place, self.bitsPerSecond, self.isActive) = (size, place, bitsPerSecond, isActive)
    }
  }

  private var layers = InlineArray<8, Layer>(repeating: Layer())
  /// Which of the layers stands where, as they were appended.
  private var order = InlineArray<8, Int>(repeating: 0)
  package private(set) var count = 0

  package init() {}

  /// Appends a layer; what is beyond the capacity is not served.
  package mutating func append(_ layer: Layer) {
    guard count < Self.capacity else { return }
    layers[count] = layer
    order[count] = count
    count += 1
  }

  /// The place of the layer at a rank, 0 the smallest, in the order in which they were appended.
  package func index(atRank rank: Int) -> Int { order[rank] }

  package func rank(ofIndex index: Int) -> Int? {
    for rank in 0..<count where order[rank] == index { return rank }
    return nil
  }

  /// Puts the layers in order: by their sizes, else as the publisher names them, else by their bits.
  package mutating func sort() {
    let hasSizes = allHave { $0.size != nil }
    let hasPlaces = allHave { $0.place != nil }
    for rank in 1..<max(1, count) {
      var hole = rank
      while hole > 0, isLower(order[hole], than: order[hole - 1], hasSizes, hasPlaces) {
        order.swapAt(hole, hole - 1)
        hole -= 1
      }
    }
  }

  private func allHave(_ property: (Layer) -> Bool) -> Bool {
    for index in 0..<count where !property(layers[index]) { return false }
    return true
  }

  private func isLower(_ left: Int, than right: Int, _ hasSizes: Bool, _ hasPlaces: Bool) -> Bool {
    if hasSizes, let first = layers[left].size, let second = layers[right].size, first != second {
      return first.width * first.height < second.width * second.height
    }
    if hasPlaces, let first = layers[left].place, let second = layers[right].place { return first < second }
    return Double(layers[left].bitsPerSecond) * LayerActivity.advantage < Double(layers[right].bitsPerSecond)
  }

  /// The rank that a wish allows at most: no larger than the smallest that covers the wished size.
  package func bound(_ wish: LayerWish) -> Int {
    let highest = max(0, count - 1)
    return min(highest, Int(wish.spatialLayer ?? .max), covering(wish) ?? highest)
  }

  /// Whether no layer beyond those there are is wished.
  package func covers(_ wish: LayerWish) -> Bool {
    if let rank = wish.spatialLayer, rank < count { return true }
    return covering(wish) != nil
  }

  private func covering(_ wish: LayerWish) -> Int? {
    guard wish.width != nil || wish.height != nil, allHave({ $0.size != nil }) else { return nil }
    for rank in 0..<count {
      guard let size = layers[order[rank]].size else { return nil }
      if size.width >= Int(wish.width ?? 0), size.height >= Int(wish.height ?? 0) { return rank }
    }
    return nil
  }

  /// The rank to be sent: the highest active one that the wish allows, else the lowest active above it. Nil without layers.
  package func rank(for wish: LayerWish) -> Int? {
    guard count > 0 else { return nil }
    let bound = bound(wish)
    for rank in stride(from: bound, through: 0, by: -1) where layers[order[rank]].isActive { return rank }
    for rank in bound..<count where layers[order[rank]].isActive { return rank }
    return bound
  }
}
