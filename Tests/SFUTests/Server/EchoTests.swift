import RTP
import SFU
import STUN
import ScriptedPeer
import Testing

/// What a participant of an echo publishes comes back to it, through real sockets.
@Suite struct EchoTests {
  struct Way: Sendable, CustomTestStringConvertible {
    let carrier: TransportProtocol
    let ip: IPAddress

    var testDescription: String { "\(carrier) over \(ip.family)" }
  }

  private static let ways = [TransportProtocol.udp, .tcp].flatMap { carrier in
    [ServerUnderTest.loopback4, ServerUnderTest.loopback6].map { Way(carrier: carrier, ip: $0) }
  }

  @Test(arguments: ways)
  func audioAndVideoComeBackWhole(way: Way) async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo-1", on: server, by: way.carrier, from: way.ip)

      try await client.join()
      let isDone = try await client.pump { client.received(.video).count >= 50 && client.received(.audio).count >= 25 }

      #expect(isDone)
      #expect(client.slots.map(\.kind) == [.audio, .video])
      for kind in [MediaServer.Slot.Kind.audio, .video] {
        #expect(client.received(kind).compactMap(\.index).haveNoGap, "nothing is lost or changed")
        #expect(client.received(kind).map { Int($0.sequence) }.haveNoGap)
      }
    }
  }

  @Test func goesOnFromAnotherSourcePort() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 20 }

      try client.move(client.publishing)
      try client.move(client.watching)
      let before = client.received(.video).count
      let goesOn = try await client.pump { client.received(.video).count >= before + 50 }

      #expect(goesOn)
      #expect(await server.media.statistics().completedHandshakes == 2, "the keys stay")
    }
  }

  @Test func whatIsLostOnTheWayComesAgain() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 10 }

      client.loses = { $0 % 10 == 0 }
      try await client.pump { client.received(.video).count >= 100 }
      client.loses = { _ in false }
      let last = client.received(.video).compactMap(\.index).max() ?? 0
      let first = client.received(.video).compactMap(\.index).min() ?? 0
      let isWhole = try await client.pump {
        Set(client.received(.video).compactMap(\.index)).isSuperset(of: first...last)
      }

      #expect(isWhole)
      #expect(client.received(.video).contains { $0.isRepair })
      #expect(await server.media.statistics().repairsOut >= 5)
    }
  }

  @Test func nobodyGetsWhatAnotherPublishes() async throws {
    try await ServerUnderTest.with { server in
      let ann = try MediaClient("ann", in: "echo", on: server, seed: 1)
      let bob = try MediaClient("bob", in: "echo", on: server, seed: 2)
      try await ann.join()
      try await bob.join(publishing: [])

      try await ann.pump { ann.received(.video).count >= 20 }
      try await bob.pump(for: .milliseconds(300))

      #expect(ann.received(.video).count >= 20)
      #expect(bob.watching.received.isEmpty)
      #expect(await server.media.statistics().peers == 4)
    }
  }

  @Test func onlyAllowedKindsGoFurther() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join(publishing: .audio)
      try await client.pump { client.received(.audio).count >= 20 }
      let videoMeanwhile = client.received(.video).count
      let wishesMeanwhile = client.publishing.wishes.count

      await server.media.perform(.allow("ann", publishing: .video), in: "echo")
      let videoComes = try await client.pump { client.received(.video).count >= 20 }
      try await client.pump(for: .milliseconds(50))
      let audio = client.received(.audio).count
      try await client.pump(for: .milliseconds(200))

      #expect(videoMeanwhile == 0 && videoComes)
      #expect(wishesMeanwhile == 0, "nobody asks for a keyframe of what goes nowhere")
      #expect(client.received(.video).map { Int($0.sequence) }.haveNoGap, "nothing to ask for")
      #expect(client.received(.audio).count == audio)
      #expect(await server.media.statistics().dropped[.notAllowed, default: 0] >= 20)
    }
  }

  @Test func aKeyframeThatWasOvertakenComesWhole() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      client.publishing.camera = nil
      var source = FrameSource(
        payloadType: BrowserDescriptions.videoType, first: SequenceNumber(rawValue: 20), every: .milliseconds(10),
        from: .zero)
      for _ in 0..<3 { _ = source.takeDue(at: SystemClock.now) }
      source.makeKeyframe()

      for index in [1, 4, 5, 3, 6] {
        client.publishing.send(source.packet(index), isRepair: false, at: SystemClock.now)
        try await client.pump(for: .milliseconds(30))
      }
      try await client.pump { client.received(.video).count >= 4 }

      #expect(client.received(.video).compactMap(\.index) == [3, 4, 5, 6])
      #expect(client.received(.video).map { Int($0.sequence) }.haveNoGap)
    }
  }

  @Test func aSubscriptionThatLostItsWayIsOfferedNewCredentials() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      let old = client.watching.agent.remote

      client.watching.renewCredentials()
      await server.media.perform(.restart("ann", anew: false), in: "echo")
      let isRenewed = try await client.pump { client.watching.agent.remote != old }
      let before = client.received(.video).count
      let goesOn = try await client.pump { client.received(.video).count >= before + 30 }

      #expect(isRenewed && goesOn)
      #expect(await server.media.statistics().completedHandshakes == 2, "the keys stay")
    }
  }

  @Test func aNewPublishingConnectionTakesTheOldOnesPlace() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 10 }

      try client.renewPublishing()
      await client.offer()
      try await client.connect()
      let before = client.received(.video).count
      client.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
      let goesOn = try await client.pump { client.received(.video).count >= before + 30 }

      #expect(goesOn)
      #expect(client.watching.drops.isEmpty)
      #expect(await server.media.statistics().peers == 2)
    }
  }

  @Test func ofASimulcastTheHighestActiveLayerComesBack() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      client.publishing.descriptions.layers = ["low", "high"]
      await server.media.perform(.open(.echo), in: "echo")
      await server.media.perform(.add("ann", publishing: [.audio, .video]), in: "echo")
      await client.offer()
      try await client.connect()

      client.publishing.startLayer(every: .milliseconds(20), at: SystemClock.now)
      let lowComes = try await client.pump { client.received(.video).count >= 10 }
      client.publishing.startLayer(every: .milliseconds(5), at: SystemClock.now)
      let highComes = try await client.pump { client.received(.video).filter { $0.layer == 1 }.count >= 50 }
      client.publishing.layers[1].stop()
      let countOfLow = client.received(.video).filter { $0.layer == 0 }.count
      let lowComesBack = try await client.pump {
        client.received(.video).filter { $0.layer == 0 }.count >= countOfLow + 10
      }

      #expect(lowComes && highComes && lowComesBack)
      #expect(client.received(.video).map { Int($0.sequence) }.haveNoGap, "one numbering")
      #expect(client.received(.video).layers == [0, 1, 0], "up once and down once")
    }
  }
}
