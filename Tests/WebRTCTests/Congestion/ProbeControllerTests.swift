import RTP
import Testing
import WebRTC

@Suite struct ProbeControllerTests {
  @Test func beginsWithThreeAndSixTimesTheFirstGuess() {
    var probes = ProbeController()
    probes.want(situation(300_000, ceiling: 5_000_000), isMore: true, at: at(0))

    #expect(rates(&probes, situation(300_000, ceiling: 5_000_000), at: 0) == [900_000, 1_800_000])
  }

  @Test func reachesNoFurtherThanWhatIsWanted() {
    var probes = ProbeController()
    probes.want(situation(300_000, ceiling: 1_000_000), isMore: true, at: at(0))

    #expect(rates(&probes, situation(300_000, ceiling: 1_000_000), at: 0) == [900_000, 1_000_000])
  }

  @Test func isSilentWhereNothingMoreIsWanted() {
    var probes = ProbeController()
    probes.want(situation(300_000, ceiling: 310_000), isMore: true, at: at(0))

    for second in 0..<60 { #expect(rates(&probes, situation(300_000, ceiling: 310_000), at: second * 1000).isEmpty) }
    #expect(probes.nextDeadline == .distantFuture)
  }

  @Test func aSuccessIsFollowedByTwiceItsRate() {
    var probes = started()
    probes.succeed(at: 1_500_000, estimateBefore: 300_000, at: at(100))

    #expect(rates(&probes, situation(1_500_000, ceiling: 5_000_000), at: 100) == [3_000_000])
    // Two thirds of it are no success.
    probes.succeed(at: 2_000_000, estimateBefore: 1_500_000, at: at(200))
    #expect(rates(&probes, situation(2_000_000, ceiling: 5_000_000), at: 200).isEmpty)
  }

  @Test func aResultThatGainsNothingIsNoSuccess() {
    var probes = started()
    probes.succeed(at: 1_500_000, estimateBefore: 1_450_000, at: at(100))

    #expect(rates(&probes, situation(1_500_000, ceiling: 5_000_000), at: 100).isEmpty)
  }

  @Test func triesAgainLessAndLessOftenButLonger() {
    var probes = started()
    var (times, spans): ([Int], [Duration]) = ([], [])
    for tenth in 1..<400 {
      guard let plan = probes.next(situation(1_000_000, ceiling: 5_000_000), at: at(tenth * 100)) else { continue }
      #expect(plan.bitsPerSecond == 2_000_000)
      times.append(tenth)
      spans.append(plan.span)
    }

    #expect(times == [50, 125, 225, 325])
    #expect(spans == [30, 60, 60, 60].map { .milliseconds($0) })
  }

  @Test func moreWantedIsTriedAtOnce() {
    var probes = started()
    probes.want(situation(1_000_000, ceiling: 900_000), isMore: false, at: at(3000))
    #expect(probes.nextDeadline == .distantFuture)

    probes.want(situation(1_000_000, ceiling: 5_000_000), isMore: true, at: at(4000))

    #expect(rates(&probes, situation(1_000_000, ceiling: 5_000_000), at: 4000) == [2_000_000])
  }

  @Test func aDeepFallIsTriedToBeUndone() {
    var probes = started()
    probes.noteDecrease(from: 3_000_000, to: 1_500_000, at: at(2000))
    probes.noteDecrease(from: 1_500_000, to: 1_200_000, at: at(2200))

    #expect(rates(&probes, situation(1_200_000, ceiling: 5_000_000), at: 2600).isEmpty)
    #expect(rates(&probes, situation(1_200_000, ceiling: 5_000_000), at: 2700) == [2_550_000])
  }

  @Test func aShallowFallIsNot() {
    var probes = started()
    probes.noteDecrease(from: 3_000_000, to: 2_500_000, at: at(2000))

    #expect(rates(&probes, situation(2_500_000, ceiling: 5_000_000), at: 2700).isEmpty)
  }

  @Test func aFallAfterASuccessTakesItBack() {
    var probes = started()
    probes.succeed(at: 1_500_000, estimateBefore: 300_000, at: at(100))
    probes.noteDecrease(from: 1_500_000, to: 400_000, at: at(1000))

    #expect(rates(&probes, situation(400_000, ceiling: 5_000_000), at: 1600).isEmpty)
    #expect(probes.nextDeadline == at(1000 + 7500))
  }

  @Test func waitsWhileTheQueueEmpties() {
    var probes = started()
    probes.noteDecrease(from: 3_000_000, to: 1_000_000, at: at(4000))
    var congested = situation(1_000_000, ceiling: 5_000_000)
    congested.isCongested = true

    for tenth in 41..<60 { #expect(rates(&probes, congested, at: tenth * 100).isEmpty) }
    #expect(probes.nextDeadline == at(6400))
    #expect(rates(&probes, situation(1_000_000, ceiling: 5_000_000), at: 6400) == [2_550_000])
  }

  private func started() -> ProbeController {
    var probes = ProbeController()
    let situation = situation(300_000, ceiling: 5_000_000)
    probes.want(situation, isMore: true, at: at(0))
    #expect(rates(&probes, situation, at: 0).count == 2)
    return probes
  }

  private func rates(_ probes: inout ProbeController, _ situation: ProbeController.Situation, at time: Int) -> [Double]
  {
    var rates: [Double] = []
    while let plan = probes.next(situation, at: at(time)) { rates.append(plan.bitsPerSecond) }
    return rates
  }

  private func situation(_ estimate: Double, ceiling: Double) -> ProbeController.Situation {
    ProbeController.Situation(estimate: estimate, ceiling: ceiling, isCongested: false)
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
