/// One picture that a subscriber wants: what can be sent of it, what it means to the subscriber, and what is decided. Trivial.
package struct TrackDemand {
  /// What comes first where there is not enough for all.
  package enum Standing: UInt8, Comparable, Sendable {
    case background
    case tile
    case speaker
    case pinned
    case screen

    static let descending: [Standing] = [.screen, .pinned, .speaker, .tile, .background]

    package static func < (left: Standing, right: Standing) -> Bool { left.rawValue < right.rawValue }

    /// Whether the others are what is beside it.
    var isOnStage: Bool { self >= .pinned }
  }

  /// Why it is sent as it is.
  package struct Decision: Equatable, Sendable {
    package enum Limit: Equatable, Sendable {
      case network
      case publisher
      case view
    }

    /// The best that the view shows and the publisher sends.
    package var wanted: QualityLadder.Rung?
    /// What is to be sent; nil for nothing.
    package var allowed: QualityLadder.Rung?
    /// What keeps it from being better; nil if there is nothing better.
    package var limit: Limit?
  }

  static let none = -1

  package var ladder: QualityLadder
  package var standing: Standing
  /// What it is shown at, in pixels; the most if that is not known.
  package var area: Int
  package var history: AllocationHistory
  /// The step that is granted, or `none`.
  var granted = TrackDemand.none
  /// The step that was held before; all of them where nothing was decided yet.
  var held = Int.max
  /// How many steps it may have, whatever fits.
  var stepLimit = Int.max
  /// Whether more of it may still fit.
  var isOpen = true

  package init(
    _ ladder: QualityLadder, _ standing: Standing, area: Int = .max, history: AllocationHistory = AllocationHistory()
  ) {
    (self.ladder, self.standing) = (ladder, standing)
    (self.area, self.history) = (area, history)
  }

  /// What is to be sent; nil for nothing.
  package var allowed: QualityLadder.Rung? { granted == Self.none ? nil : ladder[granted] }

  package var decision: Decision {
    var decision = Decision(wanted: ladder.top, allowed: allowed)
    if decision.allowed != decision.wanted {
      decision.limit = .network
    } else {
      switch ladder.bound {
      case .nothing: decision.limit = nil
      case .view: decision.limit = .view
      case .publisher: decision.limit = .publisher
      }
    }
    return decision
  }

  /// What is held takes so many bits at present.
  var heldBitsPerSecond: Int {
    guard held != Int.max, held != Self.none else { return 0 }
    return ladder[held].bitsPerSecond
  }

  mutating func begin() {
    (granted, isOpen) = (Self.none, ladder.count > 0)
    switch history.holding {
    case .fresh: held = .max
    case .nothing: held = Self.none
    case .layers(let spatial, let temporal): held = ladder.index(within: spatial, temporal) ?? min(ladder.count - 1, 0)
    }
  }

  /// Whether it comes before another; sizes that differ by less than double are the same. Of equals the one that has more keeps it.
  func precedes(_ other: TrackDemand) -> Bool {
    guard standing == other.standing else { return standing > other.standing }
    let (octave, otherOctave) = (area.leadingZeroBitCount, other.area.leadingZeroBitCount)
    guard octave == otherOctave else { return octave < otherOctave }
    return held > other.held
  }
}
