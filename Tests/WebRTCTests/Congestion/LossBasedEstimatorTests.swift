import RTP
import TestSupport
import Testing
import WebRTC

@Suite struct LossObservationsTests {
  @Test func anObservationLastsAQuarterOfASecond() {
    var observations = LossObservations()
    observations.add(sentAt: at(0), byteCount: 1000, isLost: false)
    observations.add(sentAt: at(249), byteCount: 1000, isLost: true)
    let isWhole = observations.finish()

    observations.add(sentAt: at(250), byteCount: 500, isLost: false)
    let isWholeLater = observations.finish()

    #expect(!isWhole && isWholeLater)
    #expect(observations[0].byteCount == 2500 && observations[0].lostByteCount == 1000)
    // 2500 bytes in a quarter of a second.
    #expect(observations[0].rate == 80_000)
    #expect(observations.loss == 0.4)
  }

  @Test func olderOnesCountLessAndTheSixteenthIsForgotten() {
    var observations = LossObservations()
    observe(&observations, losses: [true] + Array(repeating: false, count: 15))
    #expect(observations.count == 15 && observations.loss == 0)

    observe(&observations, losses: [true, false])

    // Weights 0.9 and 1 over the sum of fifteen powers.
    let sum = (1 - (0..<15).reduce(1.0) { power, _ in power * 0.9 }) / 0.1
    #expect((observations.loss - 0.9 / sum).magnitude < 1e-12)
  }

  @Test func presentLossIsThatOfTheLastThree() {
    var observations = LossObservations()
    observe(&observations, losses: [true, true, true, true, false, false, false])

    #expect(observations.loss > 0.4 && observations.presentLoss == 0)
  }

  @Test func aLatePacketIsNoLoss() {
    var observations = LossObservations()
    observe(&observations, losses: [true])
    observations.recover(byteCount: 600)
    observations.recover(byteCount: 600)

    #expect(observations[0].lostByteCount == 0)
  }

  private func observe(_ observations: inout LossObservations, losses: [Bool]) {
    for isLost in losses {
      for time in [0, 250] { observations.add(sentAt: at(time), byteCount: 500, isLost: isLost) }
      finish(&observations)
    }
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}

private func finish(_ observations: inout LossObservations) {
  let isNew = observations.finish()
  #expect(isNew)
}

@Suite struct LossBasedEstimatorTests {
  @Test func withoutLossItSetsNoLimit() {
    var estimator = LossBasedEstimator(CongestionConfiguration())
    run(&estimator, seconds: 5) { _ in (1_000_000, 0) }

    #expect(estimator.state == .unlimited)
    #expect(estimator.bitsPerSecond == 5_000_000)
  }

  @Test func threeObservationsAreNeededFirst() {
    var estimator = LossBasedEstimator(CongestionConfiguration())
    run(&estimator, seconds: 0.74) { _ in (1_000_000, 0.5) }

    #expect(estimator.bitsPerSecond == .infinity)
  }

  @Test func lossThatFollowsTheRateIsTheLinksLimit() {
    var estimator = LossBasedEstimator(CongestionConfiguration())
    // A link of a megabit without a queue, and a sender that goes where the estimator leads.
    run(&estimator, seconds: 20, ceiling: 1_500_000) { estimator in
      let rate = min(estimator.bitsPerSecond, 1_500_000)
      return (rate, max(0, 1 - 1_000_000 / rate))
    }

    #expect((850_000...1_150_000).contains(estimator.bitsPerSecond))
  }

  @Test func lossThatDoesNotIsBorne() {
    var estimator = LossBasedEstimator(CongestionConfiguration())
    var step = 0
    run(&estimator, seconds: 20, ceiling: 2_000_000) { _ in
      step += 1
      return (step % 8 < 4 ? 500_000 : 1_500_000, 0.08)
    }

    #expect(estimator.bitsPerSecond > 1_800_000)
  }

  @Test(arguments: [0.15, 0.3, 0.5])
  func theHigherTheLossTheLowerTheRateItIsBorneAt(loss: Double) {
    var estimator = LossBasedEstimator(CongestionConfiguration())
    run(&estimator, seconds: 30, ceiling: 5_000_000) { (min($0.bitsPerSecond, 5_000_000), loss) }

    let bearable = LossModel.bearableBandwidth(atLoss: loss)
    #expect((bearable * 0.6...bearable * 1.05).contains(estimator.bitsPerSecond), "\(estimator.bitsPerSecond)")
  }

  @Test func recoversWhenTheLossEnds() {
    var estimator = LossBasedEstimator(CongestionConfiguration())
    run(&estimator, seconds: 10) { (min($0.bitsPerSecond, 5_000_000), 0.4) }
    #expect(estimator.bitsPerSecond < 1_000_000)

    run(&estimator, seconds: 10, from: 10) { (min($0.bitsPerSecond, 5_000_000), 0) }

    #expect(estimator.bitsPerSecond == 5_000_000 && estimator.state == .unlimited)
  }

  @Test func theModelPrefersTheBandwidthThatExplainsTheLosses() {
    var observations = LossObservations()
    for rate in [1_600_000.0, 800_000, 800_000, 1_600_000, 800_000, 800_000] {
      let loss = max(0, 1 - 1_000_000 / rate)
      let byteCount = Int(rate / 32)
      observations.add(sentAt: .zero, byteCount: Int(Double(byteCount) * (1 - loss)), isLost: false)
      observations.add(sentAt: .zero + .milliseconds(250), byteCount: Int(Double(byteCount) * loss), isLost: true)
      finish(&observations)
    }

    let scores = [700_000.0, 1_000_000, 1_600_000].map { bandwidth in
      var model = LossModel(bandwidth: bandwidth, inherentLoss: 0.01)
      for _ in 0..<20 { model.fit(observations) }
      return model.score(observations)
    }

    #expect(scores[1] > scores[0] && scores[1] > scores[2])
  }

  @Test func theInherentLossIsFitted() {
    var observations = LossObservations()
    observations.add(sentAt: .zero, byteCount: 9600, isLost: false)
    observations.add(sentAt: .zero + .milliseconds(250), byteCount: 400, isLost: true)
    finish(&observations)

    var model = LossModel(bandwidth: 1_000_000, inherentLoss: 0.01)
    for _ in 0..<50 { model.fit(observations) }

    #expect((model.inherentLoss - 0.04).magnitude < 1e-6)
  }

  /// Four observations a second of what `send` says: the rate, and the share that is lost.
  private func run(
    _ estimator: inout LossBasedEstimator, seconds: Double, from start: Int = 0, ceiling: Double = 5_000_000,
    _ send: (borrowing LossBasedEstimator) -> (rate: Double, loss: Double)
  ) {
    for step in 0..<Int(seconds * 4) {
      let begin = Instant.zero + .seconds(start) + .milliseconds(step * 250)
      let (rate, loss) = send(estimator)
      // A hundred packets, so that shares are exact to one in a hundred.
      for packet in 0...100 {
        estimator.add(
          sentAt: begin + .microseconds(packet * 2500), byteCount: Int(rate / 3200),
          isLost: Int(Double(packet + 1) * loss) > Int(Double(packet) * loss))
      }
      estimator.update(delayBased: ceiling, acknowledged: rate * (1 - loss), at: begin + .milliseconds(250))
    }
  }
}
