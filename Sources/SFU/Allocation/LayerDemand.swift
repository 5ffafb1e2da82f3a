package import RTP

/// Which layers of a track are of use to somebody, and what its publisher was told of that. Trivial.
///
/// What nobody needs for a while is not encoded; what is needed again is at once.
package struct LayerDemand: Sendable {
  /// So long a layer that nobody needs goes on: views change and come back.
  package static let patience = Duration.seconds(5)
  /// So long a layer that is wanted again is on its way, and nobody says that its publisher does not send it.
  private static let returnTime = Duration.seconds(3)

  /// How many layers the publisher was told to be of use; nil before it was told anything, which are all.
  package private(set) var told: Int?
  private var neededAt = InlineArray<8, Instant>(repeating: .zero)
  private var hasBegun = false
  /// The layers from here on were asked for again then.
  private var raised: (from: Int, at: Instant)?

  package init() {}

  /// Takes note of how many layers are needed of so many; returns how many are to be told.
  package mutating func note(_ needed: Int, of count: Int, at now: Instant) -> Int? {
    let count = min(count, LayerLadder.capacity)
    for layer in 0..<LayerLadder.capacity where layer < needed || !hasBegun { neededAt[layer] = now }
    hasBegun = true
    var useful = 0
    for layer in 0..<count where now - neededAt[layer] < Self.patience { useful = layer + 1 }
    // Also at first, for a publisher that has come back may remember what it was told before.
    guard useful != told else { return nil }
    if let told, useful > told { raised = (told, now) }
    told = useful
    return useful
  }

  /// Whether a layer is off because its publisher was told so, or comes back from that.
  package func accounts(for layer: Int, at now: Instant) -> Bool {
    guard let told else { return false }
    if layer >= told { return true }
    return raised.map { layer >= $0.from && now - $0.at < Self.returnTime } ?? false
  }
}
