import RTP
import ScriptedPeer
import Testing
import WebRTC

/// Either side takes leave, and the tables are empty.
@Suite struct LeavingTests {
  @Test func theServerSaysGoodbyeAndForgets() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))

    scenario.server.close(peer, at: scenario.now)
    scenario.run(for: .seconds(1))

    #expect(browser.isLeft)
    #expect(
      browser.feedback.contains { if case .goodbye(let bye) = $0.packet { bye.sources.count == 2 } else { false } })
    #expect(peer.events.last?.event == .ended(.closed))
    #expect(scenario.server.paths.isEmpty && scenario.server.fragments.isEmpty)
    #expect(!peer.hasKeys)
  }

  @Test func aPeerThatLeavesIsForgottenAtOnce() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(20), at: scenario.now)
    scenario.run(for: .seconds(1))

    let moment = scenario.now
    browser.leave(at: moment)
    scenario.run(for: .seconds(1))

    let ended = try #require(peer.time(of: .ended(.closedByPeer)))
    #expect(ended - moment == .milliseconds(20))
    #expect(peer.count(of: .incomingEnded(0)) == 1, "its goodbye came first")
    #expect(scenario.server.paths.isEmpty && scenario.server.fragments.isEmpty)
    let late = scenario.sentByServer.filter { $0.at > ended }
    #expect(late.isEmpty)
  }

  @Test func whatIsOverTakesNothingMore() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))
    scenario.server.close(peer, at: scenario.now)

    #expect(throws: PeerNegotiationError.ended) {
      try scenario.server.answer(browser.offer(), for: peer, at: scenario.now)
    }
    #expect(peer.nextDeadline == .distantFuture && !peer.hasWork)
  }
}
