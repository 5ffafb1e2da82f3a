import RTP
import SFU
import STUN
import ScriptedPeer
import Testing

/// However a participant goes, nothing of it stays.
@Suite struct LeavingTests {
  @Test func whoIsRemovedIsToldAndForgotten() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 10 }

      await server.media.perform(.remove("ann"), in: "echo")
      let isTold = try await client.pump { client.publishing.isLeft && client.watching.isLeft }

      #expect(isTold)
      #expect(client.watching.hasGoodbye, "streams end before the connection does")
      await expectNothingLeft(of: server, rooms: 1)
    }
  }

  @Test func closingARoomRemovesAll() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()

      await server.media.perform(.close, in: "echo")

      await expectNothingLeft(of: server, rooms: 0)
    }
  }

  @Test func whoFallsSilentIsLostAndForgotten() async throws {
    try await ServerUnderTest.with { configuration in
      configuration.consentTimeout = .milliseconds(300)
      configuration.patience = .milliseconds(100)
    } _: { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 3 }

      client.publishing.sleep()
      client.watching.sleep()
      let isLost = try await client.pump { client.news.contains(.lost("ann")) }

      #expect(isLost)
      #expect(client.news.count { $0 == .lost("ann") } == 1)
      await expectNothingLeft(of: server, rooms: 1)
    }
  }

  @Test func aClientThatLeavesTakesItsTracksAlong() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 3 }

      client.publishing.leave(at: SystemClock.now)
      try await client.pump(for: .milliseconds(200))

      let statistics = await server.media.statistics()
      #expect(statistics.peers == 1 && statistics.publishedStreams == 0)
      #expect(!client.news.contains(.lost("ann")), "it may publish again")
    }
  }

  @Test(arguments: [false, true])
  func aServerThatStopsTakesLeave(byTCP: Bool) async throws {
    var left: MediaClient?
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server, by: byTCP ? .tcp : .udp)
      try await client.join()
      try await client.pump { client.received(.audio).count >= 3 }
      left = client
    }

    let client = try #require(left)
    let isTold = try await client.pump { client.publishing.isLeft && client.watching.isLeft }

    #expect(isTold)
    guard byTCP else { return }
    // The end of the connection is behind what was told by it, and may come a moment later.
    let isClosed = try await client.pump { client.isClosed(client.watching) }
    #expect(isClosed)
  }

  private func expectNothingLeft(of server: ServerUnderTest, rooms: Int) async {
    let statistics = await server.media.statistics()
    #expect(statistics.rooms == rooms && statistics.participants == 0 && statistics.peers == 0)
    #expect(statistics.publishedStreams == 0 && statistics.subscriptions == 0)
    #expect(statistics.keptPackets == 0 && statistics.halfOpenHandshakes == 0)
  }
}

extension Browser {
  /// Whether it was told that a stream ends.
  fileprivate var hasGoodbye: Bool {
    feedback.contains { if case .goodbye = $0.packet { true } else { false } }
  }
}
