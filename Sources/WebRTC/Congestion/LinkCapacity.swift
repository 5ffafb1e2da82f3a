/// Where the limit of the network was met lately, with how sure that is (draft-ietf-rmcat-gcc-02 §5.5).
///
/// Near it the rate rises carefully, far from it fast.
package struct LinkCapacity {
  private static let overuseWeight = 0.05
  private static let probeWeight = 0.5
  /// The variance, divided by the mean, in kilobits: between a quiet wire and a busy radio.
  private static let deviationBounds = 0.4...2.5
  private static let bandWidth = 3.0

  private var kilobits: Double?
  private var deviation = LinkCapacity.deviationBounds.lowerBound

  package init() {}

  /// The rates in bits per second that count as near; nil while the limit is unknown.
  package var band: ClosedRange<Double>? {
    guard let kilobits else { return nil }
    let width = Self.bandWidth * (deviation * kilobits).squareRoot()
    return max(0, kilobits - width) * 1000...(kilobits + width) * 1000
  }
  package var bitsPerSecond: Double? { kilobits.map { $0 * 1000 } }

  package mutating func forget() { kilobits = nil }

  /// Queues grew while this rate arrived.
  package mutating func noteOveruse(_ bitsPerSecond: Double) { learn(bitsPerSecond / 1000, weight: Self.overuseWeight) }

  /// A probe arrived at this rate.
  package mutating func noteProbe(_ bitsPerSecond: Double) { learn(bitsPerSecond / 1000, weight: Self.probeWeight) }

  private mutating func learn(_ sample: Double, weight: Double) {
    let mean = kilobits.map { (1 - weight) * $0 + weight * sample } ?? sample
    let error = mean - sample
    let spread = (1 - weight) * deviation + weight * error * error / max(mean, 1)
    deviation = min(max(spread, Self.deviationBounds.lowerBound), Self.deviationBounds.upperBound)
    kilobits = mean
  }
}
