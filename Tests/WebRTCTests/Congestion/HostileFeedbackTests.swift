import RTP
import TestSupport
import Testing
import WebRTC

/// A receiver may claim anything: the work is bounded, nothing traps, and no estimate leaves its bounds.
@Suite struct HostileFeedbackTests {
  private static let configuration = CongestionConfiguration(
    minimumBitsPerSecond: 50_000, startBitsPerSecond: 300_000, maximumBitsPerSecond: 5_000_000)

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func noClaimLeadsOutOfTheBounds(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var controller = CongestionController(Self.configuration)
    var number = UInt16.random(in: .min ... .max, using: &random)
    var now = Instant.zero
    for step in 0..<1500 {
      now = now.advanced(byNanoseconds: Self.pause(using: &random))
      number &+= send(&controller, from: number, at: now, using: &random)
      if step % 50 == 0 { controller.want(Int.random(in: -1...10_000_000, using: &random), at: now) }
      let bytes = Self.claim(near: number, using: &random)
      if let feedback = try? TransportFeedback(parsing: bytes.span.bytes) {
        let roundTripTime = Duration.nanoseconds(Int64.random(in: .min ... .max, using: &random))
        controller.receive(feedback, in: bytes.span.bytes, at: now, roundTripTime: roundTripTime)
      }
      controller.advance(to: now)

      let estimate = controller.estimate
      #expect((50_000...5_000_000).contains(estimate.bitsPerSecond), "seed \(seed), step \(step)")
      #expect(0...1 ~= estimate.loss, "seed \(seed), step \(step)")
      #expect(estimate.acknowledgedBitsPerSecond ?? 0 >= 0, "seed \(seed), step \(step)")
    }
  }

  @Test func claimsAboutPacketsNeverSentChangeNothing() {
    var random = SeededGenerator(seed: 99)
    var controller = CongestionController(Self.configuration)
    let before = controller.estimate
    for _ in 0..<500 {
      let bytes = Self.claim(near: 0, using: &random)
      guard let feedback = try? TransportFeedback(parsing: bytes.span.bytes) else { continue }
      controller.receive(feedback, in: bytes.span.bytes, at: .zero, roundTripTime: .zero)
    }

    #expect(controller.estimate == before)
  }

  @Test func theSameReportAgainTeachesNothing() throws {
    var script = FeedbackScript(Self.configuration)
    for number in 0..<100 { script.send(at: .zero + .milliseconds(number * 10)) }
    try script.report(0..<100, at: .zero + .seconds(1)) { $0 % 3 == 0 ? nil : .milliseconds($0) }
    let before = script.controller.estimate

    for _ in 0..<100 {
      try script.report(0..<100, at: .zero + .seconds(1)) { $0 % 3 == 0 ? nil : .milliseconds($0) }
    }

    #expect(script.controller.estimate == before)
  }

  @Test func aReceiverThatClaimsEverythingArrivedAtOnceIsBoundedByWhatWasSent() throws {
    var script = FeedbackScript(Self.configuration)
    script.controller.want(5_000_000, at: .zero)
    for start in stride(from: 0, to: 20_000, by: 100) {
      let first = script.nextNumber
      for millisecond in stride(from: start, to: start + 100, by: 20) {
        script.send(500, at: .zero + .milliseconds(millisecond))
      }
      try script.report(first..<script.nextNumber, at: .zero + .milliseconds(start + 100)) {
        .milliseconds(100 - ($0 - first) * 20)
      }
    }

    // 200 kbit/s were sent, and the guess was 300.
    #expect(script.controller.estimate.bitsPerSecond <= 320_000)
  }

  @Test func hoursOfWrappingNumbersAndTimesKeepTheirMeaning() throws {
    var script = FeedbackScript(Self.configuration)
    script.controller.want(1_000_000, at: .zero)
    // 24 bits of 64 ms wrap after twelve days: begin just before, a packet each 5 s so that numbers wrap too.
    let start = Instant.zero + .milliseconds(64 * 0xFF_FF00)
    for number in 0..<70_000 {
      let now = start + .milliseconds(number * 20)
      script.send(2000, at: now)
      guard number % 5 == 4 else { continue }
      try script.report((number - 4)..<(number + 1), at: now + .milliseconds(20))
    }

    let estimate = script.controller.estimate
    #expect(estimate.loss == 0 && estimate.usage == .normal)
    // 2000 bytes each 20 ms are all that could be proven.
    #expect((800_000...900_000).contains(estimate.bitsPerSecond))
  }

  private func send(
    _ controller: inout CongestionController, from number: UInt16, at now: Instant,
    using random: inout SeededGenerator
  ) -> UInt16 {
    let count = UInt16.random(in: 0..<20, using: &random)
    for offset in 0..<count {
      let byteCount = [0, 60, 1200, 65_535, 1 << 40].randomElement(using: &random) ?? 0
      controller.sent(
        SequenceNumber(rawValue: number &+ offset), byteCount: byteCount, kind: .media, at: now)
    }
    var probeCount = 0
    while let probe = controller.nextProbe(at: now), probeCount < 1000 {
      controller.sent(
        SequenceNumber(rawValue: number &+ count), byteCount: probe.byteCount, kind: .padding, at: now)
      probeCount += 1
    }
    #expect(probeCount < 1000, "a probe comes to an end")
    return count &+ 1
  }

  private static func pause(using random: inout SeededGenerator) -> Int64 {
    switch Int.random(in: 0..<20, using: &random) {
    case 0: Int64.random(in: 0...20_000_000_000, using: &random)
    case 1...4: 0
    default: Int64.random(in: 0...100_000_000, using: &random)
    }
  }

  /// The body of a report with random contents, most of them well formed.
  private static func claim(near number: UInt16, using random: inout SeededGenerator) -> [UInt8] {
    let base = Bool.random(using: &random) ? number &- UInt16.random(in: 0...40, using: &random) : random.next()
    let reference =
      Bool.random(using: &random)
      ? UInt32.random(in: 0...50, using: &random) : UInt32(truncatingIfNeeded: random.next())
    var (chunks, deltas, count): ([UInt16], Int, Int) = ([], 0, 0)
    for _ in 0..<Int.random(in: 1...12, using: &random) {
      if Int.random(in: 0..<4, using: &random) == 0 {
        let length = Bool.random(using: &random) ? 8191 : Int.random(in: 1...50, using: &random)
        chunks.append(UInt16(length))
        count += length
      } else {
        let symbols = (0..<7).map { _ in UInt16.random(in: 0...2, using: &random) }
        chunks.append(symbols.enumerated().reduce(0xc000) { $0 | $1.element << UInt16(12 - $1.offset * 2) })
        deltas += symbols.reduce(0) { $0 + Int($1) }
        count += 7
      }
    }
    var bytes: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 2]
    for word in [base, UInt16(truncatingIfNeeded: min(count, 65_535))] {
      bytes += [UInt8(word >> 8), UInt8(word & 0xFF)]
    }
    bytes += [UInt8(reference >> 16 & 0xFF), UInt8(reference >> 8 & 0xFF), UInt8(reference & 0xFF), 0]
    for chunk in chunks { bytes += [UInt8(chunk >> 8), UInt8(chunk & 0xFF)] }
    bytes += (0..<deltas).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    while bytes.count % 4 != 0 { bytes.append(0) }
    if Int.random(in: 0..<10, using: &random) == 0 { bytes[Int.random(in: 8..<bytes.count, using: &random)] ^= 0xFF }
    return bytes
  }
}
