import RTP
import ScriptedPeer
import Testing
import WebRTC

/// What the server tells a publisher about what it receives, and a subscriber about what it sends.
@Suite struct FeedbackTests {
  @Test func manyWishesForAKeyframeBecomeFewRequests() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(20), at: scenario.now)
    scenario.run(for: .seconds(1))
    let start = scenario.now

    for index in 0..<300 {
      scenario.plan(after: .milliseconds(index * 1000 / 300)) { peer.connection.requestKeyframe(of: 0) }
    }
    scenario.run(for: .seconds(1))

    let requests = browser.wishes.filter { $0.at >= start && $0.event == .keyframeWanted(outgoing: 1) }
    #expect((1...3).contains(requests.count))
    #expect(requests.first.map { $0.at - start <= .milliseconds(25) } ?? false, "the first is not held back")
  }

  @Test func aSubscribersWishForAKeyframeReachesTheOwner() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 1))
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now)
    scenario.run(for: .seconds(1))

    browser.requestKeyframe()
    scenario.run(for: .milliseconds(100))

    #expect(peer.count(of: .keyframeWanted(outgoing: stream)) == 1)
  }

  @Test func arrivalsAreReportedAtLeastEveryTenthOfASecond() throws {
    let scenario = Scenario()
    let (browser, _) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(10), at: scenario.now)
    scenario.run(for: .seconds(5))

    let times = browser.feedback.filter { if case .transportFeedback = $0.packet { true } else { false } }.map(\.at)
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }

    #expect((40...250).contains(times.count))
    #expect(gaps.allSatisfy { $0 <= .milliseconds(101) })
  }

  @Test func everyReportFitsIntoADatagramAndComesInTime() throws {
    let scenario = Scenario()
    let (browser, _) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(10), at: scenario.now)
    scenario.run(for: .seconds(10))

    let times = browser.feedback.filter { if case .receiverReport = $0.packet { true } else { false } }.map(\.at)
    let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect((8...20).contains(times.count))
    #expect(gaps.allSatisfy { $0 <= .milliseconds(1100) })
    #expect(scenario.sentByServer.allSatisfy { $0.bytes.count <= 1200 })
  }

  @Test func bothSidesLearnTheRoundTrip() throws {
    let scenario = Scenario(.init(delay: .milliseconds(40) ... .milliseconds(40)))
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 1))
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now)
    scenario.run(for: .seconds(5))

    let measured = try #require(peer.roundTripTime)
    #expect((Duration.milliseconds(75) ... .milliseconds(85)).contains(measured))
  }
}
