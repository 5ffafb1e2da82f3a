import RTP
import STUN
import ScriptedPeer
import TestSupport
import Testing
import WebRTC

/// What strangers send is not answered, changes nothing and harms nobody.
@Suite struct HostileDatagramTests {
  private static let stranger = FiveTuple(
    .udp, local: ServerHost.address, remote: TransportAddress(IPAddress(ipv4: 0xCB00_7142), port: 6666))

  @Test func junkFromStrangersIsNeitherAnsweredNorDelivered() throws {
    let (scenario, browser, peer) = try call()
    var generator = SeededGenerator(seed: 9)
    let before = peer.events.count

    for _ in 0..<20_000 { scenario.server.receive(junk(&generator), on: Self.stranger, at: scenario.now) }

    #expect(scenario.server.takeOutgoing().isEmpty)
    #expect(peer.events.count == before)
    expectUnharmed(scenario, browser, peer)
  }

  @Test func junkOnTheVeryPathOfTheCallIsDropped() throws {
    let (scenario, browser, peer) = try call()
    var generator = SeededGenerator(seed: 10)
    let before = peer.events.count

    for _ in 0..<20_000 { scenario.server.receive(junk(&generator), on: browser.path, at: scenario.now) }

    #expect(scenario.server.takeOutgoing().isEmpty)
    #expect(peer.events.count == before)
    expectUnharmed(scenario, browser, peer)
  }

  @Test func mediaAndHandshakesFromAPathThatIsNotThePeersAreDropped() throws {
    let (scenario, browser, peer) = try call()
    let received = peer.received.count
    let recorded = scenario.wiretap.filter { DatagramKind(of: $0.bytes.span.bytes) != .stun }
    var outbox = PeerOutbox()

    for datagram in recorded {
      var bytes = datagram.bytes
      var span = bytes.mutableSpan
      var raw = span.mutableBytes
      guard DatagramKind(of: raw.bytes) == .rtp else {
        let reason = peer.connection.receive(&raw, on: Self.stranger, at: scenario.now, into: &outbox)
        try #require(reason == .foreignPath)
        continue
      }
      let opened = peer.connection.open(&raw, on: Self.stranger, arrival: scenario.now, at: scenario.now, into: &outbox)
      guard case .dropped(.unexpected) = opened else { throw ScenarioError.strangerWasHeard }
    }

    let count = outbox.datagrams.count
    #expect(recorded.count > 100 && count == 0 && outbox.events.isEmpty)
    #expect(peer.received.count == received)
    expectUnharmed(scenario, browser, peer)
  }

  @Test func aCheckThatDoesNotKnowThePasswordIsNotAnswered() throws {
    let (scenario, browser, peer) = try call()
    let remote = try #require(browser.agent.remote)
    let guess = try #require(ICECredentials(ufrag: remote.ufrag, password: String(repeating: "x", count: 32)))
    var attacker = ControllingAgent(seed: 3)

    for _ in 0..<100 { scenario.server.receive(attacker.check(guess), on: Self.stranger, at: scenario.now) }

    #expect(scenario.server.takeOutgoing().isEmpty)
    #expect(scenario.server.reasons == Array(repeating: .check(.wrongIntegrity), count: 100))
    #expect(scenario.server.paths[Self.stranger] == nil)
    expectUnharmed(scenario, browser, peer)
  }

  @Test func aCheckOfWhichOneByteWasChangedIsNotAnsweredWithSuccess() throws {
    let (scenario, browser, peer) = try call()
    let remote = try #require(browser.agent.remote)
    let check = browser.agent.check(remote)

    for index in check.indices {
      var changed = check
      changed[index] ^= 0x01
      scenario.server.receive(changed, on: Self.stranger, at: scenario.now)
    }

    #expect(scenario.server.takeOutgoing().isEmpty)
    #expect(scenario.server.paths[Self.stranger] == nil)
    expectUnharmed(scenario, browser, peer)
  }

  @Test func noAnswerIsLargerThanItsRequest() throws {
    let (scenario, browser, _) = try call()
    let remote = try #require(browser.agent.remote)

    let check = browser.agent.check(remote)
    scenario.server.receive(check, on: browser.path, at: scenario.now)

    let answers = scenario.server.takeOutgoing()
    #expect(answers.count == 1)
    #expect(answers.allSatisfy { $0.bytes.count <= check.count })
  }

  @Test func aSecondHelloOnALiveCallDoesNotDisturbIt() throws {
    let (scenario, browser, peer) = try call()
    let hello = try #require(scenario.wiretap.first { DatagramKind(of: $0.bytes.span.bytes) == .dtls })

    for _ in 0..<1000 { scenario.server.receive(hello.bytes, on: browser.path, at: scenario.now) }

    #expect(scenario.server.takeOutgoing().isEmpty)
    #expect(peer.state == .connected)
    expectUnharmed(scenario, browser, peer)
  }

  /// A publisher whose camera has run for a while.
  private func call() throws -> (Scenario, Browser, ServerHost.Peer) {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(10), at: scenario.now)
    scenario.run(for: .seconds(2))
    return (scenario, browser, peer)
  }

  /// The call goes on without a gap.
  private func expectUnharmed(_ scenario: Scenario, _ browser: Browser, _ peer: ServerHost.Peer) {
    let before = peer.received.count
    scenario.run(for: .seconds(1))
    #expect(peer.received.count >= before + 90)
    #expect(peer.received.compactMap(\.index) == Array(0..<peer.received.count))
    #expect(peer.path == browser.path && peer.count(of: .disconnected) == 0)
  }

  /// Bytes of any protocol that is spoken here, by the first byte.
  private func junk(_ generator: inout SeededGenerator) -> [UInt8] {
    let count = Int.random(in: 0...200, using: &generator)
    var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    guard count > 1, let first = [0, 1, 20, 22, 64, 128, 128, 144].randomElement(using: &generator) else {
      return bytes
    }
    bytes[0] = UInt8(first)
    if Bool.random(using: &generator) { bytes[1] = UInt8.random(in: 96...97, using: &generator) }
    return bytes
  }
}
