import CAllocationCounter
import RTP
import TestSupport
import Testing
import WebRTC

/// AddressSanitizer brings its own allocator.
private let canCountAllocations = allocation_counter_is_active()

@Suite struct RetransmissionHistoryTests {
  @Test func answersWithWhatWasSent() {
    var history = RetransmissionHistory(capacity: 64)
    var packet = packet(7, source: 100_007)
    (packet.timestamp, packet.marker, packet.origin) = (4_000_000_000, true, .max)
    packet.rewriting.pictureID = 12_345
    history.record(packet, at: .zero)

    guard case .resend(let entry) = history.answer(number(7), at: .zero, roundTripTime: .milliseconds(50)) else {
      Issue.record("it was sent just now")
      return
    }

    #expect(entry.sequence == packet.sequence && entry.timestamp == packet.timestamp && entry.marker)
    #expect(entry.source == packet.source && entry.origin == packet.origin && entry.rewriting == packet.rewriting)
  }

  @Test func answersAtMostOnceARoundTripAndTenTimes() {
    var history = RetransmissionHistory(capacity: 64)
    history.record(packet(7, source: 1), at: .zero)

    var times: [Int] = []
    for millisecond in 0..<2000 {
      let answer = history.answer(number(7), at: .zero + .milliseconds(millisecond), roundTripTime: .milliseconds(50))
      if resentSource(answer) != nil { times.append(millisecond) }
    }

    #expect(times == (0..<10).map { $0 * 50 })
  }

  @Test func knowsNothingOfWhatWasOverwrittenOrNeverSent() {
    var history = RetransmissionHistory(capacity: 64)
    history.record(packet(7, source: 1), at: .zero)
    history.record(packet(7 + 64, source: 2), at: .zero)

    for number: UInt16 in [7, 8] {
      guard case .unknown = history.answer(self.number(number), at: .zero, roundTripTime: .zero) else {
        Issue.record("\(number) cannot be resent")
        continue
      }
    }
  }

  /// Numbers wrap, some are left out and some come late.
  @Test(arguments: [50, 175, 900], [1, 2, 3, 4] as [UInt64])
  func whateverWasSentWithinASecondIsKnown(rate: Int, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var history = RetransmissionHistory(capacity: 1024)
    var sent: [Int: Instant] = [:]
    var now = Instant.zero
    for step in 0..<Int.random(in: rate * 2..<rate * 4, using: &random) {
      now = .zero + .microseconds(step * 1_000_000 / rate)
      let isLate = Int.random(in: 0..<10, using: &random) == 0
      let number = 65_000 + step - (isLate ? Int.random(in: 1..<20, using: &random) : 0)
      guard Int.random(in: 0..<10, using: &random) > 0, sent[number] == nil else { continue }
      history.record(packet(number, source: Int64(number)), at: now)
      sent[number] = now
    }

    let unknown = sent.filter { number, at in
      now - at < .seconds(1)
        && resentSource(history.answer(self.number(number), at: now, roundTripTime: .zero)) != Int64(number)
    }

    #expect(sent.count > rate && unknown.isEmpty, "seed \(seed)")
  }

  /// A publisher's numbers may be anywhere.
  @Test(arguments: [-40_000, 0, 1 << 31, 1 << 33] as [Int64])
  func theNumbersOfTheSourceComeBackWhole(base: Int64) {
    var history = RetransmissionHistory(capacity: 64)
    for step in 0..<64 { history.record(packet(step, source: base + Int64(step) * 3), at: .zero) }

    for step in 0..<64 {
      let answer = history.answer(number(step), at: .zero, roundTripTime: .zero)
      #expect(resentSource(answer) == base + Int64(step) * 3)
    }
  }

  /// Reports on sound come every five seconds, and what they miss is told from what was never sent.
  @Test func theLatestThousandNumbersAreKnownToHaveBeenSent() {
    var history = RetransmissionHistory(capacity: 64)
    for step in 0..<3000 where step % 3 != 0 {
      history.record(packet(65_000 + step, source: 0), at: .zero + .milliseconds(step * 20))
    }

    let known = (0..<3100).filter { history.contains(number(65_000 + $0)) }

    #expect(known == (2999 - 1023..<3000).filter { $0 % 3 != 0 })
  }

  @Test(.enabled(if: canCountAllocations, "allocations cannot be counted under a sanitizer"))
  func takesAsMuchMemoryAsASecondNeeds() {
    let idle = byteCount(of: 0, every: .zero)
    let sound = byteCount(of: 500, every: .milliseconds(20))
    let video = byteCount(of: 1750, every: .microseconds(5700))
    let flood = byteCount(of: 20_000, every: .microseconds(100))

    #expect(idle == 0)
    #expect((2048..<2560).contains(sound), "64 packets")
    #expect((8192..<9216).contains(video), "256 packets")
    #expect((32_768..<34_816).contains(flood), "1024 packets")
  }

  private func byteCount(of count: Int, every interval: Duration) -> Int {
    let before = allocated_byte_count()
    var history = RetransmissionHistory(capacity: 1024)
    for step in 0..<count { history.record(packet(step, source: Int64(step)), at: .zero + interval * step) }
    let used = allocated_byte_count() - before
    #expect(history.contains(number(count - 1)) == (count > 0))
    return used
  }

  private func number(_ number: Int) -> SequenceNumber { SequenceNumber(wrapping: Int64(number)) }
  private func number(_ number: UInt16) -> SequenceNumber { SequenceNumber(rawValue: number) }

  private func packet(_ number: Int, source: Int64) -> OutgoingPacket {
    OutgoingPacket(payloadType: 96, sequence: self.number(number), timestamp: 0, marker: false, source: source)
  }

  private func resentSource(_ answer: RetransmissionHistory.Answer) -> Int64? {
    guard case .resend(let entry) = answer else { return nil }
    return entry.source
  }
}
