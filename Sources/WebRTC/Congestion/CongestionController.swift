package import RTP

/// Estimates what the network between us and one receiver carries (Google congestion control: Carlucci et al. 2016,
/// draft-ietf-rmcat-gcc-02, with loss by likelihood and with probes).
///
/// It is told of every packet that is sent and of every report that comes back, and answers with `estimate`, and with
/// `nextProbe` where only a trial can tell more. Loss is taken from the reports on our own transport-wide numbers, which have no
/// holes: what a publisher failed to deliver is nobody's loss downstream. Nothing on a packet's way allocates memory.
package struct CongestionController: ~Copyable {
  private let inPlace = InPlace()
  /// How far beyond what is wanted the estimate may rise: room for a keyframe, and for what is wanted next.
  package static let headroom = 1.35
  /// Until the receiver's reports tell the real one.
  static let assumedRoundTripTime = Duration.milliseconds(100)
  /// The peer names the times that round trips are calculated from, so what cannot be is not believed.
  static let believableRoundTrips = Duration.milliseconds(1)...Duration.seconds(2)
  /// Arrivals are put in order by so many at most: a report's worth at ten megabits per second.
  static let batchSize = 256
  /// And a report's worth at one.
  static let initialBatchSize = 32

  private(set) var configuration: CongestionConfiguration
  var roundTripTime = CongestionController.assumedRoundTripTime
  var history = SentPacketHistory()
  var clock = ArrivalClock()
  var arrived = FlatRing(
    count: CongestionController.initialBatchSize, limit: CongestionController.batchSize,
    absent: ArrivedPacket(sentAt: .zero, arrival: .zero, byteCount: 0, cluster: .none))
  var arrivals = ThroughputEstimator()
  /// The rates as of the last report.
  var throughput: Throughput?
  /// What got through of late at best: when a link's fall is known, the rates of the last moments are those of the fallen link.
  var carried = RecentPeak()
  var delays = DelayBasedEstimator()
  var queue = QueueDrain()
  var rate: RateController
  var losses: LossBasedEstimator
  /// What the last report on arrivals said is lost.
  var reported = ReportedLosses.Loss(lost: 0, sent: 0)
  /// The rate at which packets arrived, if the last report says that the link is full and drops the others.
  var overrun: Double?
  var receiver: ReceiverEstimateController
  var usedShare = ApplicationLimitDetector()
  var silence = SilenceWatch()
  var reports = ReportWatch()
  var probes = ProbeController()
  var probeSender = ProbeSender()
  var probeEvaluator = ProbeEvaluator()
  var repairs = RepairBudget()
  /// The rate to send at, in bits per second.
  var target: Double
  var cause = CongestionEstimate.Cause.start
  /// When the network had it be lowered last.
  var loweredAt: Instant?
  /// What the view could use, all layers together, in bits per second. Nothing beyond it, with `headroom`, is tried for.
  package private(set) var wanted = 0

  package init(_ configuration: CongestionConfiguration = CongestionConfiguration()) {
    self.configuration = configuration
    rate = RateController(configuration)
    losses = LossBasedEstimator(configuration)
    receiver = ReceiverEstimateController(configuration)
    target = Double(configuration.startBitsPerSecond)
  }

  /// Goes on with what a negotiation has changed; false if everything must be learnt anew, as somebody else measures now.
  mutating func adopt(_ configuration: CongestionConfiguration) -> Bool {
    guard configuration.feedback == self.configuration.feedback else { return false }
    self.configuration = configuration
    return true
  }

  /// What the network is believed to carry.
  package var estimate: CongestionEstimate {
    CongestionEstimate(
      bitsPerSecond: Int(target), repairBitsPerSecond: Int(repairs.bitsPerSecond), cause: cause,
      acknowledgedBitsPerSecond: throughput.map { Int($0.acknowledged) },
      usage: delays.usage, isApplicationLimited: usedShare.isLimited,
      loss: configuration.feedback == .arrivals ? losses.loss : receiver.loss, loweredAt: loweredAt)
  }

  /// Says what the allocation could use at best.
  package mutating func want(_ bitsPerSecond: Int, at now: Instant) {
    let isMore = bitsPerSecond > wanted
    wanted = max(bitsPerSecond, 0)
    probes.want(situation(at: now), isMore: isMore, at: now)
  }

  /// Takes note of a packet that was sent under this transport-wide number, of so many bytes of UDP payload.
  package mutating func sent(_ number: SequenceNumber, byteCount: Int, kind: SentPacketKind, at now: Instant) {
    history.record(number, byteCount: byteCount, cluster: probeSender.cluster, at: now)
    reports.sent(at: now)
    probeSender.sent(byteCount: byteCount, at: now)
    guard kind != .padding else { return }
    usedShare.sent(byteCount: byteCount, estimate: target, at: now)
  }

  /// Whether a retransmission of so many bytes is affordable; if so it counts as made.
  package mutating func takeRepair(byteCount: Int, at now: Instant) -> Bool {
    // Where more arrives than is believed of the network, as at the start, that much is repaired.
    repairs.take(byteCount: byteCount, estimate: max(target, throughput?.acknowledged ?? 0), at: now)
  }

  /// Takes the receiver's own estimate; without meaning where it reports arrivals, which tell us more.
  package mutating func receive(_ estimate: REMB, at now: Instant) {
    guard configuration.feedback == .estimates else { return }
    receiver.receive(estimate.bitsPerSecond, at: now)
    followReceiver(at: now)
  }

  /// Takes how many of so many packets the receiver misses, where it does not report arrivals.
  ///
  /// Receiver reports count the holes of a publisher's stream too: whoever calls this has taken them out.
  package mutating func receive(lost: Int, of expected: Int, at now: Instant, roundTripTime: Duration) {
    guard configuration.feedback == .estimates else { return }
    receiver.receive(lost: lost, of: expected, ceiling: ceiling, roundTripTime: believable(roundTripTime), at: now)
    followReceiver(at: now)
  }

  /// Whether the estimate says something: the receiver tells its own, or what arrives. What it is to tell is waited for a while.
  var isInformed: Bool { hearsOfArrivals || (configuration.feedback != .arrivals && receiver.isInformed) }

  /// Whether the receiver reports which packets arrived, and when.
  var hearsOfArrivals: Bool { configuration.feedback == .arrivals && !reports.areMissing }

  /// When `advance` or `nextProbe` has something to do.
  package var nextDeadline: Instant {
    min(silenceDeadline, probeDeadline)
  }

  /// Lets time pass.
  package mutating func advance(to now: Instant) {
    reports.advance(to: now)
    guard reports.areHeard, silenceDeadline <= now else { return }
    let lower = configuration.clamp(silence.lower(target, at: now))
    rate.set(min(rate.bitsPerSecond, lower), at: now)
    losses.lower(to: lower)
    (target, cause) = (lower, .silence)
  }

  /// The rate above which nothing is tried for.
  var ceiling: Double { min(Double(wanted) * Self.headroom, Double(configuration.maximumBitsPerSecond)) }

  func believable(_ roundTripTime: Duration) -> Duration {
    min(max(roundTripTime, Self.believableRoundTrips.lowerBound), Self.believableRoundTrips.upperBound)
  }

  /// When `advance` has something to do.
  var silenceDeadline: Instant {
    guard configuration.feedback == .arrivals else { return .distantFuture }
    guard reports.areHeard else { return reports.deadline }
    guard target > Double(configuration.minimumBitsPerSecond) else {
      return .distantFuture
    }
    return silence.deadline(waitingSince: history.waitingSince, roundTripTime: roundTripTime)
  }

  private mutating func followReceiver(at now: Instant) {
    let before = target
    (target, cause) = (receiver.bitsPerSecond, receiver.cause)
    if target < before { probes.noteDecrease(from: before, to: target, at: now) }
  }
}
