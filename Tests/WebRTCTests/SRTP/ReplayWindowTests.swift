import TestSupport
import Testing
import WebRTC

struct ReplayWindowTests {
  @Test func knowsWhatItSawAndForgetsWhatIsOld() throws {
    var window = ReplayWindow(first: 5000)

    window.record(5002)

    #expect(throws: SRTPError.replayed) { try window.check(5000) }
    #expect(throws: SRTPError.replayed) { try window.check(5002) }
    #expect(throws: SRTPError.tooOld) { try window.check(5002 - 1024) }
    try window.check(5001)
    try window.check(5002 - 1023)
    try window.check(5003)
  }

  @Test func aLongJumpEmptiesTheWindow() throws {
    var window = ReplayWindow(first: 7)
    window.record(7 + 1024)

    #expect(throws: SRTPError.tooOld) { try window.check(7) }
    for index in UInt64(8)..<(7 + 1024) { try window.check(index) }
  }

  /// Against a set that remembers everything.
  @Test func agreesWithASetOverRandomIndices() {
    let seed: UInt64 = 0x3711
    var generator = SeededGenerator(seed: seed)
    var window = ReplayWindow(first: 100_000)
    var seen: Set<UInt64> = [100_000]

    for _ in 0..<50_000 {
      let jump: ClosedRange<Int> = Int.random(in: 0..<100, using: &generator) == 0 ? -2000...2000 : -300...12
      let index = UInt64(Int(window.highest) + Int.random(in: jump, using: &generator))
      #expect(outcome(window, index) == expected(index, seen: seen, highest: window.highest), "seed \(seed)")
      guard outcome(window, index) == nil else { continue }
      window.record(index)
      seen.insert(index)
    }
  }

  private func outcome(_ window: ReplayWindow, _ index: UInt64) -> SRTPError? {
    srtpError { try window.check(index) }
  }

  private func expected(_ index: UInt64, seen: Set<UInt64>, highest: UInt64) -> SRTPError? {
    if index + ReplayWindow.indexCount <= highest { return .tooOld }
    return seen.contains(index) ? .replayed : nil
  }
}
