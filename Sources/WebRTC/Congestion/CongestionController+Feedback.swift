package import RTP

// MARK: - Learning from reports
extension CongestionController {
  /// Takes a report on arrivals, which was read from `datagram`.
  ///
  /// Whatever it claims, only packets that were sent count, each once, and the estimate stays within its bounds.
  package mutating func receive(
    _ feedback: TransportFeedback, in datagram: RawSpan, at now: Instant, roundTripTime: Duration
  ) {
    reported = ReportedLosses.Loss(lost: 0, sent: 0)
    guard configuration.feedback == .arrivals else { return }
    self.roundTripTime = believable(roundTripTime)
    let reference = clock.arrival(ofReference: feedback.referenceTime, at: now)
    if reference.isNewTimeline {
      delays.reset()
      queue.reset()
      arrivals.reset()
    }
    var report = Report(reference: reference.instant)
    read(feedback, in: datagram, into: &report, at: now)
    takeArrived(&report, at: now)
    guard report.hasNews else { return }
    history.noteReport()
    reports.heard()
    if let delay = report.shortestDelay { queue.note(delay, at: now) }
    conclude(report, at: now)
  }

  /// What the last report on arrivals says is lost of how many packets; none where they would have come had less been sent.
  package var told: ReportedLosses.Loss { overrun == nil ? reported : ReportedLosses.Loss(lost: 0, sent: 0) }

  /// What one report came to so far.
  private struct Report {
    let reference: Instant
    var arrivedCount = 0
    /// How long the fastest packet was on its way.
    var shortestDelay: Duration?
    var hasNews = false
    /// The highest rate that a probe arrived at.
    var probed: Double?
    /// Whether it tells of packets that were sent to find out what gets through.
    var holdsProbe = false
    var losses = ReportedLosses.Loss(lost: 0, sent: 0)
  }

  /// Arrivals within one report lie closer together; others are not believed.
  private static let longestReport = Duration.seconds(3)

  private mutating func read(
    _ feedback: TransportFeedback, in datagram: RawSpan, into report: inout Report, at now: Instant
  ) {
    var cursor = TransportFeedbackCursor(feedback)
    // The walk was checked when the feedback was parsed; if the datagram is another one, what stood before the error counts.
    while let status = try? cursor.next(in: datagram) {
      switch status {
      case .lost(let first, let count):
        for number in history.known(count, from: first) { lose(number, &report) }
      case .received(let number, let ticks):
        guard let number = history.known(1, from: number).first else { continue }
        receive(number, ticks, &report, at: now)
      }
    }
  }

  private mutating func lose(_ number: Int64, _ report: inout Report) {
    guard case .news(let entry) = history.lose(number) else { return }
    report.hasNews = true
    losses.add(sentAt: entry.sentAt, byteCount: entry.byteCount, isLost: true)
    if entry.cluster != .none { report.holdsProbe = true }
    report.losses.add(lost: 1, of: 1)
  }

  private mutating func receive(_ number: Int64, _ ticks: Int64, _ report: inout Report, at now: Instant) {
    let entry: SentPacketHistory.Entry
    switch history.receive(number) {
    case .nothing: return
    case .news(let packet):
      entry = packet
      losses.add(sentAt: entry.sentAt, byteCount: entry.byteCount, isLost: false)
      if entry.cluster != .none { report.holdsProbe = true }
      report.losses.add(lost: 0, of: 1)
    case .correction(let packet):
      entry = packet
      losses.recover(byteCount: entry.byteCount)
      report.losses.add(lost: -1, of: 0)
    }
    report.hasNews = true
    let offset = Duration.nanoseconds(ticks * TransportFeedback.nanosecondsPerTick)
    guard offset <= Self.longestReport, .zero - offset <= Self.longestReport else { return }
    makeRoom(in: &report, at: now)
    insert(
      ArrivedPacket(
        sentAt: entry.sentAt, arrival: report.reference + offset, byteCount: entry.byteCount, cluster: entry.cluster),
      &report)
  }

  private mutating func makeRoom(in report: inout Report, at now: Instant) {
    guard report.arrivedCount == arrived.count else { return }
    if arrived.canGrow { arrived.grow(keeping: 0..<report.arrivedCount) } else { takeArrived(&report, at: now) }
  }

  /// Keeps the batch in the order of arrival; reports are nearly in it.
  private mutating func insert(_ packet: ArrivedPacket, _ report: inout Report) {
    var index = report.arrivedCount
    while index > 0, arrived[index - 1].arrival > packet.arrival {
      arrived[index] = arrived[index - 1]
      index -= 1
    }
    arrived[index] = packet
    report.arrivedCount += 1
  }

  private mutating func takeArrived(_ report: inout Report, at now: Instant) {
    for index in 0..<report.arrivedCount {
      let packet = arrived[index]
      delays.add(packet, at: now)
      let delay = packet.arrival - packet.sentAt
      report.shortestDelay = min(report.shortestDelay ?? delay, delay)
      arrivals.add(packet)
      if let probed = probeEvaluator.add(packet) { report.probed = max(report.probed ?? 0, probed) }
    }
    report.arrivedCount = 0
  }
}

// MARK: - Drawing the consequences
extension CongestionController {
  /// Ends a report: moves the rate, lets loss limit it, and takes note of what may be tried next.
  private mutating func conclude(_ report: Report, at now: Instant) {
    let before = silence.end() ?? target
    throughput = arrivals.throughput
    if let throughput { carried.note(throughput.acknowledged, at: now) }
    (reported, overrun) = (report.losses, overrun(by: report))
    usedShare.advance(estimate: target, to: now)
    repairs.advance(to: now)
    let wasDecreased = rate.update(input(at: now), at: now)
    if wasDecreased, let throughput {
      queue.begin(acknowledged: min(throughput.acknowledged, overrun ?? .infinity), at: now)
    }
    let wasProbed = !wasDecreased && take(report.probed, at: now)
    losses.update(delayBased: rate.bitsPerSecond, acknowledged: throughput?.acknowledged, at: now)
    let new = configuration.clamp(min(rate.bitsPerSecond, losses.bitsPerSecond, queue.ceiling ?? .infinity))
    cause = newCause(from: target, to: new, wasProbed: wasProbed)
    if wasDecreased || queue.ceiling != nil || (losses.state != .unlimited && new < target) { loweredAt = now }
    target = new
    if let probed = report.probed, wasProbed { probes.succeed(at: probed, estimateBefore: before, at: now) }
    if new < before { probes.noteDecrease(from: before, to: new, at: now) }
  }

  private func input(at now: Instant) -> RateController.Input {
    var input = RateController.Input(
      usage: overrun != nil || queue.isStanding(at: now) ? .overusing : delays.usage, throughput: throughput,
      loss: losses.loss, ceiling: ceiling, isApplicationLimited: usedShare.isLimited, roundTripTime: roundTripTime)
    input.overrun = overrun
    return input
  }

  /// What still arrives, if a report says that much was lost behind a queue and little comes through of what did just before: the
  /// link has become so narrow that it drops what it cannot keep.
  ///
  /// That is told at once; delays cannot grow beyond a full queue, and loss alone takes a second to be believed.
  private func overrun(by report: Report) -> Double? {
    guard !report.holdsProbe, report.losses.sent >= Self.overrunCount, report.losses.share >= Self.overrunLoss,
      queue.queueing > Self.overrunDelay, let throughput, let rate = arrivals.arrived(inLast: Self.overrunSpan)
    else { return nil }
    // Where most is lost the rate of the moment may be that of the fallen link already.
    let before = report.losses.share >= Self.collapseLoss ? carried.value : throughput.acknowledged
    return rate < before * Self.overrunShare ? rate : nil
  }

  /// Fewer packets are lost together by chance.
  private static let overrunCount = 8
  private static let overrunLoss = 0.4
  private static let collapseLoss = 0.6
  private static let overrunShare = 0.6
  private static let overrunDelay = Duration.milliseconds(60)
  /// What arrived in so long tells what the link carries now.
  private static let overrunSpan = Duration.milliseconds(200)

  /// Takes a probe's rate if it is more than we believed: less may have had other reasons than the network's.
  private mutating func take(_ probed: Double?, at now: Instant) -> Bool {
    guard let probed, delays.usage != .overusing else { return false }
    let useful = min(probed, ceiling)
    guard useful > rate.bitsPerSecond else { return false }
    rate.raise(toProbed: useful, at: now)
    return true
  }

  private func newCause(from old: Double, to new: Double, wasProbed: Bool) -> CongestionEstimate.Cause {
    if queue.ceiling != nil { return .delay }
    if losses.state != .unlimited, new < rate.bitsPerSecond { return .loss }
    if wasProbed { return .probe }
    if new >= ceiling || (usedShare.isLimited && new == old) { return .applicationLimited }
    return .delay
  }
}
