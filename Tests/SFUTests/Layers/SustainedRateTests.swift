import RTP
import SFU
import Testing

/// What a layer is reckoned to take.
@Suite struct SustainedRateTests {
  private static let second: Int64 = 1_000_000_000

  /// Seconds of so many packets of 1210 bytes, 10 kbit each on the wire.
  private static func rate(_ packets: [Int], from rate: SustainedRate = SustainedRate()) -> SustainedRate {
    var rate = rate
    for count in packets {
      for _ in 0..<count { rate.receive(byteCount: 1210) }
      rate.close(after: second)
    }
    return rate
  }

  @Test func nothingIsKnownBeforeItCame() {
    let size = PictureSize(width: 1280, height: 720)

    #expect(SustainedRate().known == nil)
    #expect((1_900_000...2_100_000).contains(SustainedRate().expected(size, rank: 2, isScreen: false)))
    #expect(SustainedRate().expected(size, rank: 2, isScreen: true) == 500_000)
    #expect(SustainedRate().expected(nil, rank: 1, isScreen: false) == 600_000)
    #expect(SustainedRate().expected(.init(width: 9999, height: 9999), rank: 7, isScreen: false) == 3_000_000)
  }

  @Test func aPartOfASecondIsNoMeasure() {
    let size = PictureSize(width: 320, height: 180)

    let part = Self.rate([3])
    let whole = Self.rate([40], from: part)

    #expect(part.known == 30_000 && part.expected(size, rank: 0, isScreen: false) > 100_000)
    #expect(whole.expected(size, rank: 0, isScreen: false) == 400_000)
  }

  @Test func itRisesFasterThanItFalls() {
    let steady = Self.rate([40, 40])

    #expect(Self.rate([80, 80], from: steady).known == 600_000)
    #expect(Self.rate([20], from: steady).known == 375_000)
  }

  @Test func aKeyframeIsNotTheRate() {
    let steady = Self.rate([40, 40])

    #expect(Self.rate([120], from: steady).known == 400_000)
    #expect(Self.rate([120, 40], from: steady).known == 400_000)
  }

  @Test func whatRestsIsRemembered() {
    let steady = Self.rate([40, 40])

    let rested = Self.rate([0, 0, 0, 0, 0, 0, 0, 0], from: steady)
    let resumed = Self.rate([5], from: rested)

    #expect(rested.known == 400_000)
    #expect(resumed.known == 400_000 - 350_000 / 8, "what goes on with less falls as ever")
  }
}
