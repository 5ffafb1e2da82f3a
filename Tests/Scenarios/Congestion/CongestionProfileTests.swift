import RTP
import Testing
import WebRTC

/// Every profile's figures, held between an upper and a lower bound.
@Suite struct CongestionProfileTests {
  @Test(arguments: CongestionProfile.all, 1...3 as ClosedRange<UInt64>)
  func staysWithinItsBounds(profile: CongestionProfile, seed: UInt64) {
    var profile = profile
    profile.seed = seed
    let figures = CongestionFigures(CongestionSimulation.finished(profile))

    for (event, seconds) in zip(profile.events, figures.settling) {
      #expect(seconds ?? .infinity <= event.within, "\(event.name)")
    }
    #expect(profile.bounds.utilization.contains(figures.utilization), "utilization")
    #expect(profile.bounds.queueing.contains(figures.queueing.most), "queueing")
    #expect(profile.bounds.variation.contains(figures.variation), "variation")
    #expect(profile.bounds.drops.contains(figures.drops), "drops")
    #expect(profile.bounds.excess.contains(figures.excess), "excess")
    #expect(profile.bounds.backlog.contains(figures.backlog), "backlog")
    #expect(profile.bounds.carried.contains(figures.carried), "carried")
    #expect(figures.paddingShare <= 0.05, "probes are a small part of what is sent")
  }

  @Test func theSameSeedGivesTheSameRun() throws {
    let profile = try #require(CongestionProfile.all.first { $0.name == "loss-bursty-5" })
    var other = profile
    other.seed += 1

    let runs = [profile, profile, other].map { CongestionSimulation.finished($0).samples[0].map(\.estimate) }

    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  @Test func aPublishersLossesLowerNoEstimate() throws {
    let profile = try #require(CongestionProfile.all.first { $0.name == "bad-publisher" })
    let samples = CongestionSimulation.finished(profile).samples[0]

    for (before, after) in zip(samples, samples.dropFirst()) {
      #expect(after.estimate >= before.estimate, "at \(after.seconds) s")
    }
  }

  @Test(arguments: ["two-subscribers", "two-encoders"])
  func twoSubscribersShareABottleneck(name: String) throws {
    let profile = try #require(CongestionProfile.all.first { $0.name == name })

    let figures = CongestionFigures(CongestionSimulation.finished(profile))

    for share in figures.shares { #expect((0.35...0.65).contains(share)) }
    #expect(figures.carried > 0.6)
  }

  @Test func nothingIsProbedWhereNothingMoreIsWanted() throws {
    var profile = try #require(CongestionProfile.all.first { $0.name == "wanting-little" })
    profile.wants = [(begin: .zero, bitsPerSecond: 200_000)]

    let simulation = CongestionSimulation.finished(profile)

    #expect(simulation.subscribers[0].paddingByteCount == 0)
  }

  @Test func videoWaitsForItsTurnNoLongerThanPromised() {
    for profile in CongestionProfile.all {
      let simulation = CongestionSimulation.finished(profile)
      for subscriber in simulation.subscribers {
        #expect(subscriber.longestPacing <= Pacer.longestNarrowDelay + SimulatedLink.tick, "\(profile.name)")
      }
    }
  }

  @Test func whatIsSentStaysNearTheEstimate() throws {
    for name in ["encoder", "loss-20", "drop-and-rise"] {
      let profile = try #require(CongestionProfile.all.first { $0.name == name })
      let simulation = CongestionSimulation.finished(profile)
      // A second at a time, repairs and probes included; the second of a fall has what was sent before it.
      for second in stride(from: 150, to: simulation.samples[0].count - 10, by: 10) {
        let part = simulation.samples[0][(second - 10)..<(second + 10)]
        let sent = simulation.samples[0][second..<(second + 10)].reduce(0) { $0 + $1.sent } / 10
        #expect(sent <= (part.map(\.estimate).max() ?? 0) * 1.15 + 20_000, "\(name) at \(second / 10) s")
      }
    }
  }
}
