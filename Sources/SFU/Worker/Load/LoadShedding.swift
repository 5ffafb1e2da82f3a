import RTP

/// What a worker leaves out that has more to do than it can, and when it takes that up again. Pure.
///
/// It goes degree by degree: on to the next only after the one before has not sufficed for a moment, and back when there has been
/// time to spare for a while, which gets longer each time that it was in vain. Sound and reports are never left out.
package struct LoadShedding: Equatable, Sendable {
  /// What is left out, the first to go first; each leaves out what those before it do.
  package enum Step: Int, Sendable, CaseIterable, Comparable {
    case nothing
    /// Nobody comes in who is not there yet.
    case newcomers
    /// Probes, what is seen in the background, and more and more of what makes pictures fine.
    case extras
    /// All pictures of each subscriber but the first, which is sent as small as there is; repairs of pictures.
    case others
    /// That one as well, for more and more of the subscribers.
    case pictures

    package static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
  }

  /// What is left of what pictures would take, in hundredths; each is a fifth less than the one before.
  private static let shares = [100, 80, 64, 51, 41, 33, 26]
  /// Subscribers lose their last picture an eighth of them at a time.
  package static let groupCount = 8
  private static let firstShare = Step.extras.rawValue
  private static let onlyFirst = firstShare + shares.count
  package static let largestDegree = onlyFirst + groupCount

  /// From here on a worker is full, though it may still serve everybody in time.
  package static let fullShare = 970
  /// Who sleeps no more than this has more to do than it can, whether anything is seen to wait or is lost before.
  private static let saturatedShare = 990
  /// Up to here it has time to spare: what a degree brings back is a quarter more at most.
  private static let spareShare = 800
  /// Up to here it has time for twice as much, which is enough for what most degrees bring back, but not for what the first pictures
  /// beside the one that was left do.
  private static let ampleShare = 500
  /// What stands for so long is a queue. Nobody hears or sees it yet.
  private static let longestDelay = Duration.milliseconds(20)
  private static let spareDelay = Duration.milliseconds(10)
  /// By then publishers and subscribers have followed.
  package static let riseInterval = Duration.milliseconds(500)
  /// Who is so late loses packets soon.
  private static let urgentDelay = Duration.milliseconds(100)
  package static let fallInterval = Duration.seconds(2)
  private static let longestFallInterval = Duration.seconds(30)
  /// What was taken up again and lasted so many times as long as was waited for it was not taken up in vain.
  private static let lastingFactor = 3

  /// How far it has gone; 0 for nothing.
  package private(set) var degree = 0
  private var changedAt = Instant.zero
  private var spareSince: Instant?
  private var fellAt: Instant?
  private var patience = fallInterval
  /// What was taken up again from this degree was too much at once, be there ever so much time to spare.
  private var vainDegree: Int?

  package init() {}

  package var step: Step {
    switch degree {
    case 0: .nothing
    case 1: .newcomers
    case ..<Self.onlyFirst: .extras
    case Self.onlyFirst: .others
    default: .pictures
    }
  }

  /// What is left to one subscriber, whose number says to which group it belongs.
  package func economy(forSubscriber number: Int) -> Economy {
    switch step {
    case .nothing, .newcomers: .none
    case .extras: .share(percent: Self.shares[degree - Self.firstShare])
    case .others: .first
    case .pictures: number % Self.groupCount < degree - Self.onlyFirst ? .nothing : .first
    }
  }

  /// Takes a reading; true if the degree has changed.
  package mutating func follow(_ reading: LoadReading) -> Bool {
    let before = degree
    if Self.isSaturated(reading) {
      rise(reading)
    } else if Self.isFull(reading) {
      spareSince = nil
      if degree == 0 { rise(reading) }
    } else if Self.hasTime(reading) {
      fall(reading)
    } else {
      spareSince = nil
    }
    return degree != before
  }

  // MARK: Judging

  private static func isSaturated(_ reading: LoadReading) -> Bool {
    if reading.recentShare >= saturatedShare, reading.share >= saturatedShare { return true }
    return reading.recentShare >= fullShare && reading.standingDelay >= longestDelay
  }

  private static func isFull(_ reading: LoadReading) -> Bool {
    reading.recentShare >= fullShare && reading.share >= fullShare
  }

  private static func hasTime(_ reading: LoadReading) -> Bool {
    reading.recentShare <= spareShare && reading.share <= spareShare && reading.standingDelay <= spareDelay
  }

  // MARK: Going on and back

  private mutating func rise(_ reading: LoadReading) {
    spareSince = nil
    let interval = reading.standingDelay >= Self.urgentDelay ? LoadMeter.interval : Self.riseInterval
    guard degree < Self.largestDegree, degree == 0 || reading.time >= changedAt + interval else { return }
    if let fellAt {
      let wasInVain = reading.time < fellAt + patience * Self.lastingFactor
      patience = wasInVain ? min(patience * 2, Self.longestFallInterval) : Self.fallInterval
      vainDegree = wasInVain ? degree + 1 : nil
    }
    fellAt = nil
    (degree, changedAt) = (degree + 1, reading.time)
  }

  private mutating func fall(_ reading: LoadReading) {
    guard degree > 0 else { return }
    let (now, since) = (reading.time, spareSince ?? reading.time)
    spareSince = since
    let isAmple =
      reading.recentShare <= Self.ampleShare && reading.share <= Self.ampleShare && degree != vainDegree
    guard now >= since + (isAmple ? Self.fallInterval : patience) else { return }
    (degree, changedAt, fellAt, spareSince) = (degree - 1, now, now, now)
  }
}
