package import RTP

/// One stream that is sent to a peer under our own numbers, with what is needed to repair and report it.
package struct OutgoingStream: ~Copyable {
  private let inPlace = InPlace()
  /// Sequence numbers begin below this: a receiver that loses the packets around the first wrap would guess the SRTP roll-over
  /// counter wrong if they began close to it.
  package static let firstSequenceNumberLimit: UInt16 = 1 << 15

  /// The media description it belongs to, by its place in the session.
  package let media: Int
  package let track: LocalTrack
  package let mid: StreamIdentifier?
  /// Where the caller's numbering begins: added to a source's number it gives what is sent.
  package let firstSequenceNumber: SequenceNumber
  private var retransmissionNumber: SequenceNumber
  package var history: RetransmissionHistory
  package var statistics: SendStatistics
  /// Which moment the timestamps that are sent stand for, as far as the source tells.
  package private(set) var clock: StreamClock?
  /// The next report; nil before the first packet.
  package private(set) var nextReport: Instant?
  private var losses = ReportedLosses()
  private var latestReport = Instant.zero
  private var latestReading: Instant?

  package init(
    media: Int, track: LocalTrack, mid: String?, clockRate: UInt32, historyCapacity: Int,
    using generator: inout some RandomNumberGenerator
  ) {
    self.media = media
    self.track = track
    self.mid = mid.flatMap { StreamIdentifier($0) }
    firstSequenceNumber = .random(below: Self.firstSequenceNumberLimit, using: &generator)
    retransmissionNumber = .random(below: Self.firstSequenceNumberLimit, using: &generator)
    history = RetransmissionHistory(capacity: historyCapacity)
    statistics = SendStatistics(clockRate: Int64(clockRate))
  }

  /// The number of the next packet of the retransmission stream.
  package mutating func takeRetransmissionNumber() -> SequenceNumber {
    defer { retransmissionNumber = retransmissionNumber.advanced(by: 1) }
    return retransmissionNumber
  }

  /// Takes note of a packet that leaves, and plans the first report.
  package mutating func noteSent(_ timestamp: UInt32, payloadByteCount: Int, at now: Instant) {
    statistics.send(timestamp: timestamp, payloadByteCount: payloadByteCount, at: now)
    if nextReport == nil { nextReport = now + SendStatistics.Interval.first }
  }

  /// What of the packets that were really sent the receiver misses since its last report; nil if that cannot be told.
  package mutating func receive(_ block: ReportBlock) -> ReportedLosses.Loss? {
    guard let numbers = losses.receive(block) else { return nil }
    var sent = 0
    for number in numbers.range where history.contains(SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number))) {
      sent += 1
    }
    let holes = numbers.range.count - sent
    return ReportedLosses.Loss(lost: min(max(numbers.missing - holes, 0), sent), sent: sent)
  }

  /// Takes over what the source's clock shows now, or that nobody knows.
  ///
  /// It is reported at once: a clock that is off, like that of sound without a sound card, is shown right only at its reading.
  package mutating func setClock(_ clock: StreamClock?, at now: Instant) {
    self.clock = clock
    latestReading = clock == nil ? nil : now
    guard clock != nil, let due = nextReport else { return }
    nextReport = min(due, max(now, latestReport + SendStatistics.Interval.shortest))
  }

  /// The report that is due at `now`, and the plan for the next one.
  package mutating func report(time: NTPTime, at now: Instant) -> SenderReport? {
    guard let due = nextReport, due <= now else { return nil }
    latestReport = now
    let interval = track.kind == .audio ? SendStatistics.Interval.audio : SendStatistics.Interval.video
    // While the source tells its clock, its readings are what makes reports due.
    let isTold = latestReading.map { now - $0 < interval * 2 } ?? false
    nextReport = now + (isTold ? interval * 3 : interval)
    return statistics.report(from: track.ssrc, time: time, by: clock, at: now)
  }
}

extension SequenceNumber {
  /// A random number from 1 to `limit` − 1.
  static func random(below limit: UInt16, using generator: inout some RandomNumberGenerator) -> SequenceNumber {
    SequenceNumber(rawValue: .random(in: 1..<limit, using: &generator))
  }
}
