import RTP
import STUN
import ScriptedPeer
import Testing
import WebRTC

/// ICE begins anew in the middle of a call: new credentials, the same keys, and no packet missed.
@Suite struct RestartTests {
  @Test func aPublishersRestartKeepsKeysAndStreams() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(20), at: scenario.now)
    scenario.run(for: .seconds(2))
    let old = peer.ufrag
    let bytesBefore = scenario.wiretap.count { DatagramKind(of: $0.bytes.span.bytes) == .dtls }

    browser.renewCredentials()
    try browser.accept(answer: scenario.server.answer(browser.offer(), for: peer, at: scenario.now), at: scenario.now)
    scenario.run(for: .seconds(2))

    let new = peer.ufrag
    #expect(new != old)
    #expect(peer.count(of: .credentialsAdded(new)) == 1 && peer.count(of: .credentialsRetired(old)) == 1)
    #expect(scenario.server.fragments[old] == nil && scenario.server.fragments[new] === peer)
    #expect(scenario.wiretap.count { DatagramKind(of: $0.bytes.span.bytes) == .dtls } == bytesBefore)
    #expect(peer.count(of: .connected) == 1 && peer.count(of: .disconnected) == 0)
    #expect(peer.count(of: .incomingAdded(0)) == 1)
    #expect(peer.received.compactMap(\.index) == Array(0..<peer.received.count))
    #expect(peer.received.count >= 180)
  }

  @Test func theOldCredentialsAreAnsweredUntilTheNewOnesAreUsedAndNotLater() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))
    let known = try #require(browser.agent.remote)

    browser.renewCredentials()
    let answer = try scenario.server.answer(browser.offer(), for: peer, at: scenario.now)
    scenario.server.receive(browser.agent.check(known), on: browser.path, at: scenario.now)
    let before = scenario.server.takeOutgoing().count
    try browser.accept(answer: answer, at: scenario.now)
    scenario.run(for: .seconds(1))
    scenario.server.receive(browser.agent.check(known), on: browser.path, at: scenario.now)
    let after = scenario.server.takeOutgoing().count

    #expect(before == 1)
    #expect(after == 0)
    #expect(scenario.server.reasons == [.check(.unknownUser)])
  }

  @Test func aSubscriberIsOfferedARestartThatBringsItBackFromANewAddress() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    browser.sleep()
    scenario.run(for: .seconds(35))
    #expect(peer.state == .disconnected)

    browser.wake()
    browser.move(to: TransportAddress(browser.address.ip, port: 61_000), at: scenario.now)
    scenario.server.restart(peer, at: scenario.now)
    scenario.server.advance(to: scenario.now)
    browser.renewCredentials()
    try scenario.exchange(browser, peer)
    scenario.run(for: .seconds(1))

    #expect(peer.state == .connected)
    #expect(peer.path == browser.path)
    #expect(peer.count(of: .connected) == 2 && peer.count(of: .disconnected) == 1)
    #expect(browser.handshakeFailure == nil)
  }

  @Test func aFragmentWithNewCredentialsRestartsAndOneWithTheOldDoesNot() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))
    let ufrag = peer.ufrag

    let trickled = ICEFragment(credentials: browser.agent.own, candidates: [], mid: "0").text
    let unchanged = try scenario.server.patch(trickled, for: peer, at: scenario.now)
    browser.renewCredentials()
    let restarting = ICEFragment(credentials: browser.agent.own, candidates: [], mid: "0").text
    let text = try #require(try scenario.server.patch(restarting, for: peer, at: scenario.now))

    #expect(unchanged == nil)
    #expect(peer.ufrag != ufrag)
    #expect(try ICEFragment(parsing: text).credentials.ufrag == peer.ufrag.description)
  }

  @Test func anotherCertificateIsAnotherPeer() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))

    browser.renewCredentials()
    browser.descriptions.fingerprint = Browser.otherCertificate.fingerprint

    #expect(throws: PeerNegotiationError.anotherPeer) {
      try scenario.server.answer(browser.offer(), for: peer, at: scenario.now)
    }
    #expect(peer.state == .connected)
  }
}
