import RTP
import Testing
import WebRTC

@Suite struct PacerTests {
  @Test func aFrameOfEightPacketsLeavesAtOnce() {
    var pacer = Pacer()

    #expect(pacer.grant(of: 8, byteCount: 9600, oldest: at(0), on: Pacer.Path(bitsPerSecond: 300_000), at: at(0)) == 8)
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
    let first = pacer.grant(
      of: 40, byteCount: 48_000, oldest: at(0), on: Pacer.Path(bitsPerSecond: 1_000_000), at: at(0))
    #expect(first == 6)

    #expect(
      pacer.grant(of: 36, byteCount: 43_200, oldest: at(0), on: Pacer.Path(bitsPerSecond: 1_000_000), at: at(2)) == 0)
    #expect(pacer.nextDeadline == at(5))
    #expect(
      pacer.grant(of: 36, byteCount: 43_200, oldest: at(0), on: Pacer.Path(bitsPerSecond: 1_000_000), at: at(5)) == 6)
  }

  @Test func whoComesTooLateSendsEverything() {
    var pacer = Pacer()
    _ = pacer.grant(of: 40, byteCount: 48_000, oldest: at(0), on: Pacer.Path(bitsPerSecond: 1_000_000), at: at(0))

    #expect(
      pacer.grant(of: 34, byteCount: 40_800, oldest: at(0), on: Pacer.Path(bitsPerSecond: 1_000_000), at: at(31)) == 34)
    #expect(pacer.nextDeadline == .distantFuture)
  }

  @Test func nothingToSendIsNothingToWaitFor() {
    var pacer = Pacer()
    _ = pacer.grant(of: 40, byteCount: 48_000, oldest: at(0), on: Pacer.Path(bitsPerSecond: 1_000_000), at: at(0))

    #expect(pacer.grant(of: 0, byteCount: 0, oldest: at(0), on: Pacer.Path(bitsPerSecond: 1_000_000), at: at(1)) == 0)
    #expect(pacer.nextDeadline == .distantFuture)
  }

  @Test func onANarrowPathAPictureTakesAboutAsLongAsTheNetworkDoes() {
    // Twelve packets of 1200 bytes take 432 ms of 267 kbit/s.
    let slots = spread(packetCount: 12, on: Pacer.Path(bitsPerSecond: 267_000, isNarrow: true))

    #expect(slots.map(\.count).reduce(0, +) == 12)
    #expect(slots.prefix(8).allSatisfy { $0.count == 1 })
    #expect(zip(slots, slots.dropFirst()).prefix(7).allSatisfy { 38...42 ~= $1.time - $0.time })
    #expect(250...400 ~= slots.last?.time ?? 0)
  }

  @Test func onANarrowPathOnlyWhatATenthOfASecondCarriesLeavesAtOnce() {
    #expect(spread(packetCount: 2, on: Pacer.Path(bitsPerSecond: 267_000, isNarrow: true)).map(\.count) == [2])
    #expect(spread(packetCount: 5, on: Pacer.Path(bitsPerSecond: 267_000, isNarrow: true)).map(\.count).first == 1)
    #expect(spread(packetCount: 5, on: Pacer.Path(bitsPerSecond: 600_000, isNarrow: true)).map(\.count) == [5])
    #expect(spread(packetCount: 8, on: Pacer.Path(bitsPerSecond: 5_000_000, isNarrow: true)).map(\.count) == [8])
  }

  private func spread(packetCount: Int, bitsPerSecond: Int) -> [(time: Int, count: Int)] {
    spread(packetCount: packetCount, on: Pacer.Path(bitsPerSecond: bitsPerSecond))
  }

  private func spread(packetCount: Int, on path: Pacer.Path) -> [(time: Int, count: Int)] {
    var pacer = Pacer()
    var (waiting, slots): (Int, [(time: Int, count: Int)]) = (packetCount, [])
    for millisecond in 0...420 where waiting > 0 {
      let granted = pacer.grant(
        of: waiting, byteCount: waiting * 1200, oldest: at(0), on: path, at: at(millisecond))
      waiting -= granted
      if granted > 0 { slots.append((millisecond, granted)) }
    }
    return slots
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
