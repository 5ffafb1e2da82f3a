import RTP

/// What a run of a profile came to.
struct CongestionFigures {
  /// Seconds from each event until the estimate stayed within a fifth of the target for a second; nil if it never did.
  var settling: [Double?] = []
  var utilization = 0.0
  /// Milliseconds that half, nineteen of twenty, and all packets waited at most in the steady windows.
  var queueing = (median: 0.0, most: 0.0, longest: 0.0)
  var variation = 0.0
  var drops = 0.0
  var losses = 0.0
  /// The longest that the estimate stayed more than a tenth above the capacity, and that packets came 300 ms late, in seconds.
  var excess = 0.0
  var backlog = 0.0
  /// Of all that was sent.
  var paddingShare = 0.0
  var repairShare = 0.0
  /// How much of what the steady windows' links carry was used, all subscribers together.
  var carried = 0.0
  /// What of the traffic in the steady windows each subscriber's is.
  var shares: [Double] = []

  init(_ simulation: CongestionSimulation) {
    let profile = simulation.profile
    let isSteady = { (seconds: Double) in profile.steady.contains { $0.contains(seconds) } }
    settling = profile.events.map { Self.settling(after: $0.seconds, simulation.samples[0], profile) }
    excess = simulation.samples.map { Self.longest($0) { $0.estimate > $0.capacity * 1.1 } }.max() ?? 0
    backlog = simulation.samples.map { Self.longest($0) { $0.queueing > 300 } }.max() ?? 0
    measureRates(simulation.samples.map { $0.filter { isSteady($0.seconds) } }, profile)
    let waits = simulation.waits.filter { isSteady($0.seconds) }.map(\.milliseconds).sorted()
    if let last = waits.last { queueing = (waits[waits.count / 2], waits[waits.count * 19 / 20], last) }
    (drops, losses) = (simulation.dropShare, simulation.lossShare)
    let sent = simulation.subscribers.reduce(0) { $0 + $1.sentByteCount }
    paddingShare = Double(simulation.subscribers.reduce(0) { $0 + $1.paddingByteCount }) / Double(sent)
    repairShare = Double(simulation.subscribers.reduce(0) { $0 + $1.repairByteCount }) / Double(sent)
  }

  private mutating func measureRates(_ steady: [[CongestionSimulation.Sample]], _ profile: CongestionProfile) {
    let all = steady.flatMap { $0 }
    guard !all.isEmpty else { return }
    utilization =
      all.reduce(0) { $0 + $1.estimate / profile.target(capacity: $1.capacity, at: $1.seconds) } / Double(all.count)
    let received = all.reduce(0) { $0 + $1.received }
    shares = steady.map { samples in samples.reduce(0) { $0 + $1.received } / received }
    carried = received / steady[0].reduce(0) { $0 + $1.capacity }
    // Deviations from the mean of the same conditions, so that a change of them is no variation.
    var squares = 0.0
    for window in profile.steady {
      for samples in steady {
        let ratios = samples.filter { window.contains($0.seconds) }.map {
          $0.estimate / profile.target(capacity: $0.capacity, at: $0.seconds)
        }
        let mean = ratios.reduce(0, +) / Double(max(ratios.count, 1))
        squares += ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (mean * mean)
      }
    }
    variation = (squares / Double(all.count)).squareRoot()
  }

  private static func settling(
    after event: Double, _ samples: [CongestionSimulation.Sample], _ profile: CongestionProfile
  ) -> Double? {
    var runStart: Double?
    for sample in samples where sample.seconds > event {
      let target = profile.target(capacity: sample.capacity, at: sample.seconds)
      guard (target * 0.8...target * 1.2).contains(sample.estimate) else {
        runStart = nil
        continue
      }
      let start = runStart ?? sample.seconds
      runStart = start
      if sample.seconds - start >= 1 { return start - event }
    }
    return nil
  }

  /// For how many seconds on end the condition held at most.
  private static func longest(
    _ samples: [CongestionSimulation.Sample], _ isMet: (CongestionSimulation.Sample) -> Bool
  ) -> Double {
    var (longest, current) = (0, 0)
    for sample in samples {
      current = isMet(sample) ? current + 1 : 0
      longest = max(longest, current)
    }
    return Double(longest) / 10
  }
}
