import RTP
import ScriptedPeer
import Testing
import WebRTC

/// Descriptions change in the middle of a call.
@Suite struct RenegotiationTests {
  @Test func aCameraThatIsSwitchedOffEndsItsStreamAndOneThatComesBackBeginsIt() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(20), at: scenario.now)
    scenario.run(for: .seconds(1))

    browser.descriptions.video = .inactive
    try browser.accept(answer: scenario.server.answer(browser.offer(), for: peer, at: scenario.now), at: scenario.now)
    scenario.run(for: .seconds(1))
    let receivedWhileOff = peer.received.count { $0.at > scenario.now - .milliseconds(900) }
    let begunBefore = peer.count(of: .incomingAdded(0))
    browser.descriptions.video = .sendonly
    try browser.accept(answer: scenario.server.answer(browser.offer(), for: peer, at: scenario.now), at: scenario.now)
    scenario.run(for: .seconds(1))

    #expect(begunBefore == 1 && peer.count(of: .incomingEnded(0)) == 1)
    #expect(receivedWhileOff == 0)
    #expect(peer.count(of: .incomingAdded(0)) == 2)
    #expect(peer.count(of: .connected) == 1)
  }

  @Test func aPlaceThatIsAddedLaterIsOfferedAndUsed() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))

    let start = scenario.now
    for name in ["v2", "v3"] {
      _ = peer.connection.addSlot(for: TrackDescription(.video, stream: "b", track: name), at: scenario.now)
    }
    scenario.run(for: .milliseconds(200))
    let offers = peer.events.filter { if case .offer = $0.event { $0.at >= start } else { false } }
    try scenario.exchange(browser, peer)
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 3))
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now)
    scenario.run(for: .seconds(1))

    #expect(offers.map { $0.at - start } == [.milliseconds(100)], "what changes together is offered together")
    #expect(browser.received.count >= 45 && browser.drops.isEmpty)
  }

  @Test func anAnswerWithPayloadTypesOfItsOwnIsSentThese() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber { $0.descriptions.payloadTypes = [35: 96, 37: 97, 38: 98] }
    scenario.run(for: .seconds(1))
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 1))

    scenario.network.downlink.loss = 0.1
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now)
    scenario.run(for: .seconds(4))
    peer.videos[stream]?.stop()
    scenario.run(for: .seconds(2))

    let vp8 = try #require(peer.media[1].codecs.first { $0.codec == .vp8 })
    #expect(vp8.payloadType == 97 && vp8.retransmission == 98)
    #expect(browser.drops.isEmpty)
    let missed = Set(0..<190).subtracting(browser.received.compactMap(\.index))
    #expect(missed.isEmpty, "what is lost is repaired under the answer's number too")
  }

  @Test func anOfferIsMadeOnceHoweverLongItsAnswerTakes() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    _ = peer.connection.addSlot(for: TrackDescription(.video, stream: "b", track: "v2"), at: scenario.now)
    scenario.run(for: .milliseconds(200))
    let offer = try #require(peer.takeOffer())
    _ = peer.connection.addSlot(for: TrackDescription(.video, stream: "c", track: "v3"), at: scenario.now)

    scenario.run(for: .seconds(25))
    #expect(peer.takeOffer() == nil, "signalling keeps the one there is")

    try scenario.server.accept(try browser.answer(offer, at: scenario.now), for: peer, at: scenario.now)
    scenario.run(for: .milliseconds(200))
    #expect(peer.takeOffer() != nil)
  }

  @Test func anAnswerThatNobodyWaitsForIsRefused() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    _ = peer.connection.addSlot(for: TrackDescription(.video, stream: "b", track: "v2"), at: scenario.now)
    scenario.run(for: .milliseconds(200))
    let offer = try #require(peer.takeOffer())
    let answer = try browser.answer(offer, at: scenario.now)
    try scenario.server.accept(answer, for: peer, at: scenario.now)

    #expect(throws: PeerNegotiationError.unexpectedAnswer) {
      try scenario.server.accept(answer, for: peer, at: scenario.now)
    }
  }

  @Test func theServersStreamsHaveNumbersOfTheirOwn() throws {
    let scenario = Scenario()
    let (_, peer) = try scenario.addSubscriber()

    for index in 0..<20 {
      _ = peer.connection.addSlot(for: TrackDescription(.video, stream: "b", track: "v\(index)"), at: scenario.now)
    }

    let numbers = peer.slots.flatMap { [$0.track.ssrc, $0.track.retransmission].compactMap { $0 } }
    #expect(numbers.count == 43)
    #expect(Set(numbers).count == numbers.count)
  }
}
