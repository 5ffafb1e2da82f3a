import RTP

/// How much one layer of a simulcast brings, second by second, by which the highest active one is known.
///
/// Browsers name their layers as they like and switch the upper ones off when the path is narrow; what has more bits is the
/// better picture.
package struct LayerActivity: Equatable {
  /// A layer of this much more than the present one is another layer and no fluctuation.
  static let advantage = 1.25

  private var byteCount = 0
  /// Of the last whole second; zero for a layer that is off.
  package private(set) var bitsPerSecond = 0

  package init() {}

  package mutating func receive(byteCount: Int) {
    self.byteCount += byteCount
  }

  /// Ends a period of counting.
  package mutating func close(after period: Duration) {
    let nanoseconds = max(1, period.nanoseconds)
    bitsPerSecond = Int(Double(byteCount * 8) * 1e9 / Double(nanoseconds))
    byteCount = 0
  }

  /// Which of the layers to send, as an index; `present` is what is sent now. Nil if there are none.
  package static func highest(of layers: [LayerActivity], present: Int?) -> Int? {
    guard let best = layers.indices.max(by: { layers[$0].bitsPerSecond < layers[$1].bitsPerSecond }) else { return nil }
    guard let present, layers.indices.contains(present),
      layers[present].bitsPerSecond > 0 || layers[best].bitsPerSecond == 0
    else { return best }
    let isBetter = Double(layers[best].bitsPerSecond) >= Double(layers[present].bitsPerSecond) * advantage
    return isBetter ? best : present
  }
}
