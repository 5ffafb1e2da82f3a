/// How much of the sound to a receiver is worth sending twice, by what its reports say it loses. Trivial.
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
  /// Of fewer packets a report says nothing.
  private static let leastPackets = 10
  /// The part that a report has.
  private static let weight = 0.5

  /// How many packets before it each packet repeats.
  package private(set) var generations = 0
  private var loss = 0.0

  package init() {}

  /// Takes note that so many are missing of so many that were sent since the last report.
  package mutating func receive(lost: Int, of sent: Int) {
    guard sent >= Self.leastPackets else { return }
    loss += (Double(lost) / Double(sent) - loss) * Self.weight
    switch generations {
    case 0: generations = loss > Self.heavyLoss ? 2 : loss > Self.audibleLoss ? 1 : 0
    case 1: generations = loss > Self.heavyLoss ? 2 : loss < Self.inaudibleLoss ? 0 : 1
    default: generations = loss < Self.inaudibleLoss ? 0 : loss < Self.lighterLoss ? 1 : 2
    }
  }
}
