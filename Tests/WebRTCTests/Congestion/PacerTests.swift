import RTP
import Testing
import WebRTC

@Suite struct PacerTests {
  @Test func aFrameOfEightPacketsLeavesAtOnce() {
    var pacer = Pacer()

    #expect(pacer.grant(of: 8, byteCount: 9600, oldest: at(0), bitsPerSecond: 300_000, at: at(0)) == 8)
    #expect(pacer.nextDeadline == .distantFuture)
  }

  @Test func aKeyframeOf60KilobytesLeavesWithin30MillisecondsInSmallBursts() {
    let slots = spread(packetCount: 50, bitsPerSecond: 1_000_000)

    #expect(slots.map(\.time) == [0, 5, 10, 15, 20, 25, 30])
    #expect(slots.map(\.count).max() ?? 0 <= 10)
    #expect(slots.map(\.count).reduce(0, +) == 50)
  }

  @Test func whereTheRateIsHighItLeavesSooner() {
    // 2.5 · 8 Mbit/s are 12.5 kB in 5 ms, ten packets and a bit.
    let slots = spread(packetCount: 50, bitsPerSecond: 8_000_000)

    #expect(slots.map(\.count) == [11, 11, 11, 11, 6])
  }

  @Test func whatIsAddedMeanwhileWaitsBehindIt() {
    var pacer = Pacer()
    let first = pacer.grant(of: 40, byteCount: 48_000, oldest: at(0), bitsPerSecond: 1_000_000, at: at(0))
    #expect(first == 6)

    #expect(pacer.grant(of: 36, byteCount: 43_200, oldest: at(0), bitsPerSecond: 1_000_000, at: at(2)) == 0)
    #expect(pacer.nextDeadline == at(5))
    #expect(pacer.grant(of: 36, byteCount: 43_200, oldest: at(0), bitsPerSecond: 1_000_000, at: at(5)) == 6)
  }

  @Test func whoComesTooLateSendsEverything() {
    var pacer = Pacer()
    _ = pacer.grant(of: 40, byteCount: 48_000, oldest: at(0), bitsPerSecond: 1_000_000, at: at(0))

    #expect(pacer.grant(of: 34, byteCount: 40_800, oldest: at(0), bitsPerSecond: 1_000_000, at: at(31)) == 34)
    #expect(pacer.nextDeadline == .distantFuture)
  }

  @Test func nothingToSendIsNothingToWaitFor() {
    var pacer = Pacer()
    _ = pacer.grant(of: 40, byteCount: 48_000, oldest: at(0), bitsPerSecond: 1_000_000, at: at(0))

    #expect(pacer.grant(of: 0, byteCount: 0, oldest: at(0), bitsPerSecond: 1_000_000, at: at(1)) == 0)
    #expect(pacer.nextDeadline == .distantFuture)
  }

  private func spread(packetCount: Int, bitsPerSecond: Int) -> [(time: Int, count: Int)] {
    var pacer = Pacer()
    var (waiting, slots): (Int, [(time: Int, count: Int)]) = (packetCount, [])
    for millisecond in 0...40 where waiting > 0 {
      let granted = pacer.grant(
        of: waiting, byteCount: waiting * 1200, oldest: at(0), bitsPerSecond: bitsPerSecond, at: at(millisecond))
      waiting -= granted
      if granted > 0 { slots.append((millisecond, granted)) }
    }
    return slots
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
