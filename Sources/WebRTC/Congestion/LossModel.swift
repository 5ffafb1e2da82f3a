/// How likely the observed losses are if the network has this bandwidth and loses some packets whatever we do.
///
/// What is sent beyond the bandwidth is lost, and of the rest a constant share: loss that sending less would not avoid. The most
/// likely pair of the two tells a full link, whose loss follows the rate, from a bad radio, whose loss does not.
package struct LossModel {
  /// The loss that is put down to the network's nature, at any bandwidth.
  package static let tolerance = 0.05
  /// Beyond `tolerance`, so many lost bits per second are tolerated: the higher the loss, the lower the rate it is borne at.
  package static let toleratedLossRate = 150_000.0
  /// Up to this share of loss, and wherever loss is bearable, more is preferred to less where the likelihood leaves the choice.
  package static let highLoss = 0.2
  /// Less is not told from none.
  package static let inherentLossFloor = 1e-3
  /// One step suffices: the next observation brings the next.
  private static let newtonStep = 0.75
  /// How much more bandwidth is preferred where the losses fit as well: per kilobit, and per factor e.
  private static let linearPreference = 0.0001
  private static let logarithmicPreference = 0.01
  private static let preferenceWidth = 0.002
  private static let probabilityBounds = 1e-6...(1 - 1e-6)

  package let bandwidth: Double
  package private(set) var inherentLoss: Double

  /// A guess, to be improved by `fit`.
  package init(bandwidth: Double, inherentLoss: Double) {
    self.bandwidth = bandwidth
    self.inherentLoss = Self.clamp(inherentLoss, at: bandwidth)
  }

  /// The highest rate at which this share of loss is borne.
  package static func bearableBandwidth(atLoss loss: Double) -> Double {
    loss > tolerance ? toleratedLossRate / (loss - tolerance) : .infinity
  }

  /// Moves the inherent loss towards where the observations are likeliest: a step of Newton's method on its derivative.
  package mutating func fit(_ observations: borrowing LossObservations) {
    var (first, second) = (0.0, 0.0)
    for age in 0..<observations.count {
      let observation = observations[age]
      let probability = lossProbability(atRate: observation.rate)
      let (lost, arrived) = (
        observation.lostByteCount, observation.byteCount - observation.lostByteCount
      )
      first += observation.weight * (lost / probability - arrived / (1 - probability))
      let (lostShare, arrivedShare) = (probability * probability, (1 - probability) * (1 - probability))
      second -= observation.weight * (lost / lostShare + arrived / arrivedShare)
    }
    guard second != 0 else { return }
    inherentLoss = Self.clamp(inherentLoss - Self.newtonStep * first / second, at: bandwidth)
  }

  /// The logarithm of the likelihood, per kilobyte, with a leaning to more bandwidth (or less, where loss is high).
  package func score(_ observations: borrowing LossObservations) -> Double {
    let preference = Self.preference(for: bandwidth, atLoss: observations.loss)
    var sum = 0.0
    for age in 0..<observations.count {
      let observation = observations[age]
      let probability = lossProbability(atRate: observation.rate)
      let (lost, arrived) = (
        observation.lostByteCount, observation.byteCount - observation.lostByteCount
      )
      let likelihood = lost * naturalLogarithm(probability) + arrived * naturalLogarithm(1 - probability)
      sum += observation.weight * (likelihood + preference * observation.byteCount) / 1000
    }
    return sum
  }

  private func lossProbability(atRate rate: Double) -> Double {
    var probability = inherentLoss
    if rate > bandwidth { probability += (1 - inherentLoss) * (rate - bandwidth) / rate }
    return min(max(probability, Self.probabilityBounds.lowerBound), Self.probabilityBounds.upperBound)
  }

  private static func preference(for bandwidth: Double, atLoss loss: Double) -> Double {
    let kilobits = bandwidth / 1000
    let margin = bandwidth < bearableBandwidth(atLoss: loss) ? highLoss : max(highLoss - loss, 0)
    return margin / (preferenceWidth + margin)
      * (linearPreference * kilobits + logarithmicPreference * naturalLogarithm(1 + kilobits))
  }

  private static func clamp(_ loss: Double, at bandwidth: Double) -> Double {
    let ceiling = min(tolerance + toleratedLossRate / max(bandwidth, 1), 1 - inherentLossFloor)
    return min(max(loss, inherentLossFloor), ceiling)
  }
}
