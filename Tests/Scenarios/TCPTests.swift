import RTP
import STUN
import ScriptedPeer
import Testing
import WebRTC

/// A browser whose UDP is blocked comes by TCP, and its connection may break.
@Suite struct TCPTests {
  @Test func aBrokenConnectionIsReplacedByANewOne() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher { $0.carrier = .tcp }
    browser.startCamera(every: .milliseconds(20), at: scenario.now)
    scenario.run(for: .seconds(1))
    let broken = browser.path

    scenario.server.connectionClosed(broken, at: scenario.now)
    let stateMeanwhile = peer.state
    let pathsMeanwhile = scenario.server.paths.count
    browser.move(to: TransportAddress(browser.address.ip, port: 51_000), at: scenario.now)
    scenario.run(for: .seconds(1))

    #expect(broken.transport == .tcp && stateMeanwhile == .disconnected && pathsMeanwhile == 0)
    #expect(peer.state == .connected && peer.path == browser.path)
    #expect(peer.count(of: .connected) == 2 && peer.count(of: .disconnected) == 1)
    #expect(peer.received.count >= 85)
    #expect(peer.count(of: .incomingAdded(0)) == 1, "the streams live on")
  }

  @Test func whoHasUDPAsWellFallsBackToIt() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))
    let udp = browser.path
    browser.carrier = .tcp
    browser.move(to: browser.address, at: scenario.now)
    scenario.run(for: .milliseconds(200))
    let paths = scenario.server.paths.count

    scenario.server.connectionClosed(browser.path, at: scenario.now)

    #expect(paths == 2)
    #expect(peer.state == .connected && peer.path == udp)
  }
}
