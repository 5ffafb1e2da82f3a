import RTP
import Testing
import WebRTC

@Suite struct ReceiverEstimateControllerTests {
  @Test func atFirstTheReceiversEstimateIsTakenAsItIs() {
    var controller = ReceiverEstimateController(CongestionConfiguration(feedback: .estimates))

    controller.receive(2_000_000, at: at(0))

    #expect(controller.bitsPerSecond == 2_000_000)
    #expect(controller.cause == .receiverEstimate)
  }

  @Test func laterItIsALimit() {
    var controller = started(at: 1_000_000)
    controller.receive(3_000_000, at: at(5000))
    #expect(controller.bitsPerSecond == 1_000_000)

    controller.receive(400_000, at: at(6000))
    #expect(controller.bitsPerSecond == 400_000)
  }

  @Test func withoutLossItRisesTowardsTheLimit() {
    var controller = started(at: 1_000_000)
    controller.receive(1_100_000, at: at(5000))

    report(&controller, lost: 0, at: 5000)
    report(&controller, lost: 0, at: 5500)
    #expect(controller.bitsPerSecond == 1_040_500)

    for step in 12..<20 { report(&controller, lost: 0, at: step * 500) }
    #expect(controller.bitsPerSecond == 1_100_000)
  }

  @Test func moderateLossHoldsIt() {
    var controller = started(at: 1_000_000)
    controller.receive(2_000_000, at: at(5000))

    for step in 10..<20 { report(&controller, lost: 5, at: step * 500) }

    #expect(controller.bitsPerSecond == 1_000_000)
  }

  @Test func heavyLossTakesHalfOfItsShareOnceInAWhile() {
    var controller = started(at: 1_000_000)

    report(&controller, lost: 20, at: 5000)
    #expect(controller.bitsPerSecond == 900_000 && controller.cause == .loss)
    report(&controller, lost: 20, at: 5399)
    #expect(controller.bitsPerSecond == 900_000)
    report(&controller, lost: 20, at: 5400)
    #expect(controller.bitsPerSecond == 810_000)
  }

  @Test func risesNoFurtherThanWanted() {
    var controller = started(at: 1_000_000)
    controller.receive(5_000_000, at: at(5000))

    for step in 10..<40 { report(&controller, lost: 0, ceiling: 1_200_000, at: step * 500) }

    #expect(controller.bitsPerSecond == 1_200_000)
  }

  @Test func lossesThatCannotBeAreIgnored() {
    var controller = started(at: 1_000_000)

    for (lost, expected) in [(-1, 100), (101, 100), (5, 0), (.min, .max)] {
      controller.receive(
        lost: lost, of: expected, ceiling: .infinity, roundTripTime: .milliseconds(100), at: at(5000))
    }

    #expect(controller.bitsPerSecond == 1_000_000 && controller.loss == 0)
  }

  private func started(at rate: UInt64) -> ReceiverEstimateController {
    var controller = ReceiverEstimateController(CongestionConfiguration(feedback: .estimates))
    controller.receive(rate, at: at(0))
    return controller
  }

  private func report(
    _ controller: inout ReceiverEstimateController, lost: Int, ceiling: Double = .infinity, at milliseconds: Int
  ) {
    controller.receive(
      lost: lost, of: 100, ceiling: ceiling, roundTripTime: .milliseconds(100), at: at(milliseconds))
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
