package import RTP

/// Shares what a subscriber's network carries among the pictures that it wants.
///
/// Steps of quality are granted one after the other, each if it fits what is left:
/// 1. what is on stage (screens, then what is pinned) is raised step by step until it is a good picture;
/// 2. everything else gets its lowest step, in order of standing, then size;
/// 3. standing by standing everything is raised step by step to what its view shows, all of one standing in turn.
///
/// So no picture gets a step while one that comes before it could have had its own. What is held already needs to fit what the
/// network carries now, and goes at once if it does not. What is more needs to fit, with a margin, the least that the network
/// carried lately, and a larger picture its own patience too (`AllocationHistory`); meanwhile nobody behind it takes its bits to
/// get more.
package struct Allocation {
  /// What there is to be shared.
  package struct Budget: Sendable {
    /// What the network carries, all in all.
    package var estimate: Int
    /// What of that is left for pictures.
    package var bitsPerSecond: Int
    /// What was left at least lately.
    package var steadyBitsPerSecond: Int
    /// Whether nothing was heard of the network yet.
    package var isGuess = false

    /// What is not for pictures, and swings with the rest: sound and repairs.
    var rest: Int

    package init(estimate: Int, bitsPerSecond: Int, steadyBitsPerSecond: Int) {
      (self.estimate, self.bitsPerSecond) = (estimate, max(bitsPerSecond, 0))
      self.steadyBitsPerSecond = min(steadyBitsPerSecond, self.bitsPerSecond)
      rest = max(estimate - self.bitsPerSecond, 0)
    }
  }

  /// More than a subscriber may want.
  package static let capacity = 64
  /// So much more than it takes there has to be for what was not held: a steady estimate swings by a tenth to either side, and
  /// of its lower half the least is taken.
  package static let margin = 1.15
  /// The first picture is not given up for a guess: it is sent as long as it takes no more than so many times the estimate.
  package static let minimumFactor = 1.5
  /// A screen mostly rests, whatever it took when it changed.
  package static let minimumFactorOfScreens = 8.0

  /// What everything takes that is granted.
  package private(set) var grantedBitsPerSecond = 0
  /// What everything would take that the views show.
  package private(set) var wantedBitsPerSecond = 0
  /// Whether the network does not carry what was held.
  package private(set) var isSqueezed = false
  /// What is granted, and what would be but for patience.
  private var reserved = 0
  private let budget: Budget
  private let now: Instant
  private let count: Int
  private var order = InlineArray<64, UInt8>(repeating: 0)

  /// Decides on all tracks and has their histories follow. Those beyond the capacity get nothing.
  package init(
    of budget: Budget, among tracks: inout [TrackDemand], sparing economy: Economy = .none, at now: Instant
  ) {
    (self.budget, self.now) = (budget, now)
    count = min(tracks.count, Self.capacity)
    var held = 0
    for index in tracks.indices {
      tracks[index].begin()
      held += tracks[index].heldBitsPerSecond
      wantedBitsPerSecond += tracks[index].ladder.top?.bitsPerSecond ?? 0
    }
    isSqueezed = held > budget.bitsPerSecond
    sort(tracks)
    for place in 0..<count {
      let index = Int(order[place])
      tracks[index].stepLimit = economy.stepLimit(ofPlace: place, tracks[index].standing)
    }
    share(&tracks)
    for index in tracks.indices {
      tracks[index].history.settle(
        tracks[index].allowed, isSqueezed: isSqueezed, isOnStage: tracks[index].standing.isOnStage, at: now)
    }
  }

  private mutating func sort(_ tracks: [TrackDemand]) {
    for place in 0..<count {
      order[place] = UInt8(place)
      var hole = place
      while hole > 0, tracks[Int(order[hole])].precedes(tracks[Int(order[hole - 1])]) {
        order.swapAt(hole, hole - 1)
        hole -= 1
      }
    }
  }

  // MARK: Rounds

  /// How far pictures are raised.
  private enum Goal {
    case good
    case best
  }

  private mutating func share(_ tracks: inout [TrackDemand]) {
    for standing in TrackDemand.Standing.descending where standing.isOnStage {
      raise(places(of: standing, in: tracks), of: &tracks, until: .good)
    }
    for place in 0..<count where tracks[Int(order[place])].granted == TrackDemand.none {
      step(&tracks[Int(order[place])])
    }
    for standing in TrackDemand.Standing.descending {
      raise(places(of: standing, in: tracks), of: &tracks, until: .best)
    }
  }

  private func places(of standing: TrackDemand.Standing, in tracks: [TrackDemand]) -> Range<Int> {
    var first = 0
    while first < count, tracks[Int(order[first])].standing != standing { first += 1 }
    var end = first
    while end < count, tracks[Int(order[end])].standing == standing { end += 1 }
    return first..<end
  }

  /// Raises tracks in turn: to the first step all that can be, then to the second, and so on.
  private mutating func raise(_ places: Range<Int>, of tracks: inout [TrackDemand], until goal: Goal) {
    guard !places.isEmpty else { return }
    for target in 0..<QualityLadder.capacity {
      for place in places {
        let index = Int(order[place])
        let limit = goal == .good ? tracks[index].ladder.preferredIndex : tracks[index].ladder.count - 1
        guard tracks[index].granted == target - 1, target <= limit else { continue }
        step(&tracks[index])
      }
    }
  }

  // MARK: Steps

  /// Grants a track its next step if it fits; else nothing more of it will.
  private mutating func step(_ track: inout TrackDemand) {
    let next = track.granted + 1
    guard track.isOpen, next < min(track.ladder.count, track.stepLimit) else { return }
    let cost = track.ladder[next].bitsPerSecond - (track.allowed?.bitsPerSecond ?? 0)
    let isGranted = next <= track.held ? keeps(next, cost, track) : rises(to: next, cost, track)
    track.isOpen = isGranted
    guard isGranted else { return }
    track.granted = next
    grantedBitsPerSecond += cost
    reserved += cost
  }

  private func keeps(_ next: Int, _ cost: Int, _ track: TrackDemand) -> Bool {
    grantedBitsPerSecond + cost <= budget.bitsPerSecond || isIndispensable(cost, track)
  }

  /// Whether it is the first step of the first picture, which is rather sent too much of than nothing.
  private func isIndispensable(_ cost: Int, _ track: TrackDemand) -> Bool {
    guard grantedBitsPerSecond == 0, track.granted == TrackDemand.none else { return false }
    guard !budget.isGuess else { return true }
    let factor = track.standing == .screen ? Self.minimumFactorOfScreens : Self.minimumFactor
    return Double(cost) <= Double(budget.estimate) * factor
  }

  private mutating func rises(to next: Int, _ cost: Int, _ track: TrackDemand) -> Bool {
    let isLarger =
      track.held == TrackDemand.none || track.ladder[next].spatialLayer > track.ladder[track.held].spatialLayer
    guard !isIndispensable(cost, track) else { return track.history.mayRise(at: now) }
    guard grantedBitsPerSecond + cost <= budget.bitsPerSecond,
      Double(reserved + cost + budget.rest) * Self.margin <= Double(budget.steadyBitsPerSecond + budget.rest)
    else { return false }
    guard isLarger, !track.history.mayRise(at: now) else { return true }
    reserved += cost
    return false
  }
}
