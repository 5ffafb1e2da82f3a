import RTP
import ScriptedPeer
import TestSupport
import Testing
import WebRTC

/// A browser and the server find each other, prove themselves and exchange media.
@Suite struct ConnectingTests {
  private static let distant = VirtualNetwork.Conditions(delay: .milliseconds(50) ... .milliseconds(50))

  @Test func aPublisherConnectsInAFewRoundTripsAndIsHeard() throws {
    let scenario = Scenario(Self.distant)
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(20), at: scenario.now)

    let start = scenario.now
    scenario.run(for: .seconds(2))

    let connected = try #require(peer.time(of: .connected))
    #expect((Duration.milliseconds(200) ... .milliseconds(800)).contains(connected - start))
    #expect(peer.count(of: .incomingAdded(0)) == 1)
    #expect(peer.received.compactMap(\.index) == Array(0..<peer.received.count))
    #expect(peer.received.count >= 70)
    #expect(peer.drops.isEmpty && scenario.server.reasons.isEmpty && scenario.server.unansweredCount == 0)
  }

  @Test func aSubscriberConnectsAndHears() throws {
    let scenario = Scenario(Self.distant)
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))

    let stream = try #require(Self.outgoing(of: peer, media: 1))
    Self.startCamera(of: peer, on: stream, browser, at: scenario.now)
    scenario.run(for: .seconds(1))

    #expect(browser.received.compactMap(\.index) == Array(0..<browser.received.count))
    #expect(browser.received.count >= 45)
    #expect(browser.drops.isEmpty)
  }

  @Test func aHandshakeThatBeginsBeforeTheAnswerComesIsNotLost() throws {
    let scenario = Scenario(Self.distant)
    let (browser, peer) = try scenario.addSubscriber(answeringAfter: .milliseconds(300))

    let start = scenario.now
    scenario.run(for: .seconds(1))

    let connected = try #require(peer.time(of: .connected))
    #expect(connected - start >= .milliseconds(300))
    #expect(connected - start <= .milliseconds(450), "the hello that came early is answered when the answer comes")
    #expect(browser.isConnected)
  }

  @Test func aViewerThatOffersIsSentWhatItAskedFor() throws {
    let scenario = Scenario(Self.distant)
    let browser = scenario.addBrowser()
    (browser.descriptions.audio, browser.descriptions.video) = (.recvonly, .recvonly)
    let tracks = [
      TrackDescription(.audio, stream: "a", track: "a1"), TrackDescription(.video, stream: "a", track: "v1"),
    ]
    let peer = scenario.server.addPeer(.viewer(tracks), at: scenario.now)
    try browser.accept(answer: scenario.server.answer(browser.offer(), for: peer, at: scenario.now), at: scenario.now)
    scenario.run(for: .seconds(1))

    let stream = try #require(Self.outgoing(of: peer, media: 1))
    Self.startCamera(of: peer, on: stream, browser, at: scenario.now, payloadType: BrowserDescriptions.videoType)
    scenario.run(for: .seconds(1))

    #expect(browser.received.count >= 45)
    #expect(browser.drops.isEmpty)
  }

  @Test func thePeerMayLeaveTheFirstStepToTheServer() throws {
    let scenario = Scenario(Self.distant)
    let (browser, peer) = try scenario.addPublisher { $0.descriptions.setup = .passive }

    scenario.run(for: .seconds(1))
    browser.descriptions.setup = .actpass
    let answer = try scenario.server.answer(browser.offer(), for: peer, at: scenario.now)

    #expect(browser.isConnected && peer.state == .connected)
    #expect(answer.contains("a=setup:active"), "a later offer leaves the role open, and the association keeps it")
  }

  @Test func manyPeersShareOnePort() throws {
    let scenario = Scenario(Self.distant)
    let calls = try (0..<10).map { _ in try scenario.addPublisher() }
    for call in calls { call.browser.startCamera(every: .milliseconds(50), at: scenario.now) }

    scenario.run(for: .seconds(2))

    for call in calls {
      #expect(call.peer.state == .connected)
      #expect(call.peer.drops.isEmpty)
      #expect(call.peer.received.count >= 25)
    }
    #expect(scenario.server.paths.count == 10 && scenario.server.fragments.count == 10)
  }

  static func outgoing(of peer: ServerHost.Peer, media: Int) -> Int? {
    for case .outgoingAdded(let stream, media) in peer.events.map(\.event) { return stream }
    return nil
  }

  static func startCamera(
    of peer: ServerHost.Peer, on stream: Int, _ browser: Browser, at now: Instant, payloadType: UInt8? = nil,
    every interval: Duration = .milliseconds(20)
  ) {
    let codec = peer.media.first { $0.kind == .video }?.codecs.first { $0.codec == .vp8 }
    peer.videos[stream] = FrameSource(
      payloadType: payloadType ?? codec?.payloadType ?? 0,
      first: peer.connection.streams.outgoing[stream].firstSequenceNumber, every: interval, from: now)
  }
}
