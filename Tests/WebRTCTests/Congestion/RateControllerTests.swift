import RTP
import Testing
import WebRTC

@Suite struct RateControllerTests {
  @Test func steadyQueuesLetItRiseByEightPercentASecond() {
    var rate = controller(startingAt: 1_000_000)
    rate.update(input(.normal, arrived: 2_000_000), at: at(0))
    rate.update(input(.normal, arrived: 2_000_000), at: at(500))

    #expect(rate.bitsPerSecond == 1_040_000)
  }

  @Test func risesNoFurtherThanWhatArrivesJustifies() {
    var (probing, growing) = (controller(startingAt: 1_000_000), controller(startingAt: 1_000_000, canProbe: false))
    for step in 0..<100 {
      probing.update(input(.normal, arrived: 1_000_000), at: at(step * 500))
      growing.update(input(.normal, arrived: 1_000_000), at: at(step * 500))
    }

    #expect(probing.bitsPerSecond == 1_060_000)
    #expect(growing.bitsPerSecond == 1_510_000)
  }

  @Test func whatIsLostWasSent() {
    var rate = controller(startingAt: 1_000_000)
    for step in 0..<100 {
      rate.update(input(.normal, arrived: 750_000, loss: 0.25), at: at(step * 500))
    }

    #expect((rate.bitsPerSecond - 1_060_000).magnitude < 1)
  }

  @Test func doesNotRiseWhileLittleIsSentOrNothingMoreIsWanted() {
    var rate = controller(startingAt: 1_000_000)
    for step in 0..<10 {
      rate.update(input(.normal, arrived: 2_000_000, isApplicationLimited: true), at: at(step * 500))
    }
    #expect(rate.bitsPerSecond == 1_000_000)

    for step in 10..<20 { rate.update(input(.normal, arrived: 2_000_000, ceiling: 1_050_000), at: at(step * 500)) }
    #expect(rate.bitsPerSecond == 1_050_000)

    // What is known stays known when less is wanted.
    rate.update(input(.normal, arrived: 2_000_000, ceiling: 300_000), at: at(11_000))
    #expect(rate.bitsPerSecond == 1_050_000)
  }

  @Test func aGrowingQueueLowersItBelowWhatArrives() {
    var rate = controller(startingAt: 3_000_000)

    let wasDecreased = rate.update(input(.overusing, sent: 3_000_000, arrived: 1_000_000), at: at(0))

    #expect(wasDecreased)
    #expect(rate.bitsPerSecond == 850_000)
  }

  @Test func aLinkThatDropsWhatItCannotKeepIsFollowedByWhatItCarriesNow() {
    var rate = controller(startingAt: 3_000_000)
    var full = input(.overusing, sent: 1_000_000, arrived: 1_000_000)
    full.overrun = 300_000

    rate.update(full, at: at(0))

    #expect(rate.bitsPerSecond == 255_000)
    #expect(rate.capacity.bitsPerSecond == nil)
  }

  @Test func whereAllArrivesInTimeTheUnusedGoesFirst() {
    var (little, most) = (controller(startingAt: 3_000_000), controller(startingAt: 3_000_000))

    little.update(input(.overusing, arrived: 500_000), at: at(0))
    most.update(input(.overusing, arrived: 2_900_000), at: at(0))

    #expect((little.bitsPerSecond - 550_000).magnitude < 1)
    #expect((most.bitsPerSecond - 2_550_000).magnitude < 1)
  }

  @Test func aSecondDecreaseWaitsForARoundTrip() {
    var rate = controller(startingAt: 3_000_000)
    rate.update(input(.overusing, sent: 3_000_000, arrived: 2_500_000, roundTripTime: .milliseconds(120)), at: at(0))

    let second = rate.update(
      input(.overusing, sent: 2_500_000, arrived: 2_000_000, roundTripTime: .milliseconds(120)), at: at(119))
    #expect(!second && rate.bitsPerSecond == 2_125_000)

    let third = rate.update(
      input(.overusing, sent: 2_500_000, arrived: 2_000_000, roundTripTime: .milliseconds(120)), at: at(120))
    #expect(third && rate.bitsPerSecond == 1_700_000)
  }

  @Test func aFallByHalfDoesNotWait() {
    var rate = controller(startingAt: 3_000_000)
    rate.update(input(.overusing, sent: 3_000_000, arrived: 2_500_000), at: at(0))

    rate.update(input(.overusing, sent: 2_500_000, arrived: 1_000_000), at: at(20))

    #expect(rate.bitsPerSecond == 850_000)
  }

  @Test func withoutAThroughputHalfIsTaken() {
    var rate = controller(startingAt: 3_000_000)
    rate.update(
      RateController.Input(
        usage: .overusing, throughput: nil, loss: 0, ceiling: .infinity, isApplicationLimited: false,
        roundTripTime: .milliseconds(100)), at: at(0))

    #expect(rate.bitsPerSecond == 1_500_000)
  }

  @Test func anEmptyingQueueIsWaitedFor() {
    var rate = controller(startingAt: 1_000_000)
    rate.update(input(.normal, arrived: 2_000_000), at: at(0))
    rate.update(input(.underusing, arrived: 2_000_000), at: at(500))
    rate.update(input(.normal, arrived: 2_000_000), at: at(1000))
    #expect(rate.bitsPerSecond == 1_000_000)

    rate.update(input(.normal, arrived: 2_000_000), at: at(1500))
    #expect(rate.bitsPerSecond == 1_040_000)
  }

  @Test func nearTheLimitItRisesByAPacketEachResponseTime() {
    var rate = controller(startingAt: 1_176_471)
    rate.update(input(.overusing, sent: 1_200_000, arrived: 1_000_000), at: at(0))
    // The limit is put at 1 000 000, the rate at 850 000.
    rate.update(input(.normal, arrived: 1_000_000), at: at(1000))
    rate.update(input(.normal, arrived: 1_000_000), at: at(1400))

    // A frame has 28 333 bits, three packets; a response takes 2 · (100 + 100) ms.
    #expect((rate.bitsPerSecond - 850_000 - 28_333.3 / 3).magnitude < 1)
  }

  @Test func neverLeavesItsBounds() {
    var rate = RateController(CongestionConfiguration(minimumBitsPerSecond: 50_000, maximumBitsPerSecond: 2_000_000))
    rate.set(1e12, at: at(0))
    #expect(rate.bitsPerSecond == 2_000_000)

    rate.update(input(.overusing, sent: 1000, arrived: 0), at: at(1000))
    #expect(rate.bitsPerSecond == 50_000)
  }

  private func controller(startingAt rate: Double, canProbe: Bool = true) -> RateController {
    var controller = RateController(CongestionConfiguration(canProbe: canProbe))
    controller.set(rate, at: .zero)
    return controller
  }

  private func input(
    _ usage: LinkUsage, sent: Double? = nil, arrived: Double, loss: Double = 0, ceiling: Double = .infinity,
    isApplicationLimited: Bool = false, roundTripTime: Duration = .milliseconds(100)
  ) -> RateController.Input {
    RateController.Input(
      usage: usage, throughput: Throughput(sent: sent ?? arrived, arrived: arrived), loss: loss, ceiling: ceiling,
      isApplicationLimited: isApplicationLimited, roundTripTime: roundTripTime)
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
