package import RTP

/// Finds the rate from what is lost, where queues are too short for their delays to tell.
///
/// Of a few candidate bandwidths the one is taken that makes the losses of the last seconds likeliest (`LossModel`). It only ever
/// lowers what the delays allow.
package struct LossBasedEstimator: ~Copyable {
  private let inPlace = InPlace()
  package enum State: Equatable {
    /// Loss sets no limit.
    case unlimited
    /// Loss sets the limit, and a moment ago a lower one.
    case increasing
    /// Loss has just lowered the limit.
    case decreasing
  }

  private static let steps = [1.02, 1.0, 0.95] as InlineArray<3, Double>
  private static let initialInherentLoss = 0.01
  /// While loss sets the limit it rises by at most so much in one window.
  private static let largestIncrease = 1.3
  private static let increaseWindow = Duration.milliseconds(300)
  /// After a decrease the limit stays down for a while, each time for twice as long, until loss no longer sets it.
  private static let firstHold = Duration.milliseconds(300)
  /// Longer would be felt when the network is back.
  private static let longestHold = Duration.seconds(3)

  private let configuration: CongestionConfiguration
  package private(set) var state = State.unlimited
  /// The limit in bits per second; infinite while loss sets none.
  package private(set) var bitsPerSecond = Double.infinity
  package private(set) var observations = LossObservations()
  private var inherentLoss = LossBasedEstimator.initialInherentLoss
  private var window: (ceiling: Double, end: Instant)?
  private var hold: (rate: Double, end: Instant)?
  private var nextHold = LossBasedEstimator.firstHold

  package init(_ configuration: CongestionConfiguration) {
    self.configuration = configuration
  }

  package var loss: Double { observations.loss }

  package mutating func add(sentAt: Instant, byteCount: Int, isLost: Bool) {
    observations.add(sentAt: sentAt, byteCount: byteCount, isLost: isLost)
  }

  package mutating func recover(byteCount: Int) { observations.recover(byteCount: byteCount) }

  /// Lowers the limit for another reason.
  package mutating func lower(to rate: Double) { bitsPerSecond = min(bitsPerSecond, configuration.clamp(rate)) }

  /// Takes the end of a report: what the delays allow, and what arrives.
  package mutating func update(delayBased ceiling: Double, acknowledged: Double?, at now: Instant) {
    let isNew = observations.finish()
    guard observations.isSufficient else { return }
    let current = min(bitsPerSecond, ceiling)
    guard isNew else {
      if state == .unlimited { bitsPerSecond = ceiling }
      return
    }
    guard state != .unlimited || observations.loss > 0 else {
      // Whatever is tried, the highest fits best, and nothing is lost by nature.
      (inherentLoss, bitsPerSecond) = (LossModel.inherentLossFloor, configuration.clamp(ceiling))
      return
    }
    let best = likeliest(around: current, acknowledged: acknowledged, ceiling: allowed(current, ceiling, at: now))
    inherentLoss = best.inherentLoss
    let bearable = LossModel.bearableBandwidth(atLoss: observations.presentLoss)
    settle(on: configuration.clamp(min(best.bandwidth, bearable, ceiling)), from: current, ceiling: ceiling, at: now)
  }

  /// How high the limit may be after this observation.
  private mutating func allowed(_ current: Double, _ ceiling: Double, at now: Instant) -> Double {
    guard state != .unlimited else { return ceiling }
    // Where much is lost, more than can be borne is not the answer, whatever fits.
    let present = observations.presentLoss
    guard present <= LossModel.highLoss || current < LossModel.bearableBandwidth(atLoss: present) else {
      return current
    }
    if let hold, now < hold.end { return min(max(hold.rate, current), ceiling) }
    if window.map({ now >= $0.end }) ?? true {
      window = (current * Self.largestIncrease, now + Self.increaseWindow)
    }
    return min(window?.ceiling ?? ceiling, ceiling)
  }

  private func likeliest(around current: Double, acknowledged: Double?, ceiling: Double) -> LossModel {
    var best = LossModel(bandwidth: current, inherentLoss: inherentLoss)
    var bestScore = -Double.infinity
    func consider(_ bandwidth: Double) {
      var model = LossModel(bandwidth: configuration.clamp(min(bandwidth, ceiling)), inherentLoss: inherentLoss)
      model.fit(observations)
      let score = model.score(observations)
      guard score > bestScore else { return }
      (best, bestScore) = (model, score)
    }
    for index in Self.steps.indices { consider(current * Self.steps[index]) }
    if let acknowledged { consider(acknowledged) }
    consider(ceiling)
    return best
  }

  private mutating func settle(on rate: Double, from current: Double, ceiling: Double, at now: Instant) {
    bitsPerSecond = rate
    guard rate < ceiling else {
      (state, hold, window, nextHold) = (.unlimited, nil, nil, Self.firstHold)
      return
    }
    guard rate < current else {
      state = .increasing
      return
    }
    if state != .decreasing {
      hold = (rate, now + nextHold)
      nextHold = min(nextHold * 2, Self.longestHold)
    } else {
      hold?.rate = rate
    }
    state = .decreasing
  }
}
