import RTP
import ScriptedPeer
import Testing
import WebRTC

/// Whoever does not have the certificate that its description announced gets nothing (RFC 8827 §6.5).
@Suite struct WrongFingerprintTests {
  @Test func aPublisherWithAnotherCertificateIsShutOut() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher {
      $0.descriptions.fingerprint = Browser.otherCertificate.fingerprint
    }
    browser.startCamera(every: .milliseconds(20), at: scenario.now)

    scenario.run(for: .seconds(5))

    expectShutOut(peer, browser, scenario)
  }

  @Test func aSubscriberWithAnotherCertificateIsSentNothing() throws {
    let scenario = Scenario()
    let browser = scenario.addBrowser()
    browser.descriptions.fingerprint = Browser.otherCertificate.fingerprint
    let peer = scenario.server.addPeer(.subscriber, at: scenario.now)
    _ = peer.connection.addSlot(for: TrackDescription(.video, stream: "a", track: "v1"), at: scenario.now)
    scenario.run(for: .milliseconds(150))
    try scenario.exchange(browser, peer)

    scenario.run(for: .seconds(5))

    expectShutOut(peer, browser, scenario)
    #expect(!peer.events.contains { if case .outgoingAdded = $0.event { true } else { false } })
  }

  private func expectShutOut(_ peer: ServerHost.Peer, _ browser: Browser, _ scenario: Scenario) {
    #expect(peer.state == .ended(.handshakeFailed(.fingerprintMismatch)))
    #expect(peer.count(of: .connected) == 0)
    #expect(peer.received.isEmpty && browser.received.isEmpty)
    #expect(scenario.server.paths.isEmpty && scenario.server.fragments.isEmpty)
    let media = scenario.sentByServer.filter { [.rtp, .rtcp].contains(DatagramKind(of: $0.bytes.span.bytes)) }
    #expect(media.isEmpty)
  }
}
