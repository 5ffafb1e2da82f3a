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
    #expect((Duration.seconds(28) ... .seconds(31)).contains(last - moment), "the last report was up to 1 s before")
    let lapsed = try #require(peer.time(of: .disconnected))
    #expect(last <= lapsed)
    #expect(peer.state == .disconnected && peer.path == nil)
    #expect(scenario.server.paths.isEmpty)
  }

  @Test func whoSendsMediaAndChecksNoMoreIsHeardUntilItFallsSilent() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(100), at: scenario.now)
    scenario.run(for: .seconds(1))

    browser.agent.stop()
    scenario.run(for: .seconds(100))
    let stateWhileSending = peer.state
    let lateCount = peer.received.count { $0.at > scenario.now - .seconds(1) }
    browser.sleep()
    scenario.run(for: .seconds(31))

    #expect(stateWhileSending == .connected && lateCount >= 9)
    #expect(peer.count(of: .disconnected) == 1)
    #expect(scenario.server.paths.isEmpty)
  }

  @Test func whoSendsOnlyFeedbackAndChecksNoMoreIsSentOn() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 1))
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now, every: .milliseconds(100))
    scenario.run(for: .seconds(1))

    browser.agent.stop()
    scenario.run(for: .seconds(100))

    #expect(peer.state == .connected && peer.count(of: .disconnected) == 0)
    #expect(browser.received.count { $0.at > scenario.now - .seconds(1) } >= 9)
  }

  @Test func whatWasHeardBeforeIsNoSignOfLife() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(100), at: scenario.now)
    scenario.run(for: .seconds(2))
    let media = try #require(scenario.wiretap.last { DatagramKind(of: $0.bytes.span.bytes) == .rtp })

    browser.sleep()
    for _ in 0..<32 {
      scenario.run(for: .seconds(1))
      scenario.network.send(media.bytes, on: media.path, toServer: true, at: scenario.now)
    }

    #expect(peer.drops.contains(.replayed))
    #expect(peer.count(of: .disconnected) == 1)
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
