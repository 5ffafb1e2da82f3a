import Testing
import WebRTC

@Suite struct LinkCapacityTests {
  @Test func theFirstSampleIsTheEstimate() throws {
    var capacity = LinkCapacity()
    #expect(capacity.band == nil)

    capacity.noteOveruse(1_000_000)

    #expect(capacity.bitsPerSecond == 1_000_000)
    // Three times the root of 0.4 · 1000 kilobits: 60.
    let band = try #require(capacity.band)
    #expect(band == 940_000...1_060_000)
  }

  @Test func overusesMoveItLittleAndProbesHalfTheWay() {
    var capacity = LinkCapacity()
    capacity.noteOveruse(1_000_000)

    capacity.noteOveruse(2_000_000)
    #expect(capacity.bitsPerSecond == 1_050_000)

    capacity.noteProbe(2_050_000)
    #expect(capacity.bitsPerSecond == 1_550_000)
  }

  @Test func contradictionsWidenTheBandUpToABound() throws {
    var capacity = LinkCapacity()
    capacity.noteOveruse(1_000_000)
    for rate in [500_000.0, 1_500_000, 500_000, 1_500_000] { capacity.noteProbe(rate) }

    let band = try #require(capacity.band)
    let middle = (band.lowerBound + band.upperBound) / 2
    // Three times the root of 2.5 · the mean.
    #expect(((band.upperBound - middle) / 1000 - 3 * (2.5 * middle / 1000).squareRoot()).magnitude < 1e-6)
  }

  @Test func isForgotten() {
    var capacity = LinkCapacity()
    capacity.noteOveruse(1_000_000)
    capacity.forget()

    #expect(capacity.band == nil && capacity.bitsPerSecond == nil)
  }
}
