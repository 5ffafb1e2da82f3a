package import RTP

/// Decides when a probe is worth it, and of which rate.
///
/// Probes are how an estimate rises while less is sent than it allows. None is sent when nothing more is wanted.
package struct ProbeController: ~Copyable {
  private let inPlace = InPlace()
  /// What a decision has to go by.
  package struct Situation {
    /// The rate in use, and the one above which nothing is wanted.
    package var estimate: Double
    package var ceiling: Double
    /// Whether a probe would only add to a queue or to losses.
    package var isCongested: Bool

    package init(estimate: Double, ceiling: Double, isCongested: Bool) {
      (self.estimate, self.ceiling, self.isCongested) = (estimate, ceiling, isCongested)
    }

    fileprivate var wantsMore: Bool { ceiling > estimate * ProbeController.leastGain }
  }

  /// A probe to send.
  package struct Plan: Equatable {
    package var bitsPerSecond: Double
    package var span: Duration

    package init(bitsPerSecond: Double, span: Duration) {
      (self.bitsPerSecond, self.span) = (bitsPerSecond, span)
    }
  }

  /// How far beyond the first guess the network is tried at once.
  package static let startFactors = (3.0, 6.0)
  /// How far beyond what is known a later probe reaches.
  private static let factor = 2.0
  /// A probe that got this share of its rate through is followed by the next.
  private static let success = 0.7
  /// A result has to come within a round trip and a report.
  private static let resultTimeout = Duration.seconds(1)
  /// How often more is tried while it is wanted; after each trial in vain less often, up to the longest.
  package static let interval = Duration.seconds(5)
  package static let longestInterval = Duration.seconds(10)
  private static let intervalGrowth = 1.5
  /// After a decrease the queue has to empty first.
  private static let recoveryDelay = Duration.milliseconds(500)
  /// A fall below this share is tried to be undone, within this time, at so much of the old rate.
  private static let rapidDrop = 0.66
  private static let recoveryShare = 0.85
  private static let recoveryTimeout = Duration.seconds(5)
  /// A probe of more than so many times the estimate takes as much of the link as may be borne for a moment only.
  private static let leap = 3.0
  /// A decrease so soon after a success takes it back.
  private static let probation = Duration.seconds(3)
  /// A smaller gain is not worth a probe.
  private static let leastGain = 1.05

  private var first: Double?
  private var second: Double?
  private var awaited: (rate: Double, sentAt: Instant)?
  private var succeededAt: Instant?
  private var lost: (rate: Double, at: Instant, triedAt: Instant)?
  private var span = ProbeCluster.shortestSpan
  private var currentInterval = ProbeController.interval
  /// When more is tried again; nil while nothing more is wanted.
  private var triesAgainAt: Instant?
  private var hasStarted = false

  package init() {}

  /// When `next` may have something to say; a request waits for nothing.
  package var nextDeadline: Instant {
    if first != nil { return .zero }
    return min(triesAgainAt ?? .distantFuture, lost?.triedAt ?? .distantFuture)
  }

  /// Takes note of what is wanted. More of it than before is tried for at once.
  package mutating func want(_ situation: Situation, isMore: Bool, at now: Instant) {
    expire(at: now)
    guard situation.wantsMore else { return rest() }
    if !hasStarted {
      hasStarted = true
      (first, second) = (situation.estimate * Self.startFactors.0, situation.estimate * Self.startFactors.1)
    } else if isMore, first == nil, awaited == nil {
      currentInterval = Self.interval
      first = situation.estimate * Self.factor
    }
    if triesAgainAt == nil { triesAgainAt = now + currentInterval }
  }

  /// Takes note that a probe raised the estimate; where it got nearly all of its rate through, the next one follows.
  package mutating func succeed(at rate: Double, estimateBefore: Double, at now: Instant) {
    guard let awaited, rate >= awaited.rate * Self.success, rate > estimateBefore * Self.leastGain else { return }
    self.awaited = nil
    succeededAt = now
    currentInterval = Self.interval
    span = ProbeCluster.usualSpan
    if first == nil { first = rate * Self.factor }
  }

  /// Takes note that the estimate fell.
  package mutating func noteDecrease(from old: Double, to new: Double, at now: Instant) {
    (first, second) = (nil, nil)
    // A probe finds a gap between the packets of others that is no room; there is nothing to go back to.
    if let succeededAt, now - succeededAt < Self.probation { return fail(at: now) }
    let known = lost.map { now - $0.at < Self.recoveryTimeout ? $0.rate : 0 } ?? 0
    guard known > 0 || new < old * Self.rapidDrop else { return }
    lost = (max(known, old), now, now + Self.recoveryDelay)
  }

  /// The rate of a probe to send now, if one is worth it.
  package mutating func next(_ situation: Situation, at now: Instant) -> Plan? {
    expire(at: now)
    guard situation.wantsMore else {
      rest()
      return nil
    }
    if triesAgainAt == nil { triesAgainAt = now + currentInterval }
    guard !situation.isCongested else {
      postpone(at: now)
      return nil
    }
    guard let wanted = takeRequest(situation, at: now) else { return nil }
    let rate = min(wanted, situation.ceiling)
    guard rate > situation.estimate * Self.leastGain else { return nil }
    awaited = (rate, now)
    triesAgainAt = now + currentInterval
    let isLeap = rate > situation.estimate * Self.leap
    return Plan(bitsPerSecond: rate, span: isLeap ? ProbeCluster.shortestSpan : span)
  }

  private mutating func takeRequest(_ situation: Situation, at now: Instant) -> Double? {
    if let rate = first {
      (first, second) = (second, nil)
      return rate
    }
    if let lost, lost.triedAt <= now {
      self.lost = nil
      return lost.rate * Self.recoveryShare
    }
    guard let time = triesAgainAt, time <= now else { return nil }
    // Taken back when it succeeds.
    fail(at: now)
    return situation.estimate * Self.factor
  }

  /// The next trial comes later and lasts longer.
  private mutating func fail(at now: Instant) {
    currentInterval = min(currentInterval * Self.intervalGrowth, Self.longestInterval)
    span = min(span * 2, ProbeCluster.longestSpan)
    triesAgainAt = now + currentInterval
  }

  /// Waits for the queue to empty, without forgetting what is to be tried.
  private mutating func postpone(at now: Instant) {
    (first, second) = (nil, nil)
    triesAgainAt = max(triesAgainAt ?? now, now + Self.recoveryDelay)
    lost?.triedAt = now + Self.recoveryDelay
  }

  /// Nothing more is wanted.
  private mutating func rest() {
    (first, second, lost, triesAgainAt) = (nil, nil, nil, nil)
  }

  private mutating func expire(at now: Instant) {
    if let awaited, now - awaited.sentAt > Self.resultTimeout { self.awaited = nil }
    if let lost, now - lost.at > Self.recoveryTimeout { self.lost = nil }
  }
}
