import RTP
import Testing
import WebRTC

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

  private func entry(_ number: UInt16, source: Int64) -> RetransmissionHistory.Entry {
    RetransmissionHistory.Entry(source: source, sequence: SequenceNumber(rawValue: number), timestamp: 0, rewriting: 0)
  }

  private func resentSource(_ answer: RetransmissionHistory.Answer) -> Int64? {
    guard case .resend(let entry) = answer else { return nil }
    return entry.source
  }
}
