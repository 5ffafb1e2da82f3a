import RTP
import ScriptedPeer
import Testing
import WebRTC

/// Whoever stops asking is sent nothing more (RFC 7675).
@Suite struct ConsentTests {
  @Test func nothingIsSentAnyMoreASecondAfterConsentHasLapsed() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 1))
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now)
    scenario.run(for: .seconds(1))

    browser.sleep()
    let moment = scenario.now
    scenario.run(for: .seconds(45))

    let last = try #require(scenario.sentByServer.last?.at)
    #expect((Duration.seconds(26) ... .seconds(31)).contains(last - moment), "the last check was up to 2.5 s before")
    let lapsed = try #require(peer.time(of: .disconnected))
    #expect(last <= lapsed)
    #expect(peer.state == .disconnected && peer.path == nil)
    #expect(scenario.server.paths.isEmpty)
  }

  @Test func whoComesBackInTimeNoticesNothing() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))

    browser.sleep()
    scenario.run(for: .seconds(25))
    browser.wake()
    scenario.run(for: .seconds(60))

    #expect(peer.state == .connected)
    #expect(peer.count(of: .disconnected) == 0)
  }

  @Test func whoNeverComesBackIsForgotten() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))
    let ufrag = peer.ufrag

    browser.sleep()
    scenario.run(for: .seconds(65))

    #expect(peer.state == .ended(.abandoned))
    #expect(peer.count(of: .ended(.abandoned)) == 1 && peer.count(of: .credentialsRetired(ufrag)) == 1)
    #expect(scenario.server.fragments.isEmpty && scenario.server.paths.isEmpty)
    #expect(peer.nextDeadline == .distantFuture)
  }

  @Test func whoNeverComesAtAllIsForgotten() throws {
    let scenario = Scenario()
    let peer = scenario.server.addPeer(.publisher, at: scenario.now)

    scenario.run(for: .seconds(65))

    #expect(peer.events.map(\.event).suffix(1) == [.ended(.abandoned)])
    #expect(scenario.server.fragments.isEmpty)
    #expect(scenario.sentByServer.isEmpty)
  }
}
