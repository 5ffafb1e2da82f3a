package import RTP

/// What a subscriber was given of a track, and when it may be given more: every larger picture costs the publisher a keyframe, and
/// one that does not last is worse than none. Trivial.
package struct AllocationHistory: Equatable, Sendable {
  package enum Holding: Equatable, Sendable {
    /// Nothing was decided yet.
    case fresh
    /// Nothing, for want of bits.
    case nothing
    case layers(spatial: UInt8, temporal: UInt8)
  }

  /// A picture gets larger so often at most, and no sooner after it had to get smaller.
  package static let riseInterval = Duration.seconds(5)
  /// A larger picture that did not last is tried twice as late each time, up to this.
  package static let longestPatience = Duration.seconds(60)
  /// And of what is on stage, which is looked at.
  package static let longestPatienceOnStage = Duration.seconds(15)
  /// One that lasted so many times as long as it was waited for was not tried in vain.
  private static let lastingFactor = 3

  package private(set) var holding = Holding.fresh
  private var roseAt: Instant?
  private var patience = riseInterval
  private var blockedUntil = Instant.zero

  package init() {}

  /// Whether a larger picture may be begun with.
  package func mayRise(at now: Instant) -> Bool {
    guard let roseAt else { return blockedUntil <= now }
    return blockedUntil <= now && roseAt + Self.riseInterval <= now
  }

  /// Takes over what was decided; `isSqueezed` says that the network does not carry what was held.
  package mutating func settle(
    _ rung: QualityLadder.Rung?, isSqueezed: Bool, isOnStage: Bool, at now: Instant
  ) {
    let (before, after) = (Self.height(of: holding), rung.map { Int($0.spatialLayer) } ?? -1)
    let isFresh = holding == .fresh
    holding = rung.map { .layers(spatial: $0.spatialLayer, temporal: $0.temporalLayer) } ?? .nothing
    guard !isFresh, before != after else { return }
    if after > before {
      roseAt = now
    } else if isSqueezed {
      block(for: isOnStage ? Self.longestPatienceOnStage : Self.longestPatience, at: now)
    } else {
      roseAt = nil  // the view asked for less, and may ask for more at once
    }
  }

  /// The subscriber wants nothing for a while; what it is given then is decided as if it were new.
  package mutating func pause() {
    holding = .fresh
  }

  private mutating func block(for longest: Duration, at now: Instant) {
    let wasInVain = roseAt.map { now - $0 < patience * Self.lastingFactor } ?? false
    patience = wasInVain ? min(patience * 2, longest) : Self.riseInterval
    blockedUntil = now + patience
    roseAt = nil
  }

  private static func height(of holding: Holding) -> Int {
    switch holding {
    case .fresh, .nothing: return -1
    case .layers(let spatial, _): return Int(spatial)
    }
  }
}
