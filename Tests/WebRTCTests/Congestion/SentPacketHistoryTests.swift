import RTP
import Testing
import WebRTC

@Suite struct SentPacketHistoryTests {
  @Test func aPacketIsNewsOnceAndACorrectionOnceAfterItWasCalledLost() {
    var history = SentPacketHistory()
    send(0..<3, &history)

    #expect(name(history.lose(1)) == "news 1001")
    #expect(name(history.lose(1)) == "nothing")
    #expect(name(history.receive(1)) == "correction 1001")
    #expect(name(history.receive(1)) == "nothing")
    #expect(name(history.receive(2)) == "news 1002")
    #expect(name(history.lose(2)) == "nothing")
  }

  @Test func numbersNeverSentAreUnknown() {
    var history = SentPacketHistory()
    #expect(history.known(10, from: SequenceNumber(rawValue: 0)).isEmpty)
    send(0..<3, &history)

    #expect(history.known(100, from: SequenceNumber(rawValue: 2)) == 2..<3)
    #expect(history.known(100, from: SequenceNumber(rawValue: 3)).isEmpty)
    #expect(name(history.receive(3)) == "nothing")
    #expect(name(history.receive(-1)) == "nothing")
  }

  @Test func whatWasOverwrittenIsForgotten() {
    var history = SentPacketHistory()
    send(0..<Int64(SentPacketHistory.capacity + 2), &history)

    #expect(name(history.receive(1)) == "nothing")
    #expect(name(history.receive(2)) == "news 1002")
    let known = history.known(65_535, from: SequenceNumber(rawValue: 0))
    #expect(known == 2..<Int64(SentPacketHistory.capacity + 2))
  }

  @Test func whatIsOnItsWayMakesNoWayForWhatFollows() {
    var history = SentPacketHistory()

    for first in stride(from: 0, to: 1600, by: 100) as StrideTo<Int64> {
      send(first..<first + 100, &history)
      if first == 800 { for number in 0..<800 as Range<Int64> where number % 3 != 0 { _ = history.receive(number) } }
    }

    for number in 0..<800 as Range<Int64> where number % 3 == 0 {
      #expect(name(history.receive(number)) == "news \(1000 + number % 100)")
    }
    #expect(name(history.receive(801)) == "news 1001")
    #expect(history.known(65_535, from: SequenceNumber(rawValue: 0)) == 0..<1600)
  }

  @Test func whatWasHeardOfMakesWay() {
    var history = SentPacketHistory()
    for number in 0..<1000 as Range<Int64> {
      send(number..<number + 1, &history)
      _ = history.receive(number)
    }

    #expect(history.known(65_535, from: SequenceNumber(rawValue: 0)).count == 64)
  }

  @Test func whatWasWaitedForInVainMakesWay() {
    var history = SentPacketHistory()
    for number in 0..<1000 as Range<Int64> {
      history.record(
        SequenceNumber(wrapping: number), byteCount: 1000, cluster: .none, at: .zero + .milliseconds(number * 40))
    }

    #expect(history.known(65_535, from: SequenceNumber(rawValue: 0)).count == 64, "two seconds of 25 a second")
  }

  @Test func numbersWrap() {
    var history = SentPacketHistory()
    send(65_530..<65_540, &history)

    #expect(history.newest == 65_539)
    #expect(history.known(4, from: SequenceNumber(rawValue: 65_534)) == 65_534..<65_538)
    #expect(history.known(1, from: SequenceNumber(rawValue: 2)) == 65_538..<65_539)
  }

  @Test func waitsSinceTheFirstPacketAfterAReport() {
    var history = SentPacketHistory()
    #expect(history.waitingSince == nil)
    send(5..<8, &history)
    #expect(history.waitingSince == .zero + .milliseconds(5))

    history.noteReport()

    #expect(history.waitingSince == nil)
    send(9..<10, &history)
    #expect(history.waitingSince == .zero + .milliseconds(9))
  }

  /// One packet each millisecond, the length of each tells its number.
  private func send(_ numbers: Range<Int64>, _ history: inout SentPacketHistory) {
    for number in numbers {
      history.record(
        SequenceNumber(wrapping: number), byteCount: 1000 + Int(number % 100), cluster: .none,
        at: .zero + .milliseconds(number))
    }
  }

  private func name(_ change: SentPacketHistory.Change) -> String {
    switch change {
    case .news(let entry): "news \(entry.byteCount)"
    case .correction(let entry): "correction \(entry.byteCount)"
    case .nothing: "nothing"
    }
  }
}
