import CAllocationCounter
import RTP
import Testing
import WebRTC

/// AddressSanitizer brings its own allocator.
private let canCountAllocations = allocation_counter_is_active()

@Suite struct RetransmissionHistoryTests {
  @Test func answersWithWhatWasSent() {
    var history = RetransmissionHistory(capacity: 64)
    history.record(entry(7, source: 100_007))

    let answer = history.answer(SequenceNumber(rawValue: 7), at: .zero, roundTripTime: .milliseconds(50))

    #expect(resentSource(answer) == 100_007)
  }

  @Test func answersAtMostOnceARoundTripAndTenTimes() {
    var history = RetransmissionHistory(capacity: 64)
    history.record(entry(7, source: 1))

    var times: [Int] = []
    for millisecond in 0..<2000 {
      let answer = history.answer(
        SequenceNumber(rawValue: 7), at: .zero + .milliseconds(millisecond), roundTripTime: .milliseconds(50))
      if resentSource(answer) != nil { times.append(millisecond) }
    }

    #expect(times == (0..<10).map { $0 * 50 })
  }

  @Test func knowsNothingOfWhatWasOverwrittenOrNeverSent() {
    var history = RetransmissionHistory(capacity: 64)
    history.record(entry(7, source: 1))
    history.record(entry(7 + 64, source: 2))

    for number: UInt16 in [7, 8] {
      guard case .unknown = history.answer(SequenceNumber(rawValue: number), at: .zero, roundTripTime: .zero) else {
        Issue.record("\(number) cannot be resent")
        continue
      }
    }
  }

  @Test(.enabled(if: canCountAllocations, "allocations cannot be counted under a sanitizer"))
  func takesMemoryWithTheFirstPacketAndNotBefore() {
    var another = RetransmissionHistory(capacity: 64)
    another.record(entry(7, source: 1))  // whatever the runtime takes once
    _ = another.answer(SequenceNumber(rawValue: 7), at: .zero, roundTripTime: .zero)

    let before = allocated_byte_count()
    var history = RetransmissionHistory(capacity: 1024)
    _ = history.answer(SequenceNumber(rawValue: 7), at: .zero, roundTripTime: .zero)
    let idle = allocated_byte_count() - before

    history.record(entry(7, source: 1))
    let used = allocated_byte_count() - before
    for number: UInt16 in 0..<2048 { history.record(entry(number, source: 1)) }
    let full = allocated_byte_count() - before

    #expect(idle < 1024)
    #expect(used >= 1024 * MemoryLayout<RetransmissionHistory.Entry>.stride)
    #expect(full < used + 1024, "and nothing for those that follow")
  }

  private func entry(_ number: UInt16, source: Int64) -> RetransmissionHistory.Entry {
    RetransmissionHistory.Entry(
      OutgoingPacket(
        payloadType: 96, sequence: SequenceNumber(rawValue: number), timestamp: 0, marker: false, source: source))
  }

  private func resentSource(_ answer: RetransmissionHistory.Answer) -> Int64? {
    guard case .resend(let entry) = answer else { return nil }
    return entry.source
  }
}
