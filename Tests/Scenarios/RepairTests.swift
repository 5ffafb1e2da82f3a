import RTP
import ScriptedPeer
import Testing
import WebRTC

/// Lost packets are asked for and sent again, both ways.
@Suite struct RepairTests {
  private static let count = 3000
  private static let clean = VirtualNetwork.Conditions(delay: .milliseconds(25) ... .milliseconds(25))
  private static let lossy = VirtualNetwork.Conditions(loss: 0.05, delay: .milliseconds(25) ... .milliseconds(25))

  @Test(arguments: [UInt64(1), 2, 3])
  func whatThePublisherLosesComesWithinAQuarterOfASecond(seed: UInt64) throws {
    let scenario = Scenario(Self.clean, seed: seed)
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))

    (scenario.network.uplink, scenario.network.downlink) = (Self.lossy, Self.lossy)
    browser.startCamera(every: .milliseconds(5), at: scenario.now, limit: Self.count)
    scenario.run(for: .seconds(20))

    let sentAt = try #require(browser.camera?.sentAt)
    expectRepaired(peer.received, sentAt: sentAt)
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func whatTheSubscriberLosesComesWithinAQuarterOfASecond(seed: UInt64) throws {
    let scenario = Scenario(Self.clean, seed: seed)
    let (browser, peer) = try scenario.addSubscriber()
    scenario.run(for: .seconds(1))
    let stream = try #require(ConnectingTests.outgoing(of: peer, media: 1))

    (scenario.network.uplink, scenario.network.downlink) = (Self.lossy, Self.lossy)
    ConnectingTests.startCamera(of: peer, on: stream, browser, at: scenario.now, every: .milliseconds(5))
    scenario.run(for: .seconds(15))
    peer.videos[stream]?.stop()
    scenario.run(for: .seconds(5))

    let sentAt = try #require(peer.videos[stream]?.sentAt)
    expectRepaired(browser.received, sentAt: sentAt)
  }

  @Test func packetsThatAreOnlyTwoLateAreNotAskedFor() throws {
    let scenario = Scenario(.init(delay: .milliseconds(20) ... .milliseconds(30)))
    let (browser, peer) = try scenario.addPublisher()
    scenario.run(for: .seconds(1))

    browser.startCamera(every: .milliseconds(5), at: scenario.now, limit: 1000)
    scenario.run(for: .seconds(8))

    let late = zip(peer.received, peer.received.dropFirst()).count { $0.sequence > $1.sequence }
    #expect(late > 50, "the network reorders")
    #expect(peer.received.count == 1000)
    #expect(!browser.wishes.contains { if case .repairWanted = $0.event { true } else { false } })
  }

  private func expectRepaired(_ received: [ReceivedMedia], sentAt: [Instant]) {
    let inTime = received.filter { media in
      media.index.map { media.at - sentAt[$0] <= .milliseconds(250) } ?? false
    }
    let indices = inTime.compactMap(\.index)
    let repairs = received.count { $0.isRepair }
    #expect(Set(indices).count == indices.count, "nothing comes twice")
    #expect(Double(indices.count) >= Double(sentAt.count) * 0.995, "\(indices.count) of \(sentAt.count)")
    #expect((sentAt.count / 40...sentAt.count / 12).contains(repairs), "\(repairs) repairs: about what was lost")
  }
}
