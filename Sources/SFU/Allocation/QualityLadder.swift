/// The steps in which the picture of a track gets better, each with all that it takes. Trivial.
///
/// A step names a spatial layer by its rank, and the best temporal layer of it. Every step takes more than the one before it: what
/// would be a worse picture for as many bits is none.
package struct QualityLadder: Sendable {
  package struct Rung: Equatable, Sendable {
    package var spatialLayer: UInt8
    package var temporalLayer: UInt8
    /// Of this step as a whole.
    package var bitsPerSecond: Int

    package init(spatialLayer: UInt8, temporalLayer: UInt8, bitsPerSecond: Int) {
      (self.spatialLayer, self.temporalLayer) = (spatialLayer, temporalLayer)
      self.bitsPerSecond = bitsPerSecond
    }
  }

  /// A spatial layer or a simulcast encoding that can be sent.
  package struct Layer {
    /// Among all layers of the track, 0 the smallest.
    package var rank: UInt8
    /// With all that it needs below it.
    package var bitsPerSecond: Int
    package var temporalShares: TemporalShares
    /// The height of its picture; nil while it is not known.
    package var lineCount: Int?

    package init(rank: UInt8, bitsPerSecond: Int, temporalShares: TemporalShares = .init(), lineCount: Int? = nil) {
      (self.rank, self.bitsPerSecond) = (rank, bitsPerSecond)
      (self.temporalShares, self.lineCount) = (temporalShares, lineCount)
    }
  }

  /// What is given up last.
  package enum Preference: Sendable {
    /// A larger picture is worth having only if it moves at half its rate at least: cameras.
    case motion
    /// The largest picture comes before more frames of a smaller one: screens, which are there to be read.
    case sharpness
  }

  /// What the top of the ladder is because of.
  package enum Bound: Sendable {
    /// It is the best that there ever is.
    case nothing
    /// No larger picture is shown.
    case view
    /// The publisher has more layers and does not send them.
    case publisher
  }

  /// Four temporal layers of the smallest of eight layers, two of each other.
  package static let capacity = 18
  /// A picture that is looked at is good with so many lines.
  private static let preferredLineCount = 360

  private var rungs = InlineArray<18, Rung>(repeating: Rung(spatialLayer: 0, temporalLayer: 0, bitsPerSecond: 0))
  package private(set) var count = 0
  package var bound = Bound.nothing
  private let preference: Preference
  /// The best temporal layer that is of use.
  private let temporalBound: Int
  /// The smallest layer that is a good picture.
  private var preferredLayer: UInt8?

  package init(preferring preference: Preference = .motion, temporalBound: UInt8? = nil) {
    self.preference = preference
    self.temporalBound = Int(temporalBound ?? .max)
  }

  package subscript(index: Int) -> Rung { rungs[index] }

  /// The best step; nil where there is none.
  package var top: Rung? { count > 0 ? rungs[count - 1] : nil }

  /// Up to here a picture that is looked at is raised before others are begun with.
  package var preferredIndex: Int {
    let layer: UInt8
    switch preference {
    case .motion: layer = preferredLayer ?? top?.spatialLayer ?? 0
    case .sharpness: layer = top?.spatialLayer ?? 0
    }
    for index in 0..<count where rungs[index].spatialLayer >= layer { return index }
    return max(count - 1, 0)
  }

  /// The best step that is no better than these layers; nil if all are.
  package func index(within spatialLayer: UInt8, _ temporalLayer: UInt8) -> Int? {
    for index in stride(from: count - 1, through: 0, by: -1) {
      let rung = rungs[index]
      if rung.spatialLayer < spatialLayer { return index }
      if rung.spatialLayer == spatialLayer, rung.temporalLayer <= temporalLayer { return index }
    }
    return nil
  }

  /// Appends the next larger layer.
  package mutating func append(_ layer: Layer) {
    let best = min(layer.temporalShares.layerCount - 1, temporalBound)
    let isFirst = count == 0
    if preferredLayer == nil, layer.lineCount.map({ $0 >= Self.preferredLineCount }) ?? !isFirst {
      preferredLayer = layer.rank
    }
    let lowest: Int
    switch preference {
    case .motion: lowest = isFirst ? 0 : max(best - 1, 0)
    case .sharpness:
      while count > 0, rungs[count - 1].temporalLayer > 0 { count -= 1 }
      lowest = 0
    }
    for temporalLayer in lowest...best {
      let bits = Double(layer.bitsPerSecond) * layer.temporalShares.share(upTo: temporalLayer)
      push(Rung(spatialLayer: layer.rank, temporalLayer: UInt8(temporalLayer), bitsPerSecond: max(Int(bits), 1)))
    }
  }

  private mutating func push(_ rung: Rung) {
    while count > 0, rungs[count - 1].bitsPerSecond >= rung.bitsPerSecond { count -= 1 }
    guard count < Self.capacity else { return }
    rungs[count] = rung
    count += 1
  }
}
