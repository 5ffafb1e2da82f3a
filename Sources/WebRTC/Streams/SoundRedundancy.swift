/// How much of the sound to a receiver is worth sending twice, by what it says it loses. Trivial.
///
/// A lost packet of 20 ms cannot be asked for again in time, and the receiver fills the hole with what it guesses. The packet behind
/// it can carry it once more (RED, RFC 2198), at a price of some 30 kbit/s for each voice.
package struct SoundRedundancy {
  /// More loss than this is heard.
  private static let audibleLoss = 0.04
  /// With less than this it is not worth the price any more.
  private static let inaudibleLoss = 0.015
  /// With more than this two in a row are often lost.
  private static let heavyLoss = 0.12
  private static let lighterLoss = 0.08
  /// Fewer packets say nothing: what is told of them is put together with what is told next.
  private static let leastPackets = 50
  /// Of so many packets before, what is told of as many makes one half.
  private static let memory = 100.0

  /// How many packets before it each packet repeats.
  package private(set) var generations = 0
  private var loss = 0.0
  /// What was told and is of too few packets yet.
  private var untold = (lost: 0, sent: 0)

  package init() {}

  /// Takes note that so many are missing of so many more that were sent; fewer than none if some came late after all.
  package mutating func receive(lost: Int, of sent: Int) {
    untold.lost += lost
    untold.sent += sent
    guard untold.sent >= Self.leastPackets else { return }
    let share = min(max(Double(untold.lost) / Double(untold.sent), 0), 1)
    loss += (share - loss) * Double(untold.sent) / (Double(untold.sent) + Self.memory)
    untold = (0, 0)
    choose()
  }

  private mutating func choose() {
    switch generations {
    case 0: generations = loss > Self.heavyLoss ? 2 : loss > Self.audibleLoss ? 1 : 0
    case 1: generations = loss > Self.heavyLoss ? 2 : loss < Self.inaudibleLoss ? 0 : 1
    default: generations = loss < Self.inaudibleLoss ? 0 : loss < Self.lighterLoss ? 1 : 2
    }
  }
}
