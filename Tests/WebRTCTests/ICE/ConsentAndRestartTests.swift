import RTP
import STUN
import Testing

import WebRTC

@Suite struct ConsentAndRestartTests {
  @Test func consentLapsesThirtySecondsAfterTheLastCheck() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, at: 5)
    #expect(bench.agent.nextDeadline == .zero + .seconds(35))

    bench.advance(to: 34.999)
    #expect(bench.events.isEmpty)

    bench.advance(to: 35)
    #expect(bench.events == [.pathRemoved(Paths.wifi), .stateChanged(.checking), .stateChanged(.disconnected)])
    #expect(bench.agent.selectedPath == nil)
    #expect(bench.agent.nextDeadline == .distantFuture)
    #expect(try bench.check(by: Paths.wifi, at: 36) == .dropped(.consentLapsed))
  }

  @Test func everyValidCheckProlongsConsent() throws {
    var bench = ICEBench()
    for second in stride(from: 0, through: 300, by: 29) {
      try bench.check(by: Paths.wifi, at: Double(second))
      bench.advance(to: Double(second) + 28.9)
    }
    #expect(bench.agent.state == .connected)
  }

  @Test func mediaKeepsAPathAliveAsChecksDo() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, at: 0)

    for second in stride(from: 20, through: 300, by: 20) {
      bench.hear(by: Paths.wifi, at: Double(second))
      bench.advance(to: Double(second) + 19)
      #expect(bench.events.isEmpty)
    }

    #expect(bench.agent.nextDeadline == .zero + .seconds(330))
    bench.advance(to: 329.9)
    #expect(bench.agent.selectedPath == Paths.wifi)
    bench.advance(to: 330)
    #expect(bench.agent.state == .disconnected)
  }

  @Test func mediaKeepsOnlyThePathAliveThatItComesBy() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.cellular, at: 0)
    try bench.check(by: Paths.wifi, .init(usesCandidate: true), at: 1)
    try bench.check(by: Paths.tcp, at: 5)
    bench.hear(by: Paths.cellular, at: 10)
    bench.hear(by: Paths.rebound, at: 20)  // never checked

    bench.advance(to: 31)
    #expect(bench.events == [.pathRemoved(Paths.wifi), .selected(Paths.cellular)])
    #expect(bench.agent.pathCount == 2)
    bench.advance(to: 40)

    #expect(bench.agent.state == .disconnected)
  }

  @Test func aPeerThatNeverComesIsGivenUp() {
    var bench = ICEBench()

    bench.advance(to: 29)
    #expect(bench.agent.state == .checking)
    bench.advance(to: 30)

    #expect(bench.agent.state == .disconnected)
  }

  @Test func theLastCheckedPathTakesOverWhenTheSelectedOneLapses() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(usesCandidate: true), at: 0)
    try bench.check(by: Paths.cellular, at: 10)
    try bench.check(by: Paths.tcp, at: 12)

    bench.advance(to: 30)

    #expect(bench.events == [.pathRemoved(Paths.wifi), .selected(Paths.tcp)])
  }

  @Test func aClosedConnectionIsReplacedByAnotherPathOrWaitedFor() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.tcp, at: 0)
    bench.step { $0.connectionClosed(Paths.tcp, into: &$1) }
    #expect(bench.events == [.pathRemoved(Paths.tcp), .stateChanged(.checking)])

    try bench.check(by: Paths.wifi, at: 20)

    #expect(bench.agent.selectedPath == Paths.wifi)
    #expect(bench.agent.state == .connected)
  }

  @Test func oldCredentialsAreAnsweredUntilTheNewAreUsed() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(usesCandidate: true))
    let old = bench.agent.credentials.ufrag
    bench.restart(at: 1)
    var renewed = ControllingPeer(asking: bench.agent.credentials)
    #expect(try bench.check(by: Paths.wifi, at: 1.5) == .answered)

    #expect(bench.receive(try renewed.check(), by: Paths.cellular, at: 2) == .answered)
    #expect(bench.events == [.credentialsRetired(old), .pathAdded(Paths.cellular)])

    #expect(try bench.check(by: Paths.wifi, at: 2.1) == .dropped(.unknownUser))
    #expect(bench.agent.selectedPath == Paths.wifi)
  }

  @Test func afterARestartAnyNominationCounts() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi, .init(priority: 0x6EFF_00FF, usesCandidate: true, nomination: 9))
    bench.restart(at: 1)
    var renewed = ControllingPeer(asking: bench.agent.credentials)

    bench.receive(try renewed.check(.init(priority: 1, usesCandidate: true)), by: Paths.cellular, at: 2)

    #expect(bench.agent.selectedPath == Paths.cellular)
    #expect(bench.agent.state == .completed)
  }

  @Test func aRestartRevivesAnAgentWithoutConsent() throws {
    var bench = ICEBench()
    bench.advance(to: 30)
    bench.restart(at: 100)
    #expect(bench.events == [.stateChanged(.checking)])
    #expect(bench.agent.nextDeadline == .zero + .seconds(130))
    var renewed = ControllingPeer(asking: bench.agent.credentials)

    #expect(bench.receive(try renewed.check(), by: Paths.wifi, at: 101) == .answered)

    #expect(bench.agent.state == .connected)
  }

  @Test func aSecondRestartRetiresTheOldestCredentials() throws {
    var bench = ICEBench()
    let first = bench.agent.credentials.ufrag
    bench.restart(at: 1)

    bench.restart(at: 2)

    #expect(bench.events == [.credentialsRetired(first)])
    #expect(try bench.check(by: Paths.wifi, at: 3) == .dropped(.unknownUser))
  }
}
