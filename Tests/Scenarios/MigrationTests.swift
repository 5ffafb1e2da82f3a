import RTP
import STUN
import ScriptedPeer
import Testing
import WebRTC

/// A browser's address changes in the middle of a call, without signalling.
@Suite struct MigrationTests {
  private static let conditions = VirtualNetwork.Conditions(delay: .milliseconds(25) ... .milliseconds(25))

  @Test func whatIsSentFollowsTheBrowserWithinARoundTrip() throws {
    let scenario = Scenario(Self.conditions)
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 1))
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now)
    scenario.run(for: .seconds(1))

    let moment = scenario.now
    let address = TransportAddress(IPAddress(ipv4: 0xCB00_7105), port: 40_000)
    browser.move(to: address, at: moment)
    scenario.run(for: .seconds(1))

    let first = try #require(browser.received.first { $0.at > moment })
    #expect(first.at - moment <= .milliseconds(75), "half a round trip for the check, half for the media, and a frame")
    #expect(peer.path?.remote == address)
    #expect(peer.count(of: .disconnected) == 0)
    let missed = Set(0..<60).subtracting(browser.received.compactMap(\.index))
    #expect(missed.isEmpty, "what was sent to the old address meanwhile is repaired")
  }

  @Test func whoMerelyChecksAnotherPathIsNotFollowed() throws {
    let scenario = Scenario(Self.conditions)
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))
    let path = peer.path

    browser.agent.nominates = false
    browser.move(to: TransportAddress(browser.address.ip, port: 40_000), at: scenario.now)
    scenario.run(for: .seconds(1))

    #expect(peer.path == path)
    #expect(scenario.server.paths.count == 2)
  }

  @Test func whoSendsOnlyFeedbackFromAPathItCheckedLastIsSentThere() throws {
    let scenario = Scenario(Self.conditions)
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 1))
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now)
    scenario.run(for: .seconds(1))

    browser.agent.nominates = false
    let moment = scenario.now
    browser.move(to: TransportAddress(browser.address.ip, port: 40_000), at: moment)
    scenario.run(for: .seconds(2))

    let first = try #require(browser.received.first { $0.at > moment })
    #expect(first.at - moment <= .milliseconds(1100), "a report comes every second")
    #expect(peer.path == browser.path)
    #expect(peer.count(of: .disconnected) == 0)
  }

  @Test func whoSendsMediaFromAPathItCheckedLastIsFollowed() throws {
    let scenario = Scenario(Self.conditions)
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(20), at: scenario.now)
    scenario.run(for: .seconds(1))

    browser.agent.nominates = false
    browser.move(to: TransportAddress(browser.address.ip, port: 40_000), at: scenario.now)
    scenario.run(for: .seconds(1))

    #expect(peer.path == browser.path)
    #expect(peer.count(of: .incomingAdded(0)) == 1)
  }
}
