/// What part of a stream's bits its temporal layers take: as measured, and before that as encoders usually have it. Trivial.
package struct TemporalShares: Equatable, Sendable {
  /// As many as any encoder makes.
  package static let limit = 4
  /// What one to four layers take usually, each with those below it.
  private static let usual: InlineArray<4, InlineArray<4, Double>> = [
    [1, 1, 1, 1], [0.6, 1, 1, 1], [0.4, 0.6, 1, 1], [0.25, 0.4, 0.6, 1],
  ]
  /// The measured moves by so much each second: keyframes, which are all of the lowest layer, are rare.
  private static let weight = 0.25
  /// Fewer bytes in a period tell nothing.
  private static let significantByteCount = 1000

  package private(set) var layerCount: Int
  private var byteCounts = InlineArray<4, Int>(repeating: 0)
  /// Of each layer by itself.
  private var shares = InlineArray<4, Double>(repeating: 0)
  private var isMeasured = false

  package init(layerCount: Int = 1) {
    self.layerCount = min(max(layerCount, 1), Self.limit)
  }

  /// What the layers up to one take of the whole, 0 to 1.
  package func share(upTo temporalLayer: Int) -> Double {
    guard temporalLayer < layerCount - 1 else { return 1 }
    guard isMeasured else { return Self.usual[layerCount - 1][max(temporalLayer, 0)] }
    var sum = 0.0
    for layer in 0...max(temporalLayer, 0) { sum += shares[layer] }
    return min(sum, 1)
  }

  /// Takes note of a packet.
  package mutating func receive(byteCount: Int, temporalID: UInt8) {
    let layer = min(Int(temporalID), Self.limit - 1)
    byteCounts[layer] += byteCount
    guard layer >= layerCount else { return }
    layerCount = layer + 1
    isMeasured = false  // what was measured was of fewer layers
  }

  /// Ends a period of counting.
  package mutating func close() {
    var total = 0
    for layer in 0..<Self.limit { total += byteCounts[layer] }
    defer { byteCounts = InlineArray(repeating: 0) }
    guard total >= Self.significantByteCount else { return }
    for layer in 0..<Self.limit {
      let measured = Double(byteCounts[layer]) / Double(total)
      shares[layer] = isMeasured ? shares[layer] + (measured - shares[layer]) * Self.weight : measured
    }
    isMeasured = true
  }

  package static func == (left: TemporalShares, right: TemporalShares) -> Bool {
    guard left.layerCount == right.layerCount else { return false }
    for layer in 0..<left.layerCount where left.share(upTo: layer) != right.share(upTo: layer) { return false }
    return true
  }
}
