import RTP
import STUN
import Testing

import WebRTC

@Suite struct NominationTests {
  private static let low: UInt32 = 0x6E00_00FF
  private static let high: UInt32 = 0x6EFF_00FF

  @Test func aPlainCheckOfAnotherPathMovesNothing() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(usesCandidate: true))

    try bench.check(by: Paths.cellular, .init(priority: Self.high), at: 1)

    #expect(bench.agent.selectedPath == Paths.wifi)
    #expect(bench.events == [.pathAdded(Paths.cellular)])
  }

  @Test func aRegularNominationMovesAtOnceEvenToALowerPriority() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(priority: Self.high, usesCandidate: true))
    try bench.check(by: Paths.cellular, .init(priority: Self.low), at: 1)

    try bench.check(by: Paths.cellular, .init(priority: Self.low, usesCandidate: true), at: 1.1)

    #expect(bench.events == [.selected(Paths.cellular)])
  }

  @Test func aRegularNominationOverrulesAPathThatIsNoLongerNominated() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(priority: Self.high, usesCandidate: true))
    try bench.check(by: Paths.wifi, .init(priority: Self.high), at: 1)

    try bench.check(by: Paths.cellular, .init(priority: Self.low, usesCandidate: true), at: 1.1)

    #expect(bench.agent.selectedPath == Paths.cellular)
  }

  @Test func anAggressivePeerGetsItsBestPathAndStaysThere() throws {
    var bench = ICEBench()
    let low = ControllingPeer.Content(priority: Self.low, usesCandidate: true)
    let high = ControllingPeer.Content(priority: Self.high, usesCandidate: true)
    try bench.check(by: Paths.cellular, low)
    try bench.check(by: Paths.wifi, high, at: 0.05)
    #expect(bench.agent.selectedPath == Paths.wifi)

    for second in 1...20 {
      try bench.check(by: Paths.cellular, low, at: Double(second))
      #expect(bench.agent.selectedPath == Paths.wifi)
      try bench.check(by: Paths.wifi, high, at: Double(second) + 0.1)
    }
    #expect(bench.agent.selectedPath == Paths.wifi)
  }

  @Test func anAggressivePeerLeavesAPathThatHasGoneQuiet() throws {
    var bench = ICEBench()
    let low = ControllingPeer.Content(priority: Self.low, usesCandidate: true)
    try bench.check(by: Paths.wifi, .init(priority: Self.high, usesCandidate: true))
    try bench.check(by: Paths.cellular, low, at: 8)
    #expect(bench.agent.selectedPath == Paths.wifi)

    try bench.check(by: Paths.cellular, low, at: 8.1)

    #expect(bench.agent.selectedPath == Paths.cellular)
  }

  @Test func anAggressivePeerStaysOnAPathThatMediaComesBy() throws {
    var bench = ICEBench()
    let low = ControllingPeer.Content(priority: Self.low, usesCandidate: true)
    try bench.check(by: Paths.wifi, .init(priority: Self.high, usesCandidate: true))
    bench.hear(by: Paths.wifi, at: 5)

    try bench.check(by: Paths.cellular, low, at: 13)
    #expect(bench.agent.selectedPath == Paths.wifi)
    try bench.check(by: Paths.cellular, low, at: 13.1)

    #expect(bench.agent.selectedPath == Paths.cellular)
  }

  @Test func udpIsPreferredToTCP() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(usesCandidate: true))

    try bench.check(by: Paths.tcp, .init(usesCandidate: true), at: 0.1)

    #expect(bench.agent.selectedPath == Paths.wifi)
  }

  @Test func aNewPortOfTheNATIsFollowedWithTheFirstCheck() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(usesCandidate: true))

    try bench.check(by: Paths.rebound, .init(usesCandidate: true), at: 2.5)

    #expect(bench.events == [.pathAdded(Paths.rebound), .selected(Paths.rebound)])
    #expect(bench.agent.owns(Paths.wifi))
  }

  @Test func theHighestNominationNumberWins() throws {
    var bench = ICEBench()
    func nominate(_ path: FiveTuple, _ number: UInt32) throws {
      try bench.check(by: path, .init(usesCandidate: true, nomination: number))
    }
    try nominate(Paths.wifi, 1)
    try nominate(Paths.cellular, 2)
    #expect(bench.agent.selectedPath == Paths.cellular)

    try nominate(Paths.wifi, 1)  // a late one
    #expect(bench.agent.selectedPath == Paths.cellular)
    try bench.check(by: Paths.wifi, .init(priority: Self.high, usesCandidate: true))
    #expect(bench.agent.selectedPath == Paths.cellular)

    try nominate(Paths.wifi, 3)
    #expect(bench.agent.selectedPath == Paths.wifi)
  }

  @Test func mediaMovesOnlyToAPathThatWasCheckedMoreRecently() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(usesCandidate: true), at: 0)
    bench.hear(by: Paths.cellular, at: 0.5)
    #expect(bench.events.isEmpty)

    try bench.check(by: Paths.cellular, at: 1)
    bench.hear(by: Paths.cellular, at: 1.1)
    #expect(bench.events == [.selected(Paths.cellular)])

    bench.hear(by: Paths.wifi, at: 1.2)  // what was still under way
    #expect(bench.agent.selectedPath == Paths.cellular)
  }
}
