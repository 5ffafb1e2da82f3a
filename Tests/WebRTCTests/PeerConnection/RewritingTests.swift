import RTP
import Testing
import WebRTC

/// What is changed inside packets, on their way and when they are sent again.
@Suite struct RewritingTests {
  /// VP8 with a picture id of seven bits, TL0PICIDX and layer; then a keyframe.
  private static let source: [UInt8] = [0x90, 0xf0, 0x11, 0x22, 0x03, 0x00, 1, 2, 3]
  private static let rewritten: [UInt8] = [0x90, 0xf0, 0x81, 0x02, 0x44, 0x09, 0x00, 1, 2, 3]

  private static var rewriting: PacketRewriting {
    var rewriting = PacketRewriting()
    rewriting.payload = .vp8
    (rewriting.pictureID, rewriting.tl0PictureIndex, rewriting.keyIndex) = (0x102, 0x44, 9)
    return rewriting
  }

  private static var padding: PacketRewriting {
    var rewriting = PacketRewriting()
    rewriting.payload = .padding
    return rewriting
  }

  @Test func aRepairCarriesTheBytesOfTheFirstSending() throws {
    var first = MediaPair()
    var again = MediaPair()
    let keyframe: [UInt8] = [0x10, 0x00]
    _ = again.open(try again.sealed(1, payload: keyframe, at: .zero), at: .zero)

    let sent = try first.sealed(2, payload: Self.source, rewriting: Self.rewriting, at: .zero)
    let repair = try again.sealedRepair(2, payload: Self.source, rewriting: Self.rewriting, at: .zero)

    #expect(first.open(sent, at: .zero).media == Self.rewritten)
    #expect(again.open(repair, at: .zero).media == Self.rewritten)
  }

  @Test func whatIsRememberedIsWhatWasSent() throws {
    var pair = MediaPair()
    _ = try pair.sealed(2, timestamp: 77, marker: true, payload: Self.source, rewriting: Self.rewriting, at: .zero)

    let answer = pair.browser.answerRepair(SequenceNumber(rawValue: 2), of: MediaPair.videoStream, at: .zero)
    guard case .resend(let entry) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(entry.rewriting == Self.rewriting && entry.timestamp == 77 && entry.marker && entry.source == 2)
  }

  @Test func aPlaceThatStaysEmptyIsFilledWithPadding() throws {
    var pair = MediaPair()
    let early = pair.open(try pair.sealed(1, payload: Self.source, rewriting: Self.padding, at: .zero), at: .zero)
    _ = pair.open(try pair.sealed(2, payload: Self.source, at: .zero), at: .zero)
    let filled = pair.open(try pair.sealed(3, payload: Self.source, rewriting: Self.padding, at: .zero), at: .zero)
    _ = pair.open(try pair.sealed(5, payload: Self.source, at: .zero), at: .zero)
    let repair = try pair.sealedRepair(4, payload: Self.source, rewriting: Self.padding, at: .zero)
    let repaired = pair.open(repair, at: .zero)
    for number in UInt16(6)...12 { _ = pair.open(try pair.sealed(number, payload: Self.source, at: .zero), at: .zero) }

    guard case .probe = early.outcome, case .padding(_, let sequence) = filled.outcome,
      case .probe = repaired.outcome
    else {
      Issue.record("\(early.outcome) \(filled.outcome) \(repaired.outcome)")
      return
    }
    #expect(sequence == 3)
    let wanted = pair.browserReceives(pair.serverFeedback(at: .zero + .milliseconds(50)), at: .zero)
    #expect(wanted.isEmpty, "nothing is missing")
  }
}

/// The moments that timestamps stand for.
@Suite struct StreamClockTests {
  private static let clock = StreamClock(moment: .zero + .seconds(10), timestamp: 900_000, clockRate: 90_000)

  @Test(arguments: [0, 1, -1, 89, 90_000, -900_000, 90_000 * 3600 * 24])
  func bothWaysAgree(ticks: Int64) {
    let moment = Self.clock.moment(of: 900_000 + ticks)

    #expect(Self.clock.timestamp(at: moment) == 900_000 + ticks)
    #expect(moment.nanoseconds == 10_000_000_000 + ticks * 100_000 / 9)
  }

  @Test func whatNobodyCanMeanDoesNotTrap() {
    let clock = StreamClock(moment: Instant(nanoseconds: .max), timestamp: .max, clockRate: 90_000)

    _ = clock.moment(of: .min)
    _ = clock.timestamp(at: Instant(nanoseconds: .min))
    _ = Self.clock.moment(of: .max)
    _ = Self.clock.timestamp(at: .distantFuture)
  }

  @Test func soundAndPictureOfOnePeerAreMovedByTheSame() throws {
    var pair = MediaPair()
    let start = Instant.zero + .seconds(1)
    _ = pair.open(try pair.sealed(1, timestamp: 5000, payload: [0x10, 0], at: start), at: start)
    _ = pair.open(
      try pair.sealed(1, on: MediaPair.audioStream, timestamp: 700, payload: [9], at: start), at: start)

    // The reports are made at the same time; that of the sound is on its way for 300 ms longer.
    let reported = start + .milliseconds(200)
    let reports = pair.browserReports(at: reported)
    #expect(reports.count == 2)
    _ = pair.serverReceives([reports[0]], at: reported + .milliseconds(10))
    _ = pair.serverReceives([reports[1]], at: reported + .milliseconds(310))

    let clocks = (0..<2).compactMap { pair.server.incoming[$0].clock }
    try #require(clocks.count == 2)
    let distance = (clocks[0].moment - clocks[1].moment).nanoseconds
    #expect(abs(distance) < 1000, "\(distance) ns")
    #expect(clocks[0].timestamp == 5000 + 18_000 && clocks[1].timestamp == 700 + 9600)
  }

  @Test func reportsSayWhatTheSourceSaid() throws {
    var pair = MediaPair()
    let start = Instant.zero + .seconds(1)
    _ = pair.open(try pair.sealed(1, timestamp: 5000, payload: [0x10, 0], at: start), at: start)
    // Taken 120 ms before it is sent.
    pair.browser.outgoing[MediaPair.videoStream].setClock(
      StreamClock(moment: start - .milliseconds(120), timestamp: 5000, clockRate: 90_000), at: start)

    _ = pair.serverReceives(pair.browserReports(at: start + .milliseconds(200)), at: start + .milliseconds(200))

    #expect(pair.server.incoming[0].clock?.timestamp == Int64(5000 + 320 * 90))
  }

  /// A clock that is off by a fifth is right at its readings only.
  @Test func aReadingOfTheSourcesClockIsReportedAtOnceAndNotTooOften() throws {
    let stream = MediaPair.videoStream
    var pair = MediaPair()
    let start = Instant.zero + .seconds(1)
    _ = pair.open(try pair.sealed(1, timestamp: 5000, payload: [0x10, 0], at: start), at: start)
    #expect(pair.browser.outgoing[stream].nextReport == start + .milliseconds(200))
    _ = pair.browserReports(at: start + .milliseconds(200))

    var due: [Duration] = []
    for reading in [Duration.milliseconds(300), .milliseconds(800), .milliseconds(900)] {
      let now = start + reading
      pair.browser.outgoing[stream].setClock(StreamClock(moment: now, timestamp: 9000, clockRate: 90_000), at: now)
      due.append((pair.browser.outgoing[stream].nextReport ?? .distantFuture) - start)
      _ = pair.browserReports(at: now)
    }

    #expect(due == [.milliseconds(700), .milliseconds(700), .milliseconds(1300)])
    _ = pair.browserReports(at: start + .milliseconds(1300))
    let next = pair.browser.outgoing[stream].nextReport
    #expect(next == start + .milliseconds(4300), "the readings to come are waited for")
  }
}

/// Peers that know no other feedback than an estimate.
@Suite struct AllowanceTests {
  /// The estimates that a peer is told within three seconds, and what it takes from them.
  private func told(_ feedback: [RTCPFeedback]) throws -> (count: Int, estimate: CongestionEstimate?) {
    var pair = MediaPair(feedback: feedback)
    _ = pair.open(try pair.sealed(1, payload: [0x10, 0], at: .zero), at: .zero)
    var count = 0
    for step in 0..<310 {
      let now = Instant.zero + .milliseconds(step * 10)
      let feedback = pair.serverFeedback(at: now)
      // Application layer feedback (RFC 4585 §6.4), whose header is in the clear.
      count += feedback.count { $0[0] & 0x1f == 15 && $0[1] == 206 }
      _ = pair.browserReceives(feedback, at: now)
    }
    return (count, pair.browser.estimate)
  }

  @Test func areToldEverySecondThatTheyMaySendMuch() throws {
    let told = try told([.nack, .receiverEstimatedMaximumBitrate])

    #expect((3...4).contains(told.count))
    #expect(told.estimate?.bitsPerSecond ?? 0 > 10_000_000)
  }

  @Test func othersAreToldWhatArrivedWhen() throws {
    #expect(try told([.receiverEstimatedMaximumBitrate, .transportWideCongestionControl]).count == 0)
    let unknowing = try told([.nack])
    #expect(unknowing.count == 0)
    #expect(unknowing.estimate == nil, "a peer that tells nothing is not held to a guess")
  }
}
