/// What a worker that has too much to do leaves of a subscriber's pictures, whatever the network would carry.
package enum Economy: Equatable, Sendable {
  /// There is time for everything.
  case none
  /// Nothing of what is in the background, and of the rest so many hundredths of what it would take, but some of the first.
  case share(percent: Int)
  /// The first picture in its lowest step.
  case first
  case nothing

  /// How many steps the picture at a place in the order may have.
  func stepLimit(ofPlace place: Int, _ standing: TrackDemand.Standing) -> Int {
    switch self {
    case .none: .max
    case .share: standing == .background && place > 0 ? 0 : .max
    case .first: place == 0 ? 1 : 0
    case .nothing: 0
    }
  }

  /// What may be shared of a budget, or where there is none, if everything would take so much; nil if everything may be sent.
  package func bounding(_ budget: Allocation.Budget?, wanted bitsPerSecond: Int) -> Allocation.Budget? {
    switch self {
    case .none: return budget
    case .share(let percent):
      var bounded = budget ?? .boundless
      bounded.bound(to: bitsPerSecond * percent / 100)
      return bounded
    case .first, .nothing: return budget ?? .boundless
    }
  }
}

extension Allocation.Budget {
  /// Beyond what pictures could ever take.
  static let boundless = Allocation.Budget(
    estimate: 1 << 40, bitsPerSecond: 1 << 40, steadyBitsPerSecond: 1 << 40)

  /// Leaves no more than that. Unlike what a network carries, it does not swing.
  mutating func bound(to limit: Int) {
    guard limit < bitsPerSecond else { return }
    (bitsPerSecond, steadyBitsPerSecond, rest) = (limit, min(steadyBitsPerSecond, limit), 0)
  }
}
