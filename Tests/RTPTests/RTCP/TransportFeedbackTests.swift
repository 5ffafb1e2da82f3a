import RTP
import TestSupport
import Testing

struct TransportFeedbackTests {
  private static let sender = SSRC(rawValue: 0x902f_9e2e)
  private static let media = SSRC(rawValue: 0xbc5e_9a40)
  private typealias Status = TransportFeedbackCursor.Status

  private static func instant(ticks: Int64) -> Instant {
    Instant(nanoseconds: ticks * TransportFeedback.nanosecondsPerTick)
  }

  private static func append(_ number: Int64, ticks: Int64, to builder: inout TransportFeedbackBuilder) -> Bool {
    builder.append(number, arrivedAt: instant(ticks: ticks))
  }

  private static func number(_ value: Int) -> SequenceNumber { SequenceNumber(wrapping: Int64(value)) }

  private static func read(_ bytes: [UInt8]) throws -> (TransportFeedback, [TransportFeedbackCursor.Status]) {
    guard case .transportFeedback(let feedback) = try packets(of: bytes)[0] else { throw WireError.unexpectedType }
    return (feedback, try statuses(of: feedback, in: bytes))
  }

  static func statuses(
    of feedback: TransportFeedback, in bytes: [UInt8]
  ) throws(WireError) -> [TransportFeedbackCursor.Status] {
    var cursor = TransportFeedbackCursor(feedback)
    var statuses: [TransportFeedbackCursor.Status] = []
    while let status = try cursor.next(in: bytes.span.bytes) { statuses.append(status) }
    return statuses
  }

  private static func write(_ builder: TransportFeedbackBuilder, feedbackCount: UInt8 = 7) throws -> [UInt8] {
    try datagram { output throws(WireError) in
      try builder.write(sender: sender, media: media, feedbackCount: feedbackCount, into: &output)
    }
  }

  @Test func readsAVectorOfTwoBits() throws {
    let (feedback, statuses) = try Self.read([UInt8](hex: RTCPVectors.feedback))

    #expect(feedback.sender == Self.sender)
    #expect(feedback.media == Self.media)
    #expect(feedback.referenceTime == 5)
    #expect(feedback.feedbackCount == 7)
    let expected: [Status] = [
      .received(Self.number(100), ticks: 4), .received(Self.number(101), ticks: 12),
      .lost(first: Self.number(102), count: 1), .received(Self.number(103), ticks: 312),
      .received(Self.number(104), ticks: 313), .lost(first: Self.number(105), count: 1),
      .received(Self.number(106), ticks: 315),
    ]
    #expect(statuses == expected)
  }

  @Test func writesAVectorOfTwoBits() throws {
    var builder = TransportFeedbackBuilder(maximumByteCount: 1200)
    for (number, ticks) in [(100, 1284), (101, 1292), (103, 1592), (104, 1593), (106, 1595)] as [(Int64, Int64)] {
      #expect(Self.append(number, ticks: ticks, to: &builder))
    }

    #expect(try Self.write(builder).hex == [UInt8](hex: RTCPVectors.feedback).hex)
    #expect(builder.nextSequenceNumber == 107)
  }

  @Test func writesRunsAndVectorsOfOneBit() throws {
    var builder = TransportFeedbackBuilder(maximumByteCount: 1200)
    for number: Int64 in 0..<20 { #expect(Self.append(number, ticks: number, to: &builder)) }
    for number: Int64 in [120, 122, 123, 125, 127, 129, 130, 131, 132] {
      #expect(Self.append(number, ticks: 20, to: &builder))
    }

    let expected = """
      8f cd 000d  # RTPFB, 14 words
      902f9e2e bc5e9a40  # sender, media
      0000 0085  # packets 0 to 132
      000000 07  # 0 ms, feedback 7
      2014  # run: 20 small
      0064  # run: 100 lost
      ad5e  # vector: small lost small small lost small lost small lost small small small small, unused
      00 01010101 01010101 01010101 01010101 010101  # deltas of the first 20
      01 00000000 00000000  # deltas of the last 9
      00  # zeros up to the word
      """
    #expect(try Self.write(builder).hex == [UInt8](hex: expected).hex)
  }

  @Test func theReferenceTimeWrapsWithin24Bits() throws {
    var builder = TransportFeedbackBuilder(maximumByteCount: 1200)
    let ticks: Int64 = (1 << 24 + 3) * 256 + 9

    #expect(Self.append(65535, ticks: ticks, to: &builder))
    let (feedback, statuses) = try Self.read(try Self.write(builder))

    #expect(feedback.referenceTime == 3)
    #expect(statuses == [.received(Self.number(65535), ticks: 9)])
  }

  @Test func aPacketThatBeginsWithLossesSaysSo() throws {
    var builder = TransportFeedbackBuilder(maximumByteCount: 1200)
    builder.reset(base: 65530)

    #expect(Self.append(65540, ticks: -1, to: &builder))
    let (feedback, statuses) = try Self.read(try Self.write(builder))

    #expect(feedback.base == Self.number(65530))
    #expect(feedback.referenceTime == 0xff_ffff)  // 64 ms before the clock's zero point
    #expect(statuses.last == .received(Self.number(65540), ticks: 255))
    #expect(Self.lostCount(statuses) == 10)
  }

  private static func lostCount(_ statuses: [TransportFeedbackCursor.Status]) -> Int {
    statuses.reduce(0) { sum, status in
      guard case .lost(_, let count) = status else { return sum }
      return sum + count
    }
  }

  @Test func saysWhenAnArrivalDoesNotFit() {
    var builder = TransportFeedbackBuilder(maximumByteCount: 1200)
    #expect(Self.append(1, ticks: 0, to: &builder))

    #expect(!Self.append(2, ticks: 32768, to: &builder))
    #expect(!Self.append(70_000, ticks: 1, to: &builder))
    #expect(builder.nextSequenceNumber == 2)
    #expect(Self.append(2, ticks: 32767, to: &builder))
    #expect(!Self.append(3, ticks: -2, to: &builder))
    #expect(Self.append(3, ticks: -1, to: &builder))
  }

  @Test func refusesWhatChunksDoNotCover() {
    let head = "902f9e2e bc5e9a40 0064 0007 000005 07"
    expectRefusal("8fcd0004" + head, .truncated)
    expectRefusal("8fcd0005" + head + "2000 0000", .invalidLength)  // a run of nothing
    expectRefusal("8fcd0005" + head + "6007 0000", .invalidValue)  // a run of the reserved symbol
    expectRefusal("8fcd0005" + head + "2007 0000", .truncated)  // seven deltas, two there
    expectRefusal("8fcd0006" + head + "0007 0000 00000000", .trailingBytes)
    expectRefusal("8fcd0005 902f9e2e bc5e9a40 0064 0000 000005 07 00000000", .invalidLength)
  }

  @Test func fewBytesSpeakOfManyLostPacketsInFewSteps() throws {
    let runs = String(repeating: "1fff", count: 8) + "0007"
    let bytes = [UInt8](hex: "8fcd0009 902f9e2e bc5e9a40 0000 ffff 000005 07" + runs + "0000")

    let (feedback, statuses) = try Self.read(bytes)

    #expect(feedback.statusCount == 65535)
    #expect(statuses.count == 9)
    #expect(Self.lostCount(statuses) == 65535)
  }

  @Test(arguments: 0..<20) func whatIsCollectedIsReportedExactlyOnce(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var number: Int64 = .random(in: 0..<200_000, using: &generator)
    var ticks: Int64 = .random(in: 0..<1 << 40, using: &generator)
    let lossPercent = Int.random(in: 0...60, using: &generator)
    let maximumByteCount = Int.random(in: 60...1200, using: &generator)
    var builder = TransportFeedbackBuilder(maximumByteCount: maximumByteCount)
    var arrivals: [(number: Int64, ticks: Int64)] = []
    var datagrams: [[UInt8]] = []

    for _ in 0..<2000 {
      let isFar = Int.random(in: 0..<20, using: &generator) == 0
      ticks += isFar ? .random(in: -300...40_000, using: &generator) : .random(in: 0...20, using: &generator)
      number += 1
      while Int.random(in: 0..<100, using: &generator) < lossPercent { number += 1 }
      if Int.random(in: 0..<200, using: &generator) == 0 { number += 9000 }
      arrivals.append((number, ticks))
      if !builder.append(number, arrivedAt: Self.instant(ticks: ticks)) {
        datagrams.append(try Self.write(builder))
        builder.reset()
        #expect(Self.append(number, ticks: ticks, to: &builder))
      }
    }
    datagrams.append(try Self.write(builder))

    try Self.expect(arrivals, in: datagrams, maximumByteCount: maximumByteCount)
  }

  private static func expect(
    _ arrivals: [(number: Int64, ticks: Int64)], in datagrams: [[UInt8]], maximumByteCount: Int
  ) throws {
    var reported: [(SequenceNumber, Int64)] = []
    for bytes in datagrams {
      #expect(bytes.count <= maximumByteCount)
      #expect(bytes.count % 4 == 0)
      let (feedback, statuses) = try read(bytes)
      for case .received(let number, let ticks) in statuses {
        reported.append((number, Int64(feedback.referenceTime) * 256 + ticks))
      }
    }
    #expect(reported.count == arrivals.count)
    for (report, arrival) in zip(reported, arrivals) {
      #expect(report.0 == SequenceNumber(wrapping: arrival.number))
      #expect((report.1 - arrival.ticks) % (1 << 32) == 0)  // the reference time has 24 bits of 256 ticks
    }
  }

  @Test func mutationsAreRefusedOrWalkedOverWithinTheirBounds() {
    let runs = "8fcd0005 902f9e2e bc5e9a40 0000 000a 000005 07 2002 0008 0101 0000"
    let vectors = [RTCPVectors.feedback, runs].map { [UInt8](hex: $0) }
    forEachMutation(of: vectors) { bytes in
      for case .transportFeedback(let feedback) in try packets(of: bytes) {
        let statuses = try Self.statuses(of: feedback, in: bytes)
        let receivedCount = statuses.count { if case .received = $0 { true } else { false } }
        #expect(receivedCount + Self.lostCount(statuses) == feedback.statusCount, "\(bytes.hex)")
      }
    }
  }
}
