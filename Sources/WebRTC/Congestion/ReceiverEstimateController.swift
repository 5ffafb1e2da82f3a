package import RTP

/// Follows a receiver that tells no arrivals, only its own estimate (REMB) and what it misses
/// (draft-ietf-rmcat-gcc-02 §6).
package struct ReceiverEstimateController {
  /// Below this share of loss the rate rises, above the second it falls.
  private static let lowLoss = 0.02
  private static let highLoss = 0.1
  private static let growthPerSecond = 0.08
  private static let leastGrowth = 1000.0
  private static let decreaseInterval = Duration.milliseconds(300)
  /// Fewer packets are no share.
  private static let leastPacketCount = 20
  /// At first the receiver's estimate is taken as it is: it rises faster than we would.
  private static let startSpan = Duration.seconds(2)
  /// Beyond what the receiver believes, growth would only store up an error.
  private static let longestStep = 1.0

  private let configuration: CongestionConfiguration
  package private(set) var bitsPerSecond: Double
  package private(set) var cause = CongestionEstimate.Cause.start
  package private(set) var loss = 0.0
  private var told: Double?
  private var startedAt: Instant?
  private var raisedAt: Instant?
  private var decreasedAt: Instant?
  private var expectedCount = 0
  private var lostCount = 0

  package init(_ configuration: CongestionConfiguration) {
    self.configuration = configuration
    bitsPerSecond = Double(configuration.startBitsPerSecond)
  }

  /// Whether the receiver has told an estimate.
  package var isInformed: Bool { told != nil }

  /// Takes the receiver's estimate.
  package mutating func receive(_ estimate: UInt64, at now: Instant) {
    let told = configuration.clamp(Double(estimate))
    self.told = told
    let startedAt = self.startedAt ?? now
    self.startedAt = startedAt
    let follows = now - startedAt < Self.startSpan || told < bitsPerSecond
    guard follows else { return }
    (bitsPerSecond, cause) = (told, .receiverEstimate)
  }

  /// Takes how many of the packets that we sent were lost; holes that came from a publisher must not be among them.
  package mutating func receive(lost: Int, of expected: Int, ceiling: Double, roundTripTime: Duration, at now: Instant)
  {
    guard lost >= 0, expected > 0, lost <= expected else { return }
    expectedCount = min(expectedCount, Int(Int32.max)) + min(expected, Int(Int32.max))
    lostCount = min(lostCount, Int(Int32.max)) + min(lost, Int(Int32.max))
    guard expectedCount >= Self.leastPacketCount else { return }
    loss = min(Double(lostCount) / Double(expectedCount), 1)
    (expectedCount, lostCount) = (0, 0)
    if loss > Self.highLoss {
      decrease(roundTripTime, at: now)
    } else if loss < Self.lowLoss {
      increase(ceiling, at: now)
    } else {
      raisedAt = now
    }
  }

  private mutating func decrease(_ roundTripTime: Duration, at now: Instant) {
    raisedAt = now
    if let decreasedAt, now - decreasedAt < Self.decreaseInterval + roundTripTime { return }
    decreasedAt = now
    (bitsPerSecond, cause) = (configuration.clamp(bitsPerSecond * (1 - 0.5 * loss)), .loss)
  }

  private mutating func increase(_ ceiling: Double, at now: Instant) {
    let seconds = min(max(now.seconds(since: raisedAt ?? now), 0), Self.longestStep)
    raisedAt = now
    let raised = bitsPerSecond + (bitsPerSecond * Self.growthPerSecond + Self.leastGrowth) * seconds
    let limit = min(told ?? .infinity, max(ceiling, bitsPerSecond))
    guard min(raised, limit) > bitsPerSecond else { return }
    (bitsPerSecond, cause) = (configuration.clamp(min(raised, limit)), .receiverEstimate)
  }
}
