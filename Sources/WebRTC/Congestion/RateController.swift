package import RTP

/// Moves the rate with the state of the link: up while queues are steady, down to what arrives when they grow, still while they
/// empty (additive increase, multiplicative decrease; draft-ietf-rmcat-gcc-02 §5.5).
package struct RateController {
  /// What a step has to go by.
  package struct Input {
    package var usage: LinkUsage
    /// What is sent and arrives; nil while unknown.
    package var throughput: Throughput?
    /// The share that is lost on the way.
    package var loss: Double
    /// Above it nothing more is wanted: no rise.
    package var ceiling: Double
    /// Whether clearly less is sent than the rate allows: then steady queues prove nothing.
    package var isApplicationLimited: Bool
    package var roundTripTime: Duration
    /// At which rate packets arrive through a link that is full and drops the others; nil while it is not.
    package var overrun: Double?

    package init(
      usage: LinkUsage, throughput: Throughput?, loss: Double, ceiling: Double, isApplicationLimited: Bool,
      roundTripTime: Duration
    ) {
      (self.usage, self.throughput, self.loss) = (usage, throughput, loss)
      (self.ceiling, self.isApplicationLimited) = (ceiling, isApplicationLimited)
      self.roundTripTime = roundTripTime
    }
  }

  private enum Phase { case holding, increasing }

  /// What is left when queues grow: enough less for them to empty.
  package static let backoff = 0.85
  /// Where all that is sent arrives in its time, an overuse is jitter or the end of a burst. Then what is unused goes first, down
  /// to this much of what is used, and no picture is lost; a real squeeze is told again a moment later.
  private static let unusedBackoff = 1.1
  /// The share of the sent rate that has to arrive for that.
  private static let inTimeShare = 0.9
  /// Far from the known limit: by so much each second, at least a kilobit.
  private static let growthPerSecond = 0.08
  private static let leastGrowth = 1000.0
  /// Near the limit: a packet each response time, at least so many bits per second each second.
  private static let leastApproach = 4000.0
  private static let frameRate = 30.0
  private static let packetBitCount = 1200.0 * 8
  private static let reactionTime = Duration.milliseconds(100)
  /// No further than this above what is sent and arrives: where only growth can find more, and where probes do.
  private static let overshoot = 1.5
  private static let overshootBesideProbes = 1.05
  private static let overshootOffset = 10_000.0
  /// A second decrease waits until the first can have shown.
  private static let decreaseIntervalBounds = Duration.milliseconds(10)...Duration.milliseconds(200)

  private let configuration: CongestionConfiguration
  package private(set) var bitsPerSecond: Double
  package private(set) var capacity = LinkCapacity()
  private var phase = Phase.holding
  private var steppedAt: Instant?
  package private(set) var decreasedAt: Instant?

  package init(_ configuration: CongestionConfiguration) {
    self.configuration = configuration
    bitsPerSecond = Double(configuration.startBitsPerSecond)
  }

  /// Takes a rate as it was measured by a probe.
  package mutating func raise(toProbed rate: Double, at now: Instant) {
    capacity.noteProbe(rate)
    set(rate, at: now)
  }

  /// Takes a rate from elsewhere.
  package mutating func set(_ rate: Double, at now: Instant) {
    bitsPerSecond = configuration.clamp(rate)
    steppedAt = now
  }

  /// Takes one step; whether it was a decrease.
  @discardableResult
  package mutating func update(_ input: Input, at now: Instant) -> Bool {
    defer { steppedAt = now }
    switch input.usage {
    case .overusing:
      return decrease(input, at: now)
    case .underusing:
      phase = .holding
      return false
    case .normal:
      if phase == .increasing { increase(input, at: now) }
      phase = .increasing
      return false
    }
  }

  private mutating func decrease(_ input: Input, at now: Instant) -> Bool {
    guard mayDecrease(input, at: now) else { return false }
    phase = .holding
    decreasedAt = now
    guard let throughput = input.throughput else {
      set(bitsPerSecond / 2, at: now)
      return true
    }
    let carried = min(throughput.acknowledged, input.overrun ?? .infinity)
    if let band = capacity.band, carried < band.lowerBound { capacity.forget() }
    set(min(input.overrun == nil ? reduced(throughput) : Self.backoff * carried, bitsPerSecond), at: now)
    // What arrives in a moment is too little to be learnt from.
    if input.overrun == nil { capacity.noteOveruse(carried) }
    return true
  }

  private func reduced(_ throughput: Throughput) -> Double {
    let acknowledged = throughput.acknowledged
    let firm = Self.backoff * acknowledged
    if throughput.arrived >= throughput.sent * Self.inTimeShare {
      return max(firm, min(Self.backoff * bitsPerSecond, Self.unusedBackoff * acknowledged))
    }
    guard firm > bitsPerSecond, let known = capacity.bitsPerSecond else { return firm }
    return Self.backoff * known
  }

  private func mayDecrease(_ input: Input, at now: Instant) -> Bool {
    guard let decreasedAt else { return true }
    let bounds = Self.decreaseIntervalBounds
    let interval = min(max(input.roundTripTime, bounds.lowerBound), bounds.upperBound)
    guard now - decreasedAt < interval else { return true }
    guard let throughput = input.throughput else { return false }
    return throughput.acknowledged < bitsPerSecond / 2
  }

  private mutating func increase(_ input: Input, at now: Instant) {
    guard !input.isApplicationLimited, bitsPerSecond < input.ceiling else { return }
    if let band = capacity.band, let throughput = input.throughput, throughput.acknowledged > band.upperBound {
      capacity.forget()
    }
    // After a silence nobody knows whether it would have been right to rise through it.
    let seconds = min(max(now.seconds(since: steppedAt ?? now), 0), 1)
    let rise = capacity.band == nil ? growth(in: seconds) : approach(in: seconds, input.roundTripTime)
    let raised = min(bitsPerSecond + rise, proven(input), input.ceiling)
    bitsPerSecond = configuration.clamp(max(bitsPerSecond, raised))
  }

  /// How far the traffic so far justifies to rise. What is lost by the way was sent, and filled no queue.
  private func proven(_ input: Input) -> Double {
    guard let throughput = input.throughput else { return .infinity }
    let overshoot = configuration.canProbe ? Self.overshootBesideProbes : Self.overshoot
    return overshoot * throughput.acknowledged / max(1 - input.loss, 0.5) + Self.overshootOffset
  }

  private func growth(in seconds: Double) -> Double {
    max(bitsPerSecond * Self.growthPerSecond, Self.leastGrowth) * seconds
  }

  /// One packet, of the size that they have at this rate, each response time.
  private func approach(in seconds: Double, _ roundTripTime: Duration) -> Double {
    let frameBits = bitsPerSecond / Self.frameRate
    let packetCount = max((frameBits / Self.packetBitCount).rounded(.up), 1)
    let responseTime = Double(((roundTripTime + Self.reactionTime) * 2).nanoseconds) / 1e9
    return max(frameBits / packetCount / responseTime, Self.leastApproach) * seconds
  }
}
