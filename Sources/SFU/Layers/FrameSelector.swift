package import RTP
import WebRTC

/// Chooses frames by their dependency descriptors: those of the best decode target that is wished, active and decodable
/// (AV1 RTP specification, appendix A.4).
///
/// A target is decodable while every frame of the chain that protects it was sent. A frame that has not come is hoped for, since
/// most are only late; when it is given up, nothing is sent until the next keyframe.
package struct FrameSelector: ~Copyable, Sendable {
  private let inPlace = InPlace()
  /// How long a frame is hoped for: several requests to send it again.
  private static let patience = Duration.milliseconds(500)
  private static let none = -1

  package private(set) var layers = LayerSelector.Bounds(spatialID: 0, temporalID: 0)
  package private(set) var needsKeyframe = false
  private var decisions = FrameDecisions()
  private var target = none
  /// The target before, for packets of pictures before `changedAt` that come late.
  private var previous = none
  private var changedAt = Int64.min
  /// The newest picture, by its timestamp.
  private var newest = Int64.min
  private var awaitedSince = Instant.distantFuture
  /// Frames were given up, so that where no chain says otherwise only a keyframe leads on.
  private var isCut = false
  /// Whether the subscriber was ever told of fewer targets than there are, and so has to be told of more.
  private var isNarrowed = false

  package init() {}

  package mutating func begin(at number: Int64) {
    decisions.begin(at: number)
  }

  /// Whether a packet is forwarded: all of a frame are, or none.
  package mutating func decide(
    _ packet: NumberMapping.Position, _ frame: PacketLayers.DescribedFrame, _ targets: DecodeTargets,
    _ wish: LayerSelector.Bounds, at now: Instant
  ) -> Bool {
    if packet.timestamp > newest {
      newest = packet.timestamp
      if awaitedSince + Self.patience <= now { giveUp(at: frame.number) }
      choose(frame, targets, wish, at: packet.timestamp)
    }
    let present = decisions[frame.number]
    switch present {
    case .leftOut: return false
    case .forwarded: return true
    case .unknown, .awaited: break
    }
    let target = packet.timestamp >= changedAt ? self.target : previous
    let isForwarded = target != Self.none && isUsed(frame, by: target, targets, at: now)
    decisions.set(frame.number, isForwarded ? .forwarded : .leftOut)
    if present == .awaited { settle(isForwarded, frame.number, at: now) }
    return isForwarded
  }

  /// The targets to be named in a descriptor; nil if nothing need be said.
  package func activeTargets(_ targets: DecodeTargets) -> UInt32? {
    guard isNarrowed, target != Self.none, target < targets.count else { return nil }
    return targets.mask(upTo: target)
  }

  // MARK: Targets

  /// Chooses the target for the picture that begins with `frame`.
  private mutating func choose(
    _ frame: PacketLayers.DescribedFrame, _ targets: DecodeTargets, _ wish: LayerSelector.Bounds, at timestamp: Int64
  ) {
    let ideal = Self.best(targets, wish) { _ in true }
    let best = Self.best(targets, wish) { isDecodable($0, frame, targets) }
    needsKeyframe = best != ideal
    if frame.dependencies.frameDiffs.count == 0 { isCut = false }
    isNarrowed = isNarrowed || (best != Self.none && targets.mask(upTo: best) != targets.active)
    guard best != target else { return }
    previous = target
    target = best
    changedAt = timestamp
    guard best != Self.none else { return }
    layers = LayerSelector.Bounds(spatialID: targets.spatialID(of: best), temporalID: targets.temporalID(of: best))
  }

  /// The highest of the eligible active targets within the wish, else of those above it that with the smallest picture and as
  /// many frames as are wished; `none` if there is none.
  private static func best(
    _ targets: DecodeTargets, _ wish: LayerSelector.Bounds, where isEligible: (Int) -> Bool
  ) -> Int {
    var (within, above) = (none, none)
    for target in 0..<targets.count where targets.isActive(target) && isEligible(target) {
      let isWithin =
        targets.spatialID(of: target) <= wish.spatialID && targets.temporalID(of: target) <= wish.temporalID
      if isWithin {
        if within == none || rank(target, targets) > rank(within, targets) { within = target }
      } else if above == none || excess(target, targets, wish) < excess(above, targets, wish) {
        above = target
      }
    }
    return within != none ? within : above
  }

  /// How far a target is from a wish that it does not keep to: by picture size first, then by frames.
  private static func excess(_ target: Int, _ targets: DecodeTargets, _ wish: LayerSelector.Bounds) -> Int {
    let (frames, wished) = (Int(targets.temporalID(of: target)), Int(wish.temporalID))
    let distance = frames > wished ? 0x80 + frames : wished - frames
    return Int(targets.spatialID(of: target)) << 16 | distance
  }

  private static func rank(_ target: Int, _ targets: DecodeTargets) -> Int {
    Int(targets.spatialID(of: target)) << 8 | Int(targets.temporalID(of: target))
  }

  /// Whether everything of the target's chain before `frame` was sent, or may still be.
  private func isDecodable(_ target: Int, _ frame: PacketLayers.DescribedFrame, _ targets: DecodeTargets) -> Bool {
    guard let chain = targets.chain(of: target) else {
      // Without chains only a keyframe leads further up, or on from a frame that was given up.
      let goesOn = !isCut && self.target != Self.none
      return frame.dependencies.frameDiffs.count == 0
        || goesOn && Self.rank(target, targets) <= Self.rank(self.target, targets)
    }
    guard chain < frame.dependencies.chainDiffs.count else { return false }
    let distance = Int64(frame.dependencies.chainDiffs[chain])
    return distance == 0 || decisions[frame.number - distance] != .leftOut
  }

  // MARK: Frames

  /// Whether a frame is a part of the target, and everything that it needs was sent or may still be.
  private mutating func isUsed(
    _ frame: PacketLayers.DescribedFrame, by target: Int, _ targets: DecodeTargets, at now: Instant
  ) -> Bool {
    guard target < frame.dependencies.decodeTargets.count,
      frame.dependencies.decodeTargets[target] != .notPresent
    else { return false }
    for index in frame.dependencies.frameDiffs.indices
    where decisions[frame.number - Int64(frame.dependencies.frameDiffs[index])] == .leftOut {
      return false
    }
    for index in frame.dependencies.frameDiffs.indices {
      hopeFor(frame.number - Int64(frame.dependencies.frameDiffs[index]), at: now)
    }
    if let chain = targets.chain(of: target), chain < frame.dependencies.chainDiffs.count {
      hopeFor(frame.number - Int64(frame.dependencies.chainDiffs[chain]), before: frame.number, at: now)
    }
    return true
  }

  private mutating func hopeFor(_ number: Int64, before end: Int64 = .max, at now: Instant) {
    guard number < end, decisions[number] == .unknown else { return }
    if decisions.awaitedCount == 0 { awaitedSince = now }
    decisions.set(number, .awaited)
  }

  /// A frame has come that others were sent in hope of.
  private mutating func settle(_ isForwarded: Bool, _ number: Int64, at now: Instant) {
    guard isForwarded else { return giveUp(at: number) }
    awaitedSince = decisions.awaitedCount == 0 ? .distantFuture : now
  }

  /// What was sent cannot be decoded from here on; whatever needs a frame from before is not sent any more.
  private mutating func giveUp(at number: Int64) {
    decisions.begin(at: max(number, decisions.next))
    awaitedSince = .distantFuture
    isCut = true
  }
}
