package import RTP

/// One stream that a peer sends, with its retransmissions merged in: numbers without wraps, repairs, statistics.
package struct IncomingStream: ~Copyable {
  private let inPlace = InPlace()
  /// What a packet brought.
  package enum Arrival: Equatable, Sendable {
    /// A packet to be passed on, by its unwrapped sequence number and timestamp.
    case fresh(sequence: Int64, timestamp: Int64)
    /// Seen before, or too old.
    case duplicate
  }

  /// What the owner knows of it.
  private enum Stage {
    /// Nothing yet: what has come was padding or could not be passed on.
    case announced
    case live
    case ended
  }

  /// The media description it belongs to, by its place in the session.
  package let media: Int
  /// Which of the simulcast layers it is, in the order of the description; nil without simulcast.
  package let layer: Int?
  package let ssrc: SSRC
  package let kind: MediaKind
  /// Whether lost packets can be asked for.
  private let repairs: Bool
  private var sequence = Unwrapper.sequenceNumber
  private var timestamp = Unwrapper.timestamp
  private var nack = NACKGenerator()
  private var keyframes = KeyframeRequester()
  package private(set) var statistics: ReceptionStatistics
  /// A keyframe is wanted and has not been asked for yet.
  private var wantsKeyframe = false
  private var commandNumber: UInt8 = 0
  private var clockReading: (moment: Instant, timestamp: UInt32)?
  private var stage = Stage.announced
  private var gate = SilenceGate()
  /// Whether the description says at present that nothing comes.
  package private(set) var isPaused = false

  package init(media: Int, layer: Int?, ssrc: SSRC, kind: MediaKind, clockRate: UInt32, repairs: Bool) {
    self.media = media
    self.layer = layer
    self.ssrc = ssrc
    self.kind = kind
    self.repairs = repairs
    statistics = ReceptionStatistics(clockRate: Int64(clockRate))
  }

  /// When `requests` or `advance` has something to do.
  package var nextDeadline: Instant? {
    let repair = repairs ? nack.nextDeadline : nil
    guard let request = keyframes.nextDeadline else { return repair }
    return min(repair ?? .distantFuture, request)
  }

  /// The sender's distance, for the intervals between requests.
  package var roundTripTime: Duration {
    get { nack.roundTripTime }
    set { nack.roundTripTime = newValue }
  }

  /// Takes a packet of the stream itself.
  package mutating func receive(
    _ fields: RTPHeaderFields, byteCount: Int, startsKeyframe: Bool, arrival: Instant, at now: Instant
  ) -> Arrival {
    let number = sequence.unwrap(fields.sequenceNumber)
    statistics.receive(number, timestamp: fields.timestamp, byteCount: byteCount, at: arrival)
    return accept(number, fields.timestamp, startsKeyframe, now)
  }

  // MARK: Silence

  /// Whether packets that say they are silent are skipped, as nobody hears them.
  package var skipsSilence: Bool {
    get { gate.isClosed }
    set { gate.isClosed = newValue }
  }

  /// Whether a packet that was not opened is skipped.
  mutating func skips(_ number: SequenceNumber, _ level: AudioLevel?, at now: Instant) -> Bool {
    gate.skips(number, level, at: now)
  }

  /// Takes note that a packet was opened: what was skipped before it has come.
  mutating func settleSkipped(before number: SequenceNumber, _ level: AudioLevel?, at now: Instant) {
    guard kind == .audio else { return }
    gate.open(number, level, at: now) { skipped in
      let number = sequence.unwrap(skipped)
      guard nack.receive(number, at: now) != .duplicate else { return }
      statistics.receiveUnopened(number)
    }
  }

  /// Takes a packet that was sent again: `fields` are those of the original (RFC 4588 §4).
  package mutating func receiveRepair(
    _ fields: RTPHeaderFields, startsKeyframe: Bool, at now: Instant
  ) -> Arrival {
    let number = sequence.unwrapped(UInt32(fields.sequenceNumber.rawValue))
    let arrival = accept(number, fields.timestamp, startsKeyframe, now)
    if arrival != .duplicate { statistics.recover() }
    return arrival
  }

  /// Takes a report of the sender, whose wall clock is `offset` nanoseconds behind our time.
  mutating func receiveSenderReport(_ report: SenderReport, offset: Int64, at now: Instant) {
    statistics.receiveSenderReport(report.ntpTime, at: now)
    guard report.ntpTime.rawValue != 0 else { return }  // a sender without a clock (RFC 3550 §6.4.1)
    clockReading = (Instant(nanoseconds: report.ntpTime.unixNanoseconds &+ offset), report.rtpTimestamp)
  }

  /// Which moment its timestamps stand for; nil before the sender has told.
  package var clock: StreamClock? {
    guard let (moment, stamp) = clockReading else { return nil }
    return StreamClock(moment: moment, timestamp: timestamp.unwrapped(stamp), clockRate: statistics.clockRate)
  }

  /// Takes note of a packet that is passed on; true when the owner has yet to be told of the stream.
  mutating func begin() -> Bool {
    guard stage != .live else { return false }
    stage = .live
    return true
  }

  /// The peer says that the stream ends; false when the owner was never told of it. Packets that come nevertheless begin it anew.
  mutating func end() -> Bool {
    defer { stage = .ended }
    return stage == .live
  }

  var isLive: Bool { stage == .live }

  /// Whether the peer said that it ends; its place may be given to another stream.
  var isEnded: Bool { stage == .ended }

  /// The description says whether something comes; true when this ends a stream that the owner was told of.
  mutating func setPaused(_ isPaused: Bool) -> Bool {
    self.isPaused = isPaused
    return isPaused && end()
  }

  /// Somebody needs a keyframe; it is asked for at the next turn of `advance`, at once unless one was just asked for.
  package mutating func requestKeyframe() {
    wantsKeyframe = true
  }

  /// Whether a keyframe was asked for that has not come.
  package var expectsKeyframe: Bool { wantsKeyframe || keyframes.isWanted }

  /// Moves time on: hands over the numbers to ask for again, and returns whether to ask for a keyframe now.
  package mutating func advance(to now: Instant, _ ask: (SequenceNumber) -> Void) -> Bool {
    if repairs, nack.requests(at: now, ask) == .needsKeyframe, kind == .video { wantsKeyframe = true }
    var isDue = keyframes.advance(to: now)
    if wantsKeyframe {
      wantsKeyframe = false
      isDue = keyframes.request(at: now) || isDue
    }
    return isDue
  }

  /// The number of the next command to send a keyframe, for peers that know no other way (RFC 5104 §4.3.1.1).
  mutating func takeCommandNumber() -> UInt8 {
    defer { commandNumber &+= 1 }
    return commandNumber
  }

  /// Whether `advance` should be called without waiting for a deadline.
  package var isUrgent: Bool { wantsKeyframe }

  /// The block of a report about this stream.
  package mutating func report(at now: Instant) -> ReportBlock {
    statistics.report(on: ssrc, at: now)
  }

  private mutating func accept(_ number: Int64, _ stamp: UInt32, _ startsKeyframe: Bool, _ now: Instant) -> Arrival {
    guard nack.receive(number, startsKeyframe: startsKeyframe, at: now) != .duplicate else { return .duplicate }
    if startsKeyframe { keyframes.receiveKeyframe(at: now) }
    return .fresh(sequence: number, timestamp: timestamp.unwrap(stamp))
  }
}
