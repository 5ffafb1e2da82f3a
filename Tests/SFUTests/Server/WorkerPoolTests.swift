import RTP
import SFU
import STUN
import ScriptedPeer
import Testing

/// Several workers that share one port, through real sockets and threads.
@Suite struct WorkerPoolTests {
  @Test(arguments: [TransportProtocol.udp, .tcp])
  func roomsOnAllWorkersAreServedByOnePort(carrier: TransportProtocol) async throws {
    try await ServerUnderTest.with {
      $0.workerCount = 2
    } _: { server in
      let names = ["tea", "cake", "milk", "bread"]

      for (seed, name) in names.enumerated() {
        let client = try MediaClient("ann", in: name, on: server, by: carrier, seed: UInt64(seed + 1))
        try await client.join()
        let isWhole = try await client.pump {
          client.received(.video).count >= 30 && client.received(.audio).count >= 15
        }
        #expect(isWhole, "\(name)")
        #expect(client.received(.video).compactMap(\.index).haveNoGap, "nothing is lost or changed")
      }

      let statistics = await server.media.statistics()
      #expect(statistics.workers.map(\.rooms) == [2, 2])
      #expect(statistics.rooms == 4 && statistics.peers == 8 && statistics.completedHandshakes == 8)
    }
  }

  @Test func peopleOfARoomMeetWhateverWorkerTheirPacketsComeTo() async throws {
    try await ServerUnderTest.with {
      $0.workerCount = 3
    } _: { server in
      let ann = try MediaClient("ann", in: "room", on: server, seed: 1)
      let bob = try MediaClient("bob", in: "room", on: server, by: .tcp, seed: 2)
      try await ann.join(.routed)
      try await bob.join(.routed)

      await server.media.perform(.subscribe("bob", [.init("ann", .camera): LayerWish()]), in: "room")
      await server.media.perform(.subscribe("ann", [.init("bob", .camera): LayerWish()]), in: "room")
      let isSeen = try await bob.pump(with: ann) {
        bob.received(.init("ann", .camera)).count >= 20 && ann.received(.init("bob", .camera)).count >= 20
      }

      #expect(isSeen)
      #expect(await server.media.statistics().workers.map(\.rooms) == [1, 0, 0])
    }
  }

  /// An address that is new comes to whichever worker the kernel chooses; here until it has chosen another one.
  @Test func goesOnWhenTheAddressChangesToAnotherWorkers() async throws {
    try await ServerUnderTest.with {
      $0.workerCount = 2
    } _: { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 20 }

      var hops: Set<Bool> = []
      for _ in 0..<20 where hops.count < 2 {
        try client.move(client.publishing)
        let (passed, received) = (await server.media.statistics().passedDatagrams, client.received(.video).count)
        let goesOn = try await client.pump { client.received(.video).count >= received + 50 }
        #expect(goesOn)
        hops.insert(await server.media.statistics().passedDatagrams > passed + 25)
      }

      #expect(hops.count == 2, "it went either way")
      #expect(await server.media.statistics().completedHandshakes == 2, "the keys stay")
    }
  }

  @Test func whatFailsToOpenAndWhatIsClosedHasNoPlace() async throws {
    try await ServerUnderTest.with { configuration in
      configuration.workerCount = 2
      configuration.limits.rooms = 1
    } _: { server in
      for room in ["a", "b", "c"] { await server.media.perform(.open(.routed), in: room) }
      let before = await server.media.statistics().workers.map(\.rooms)
      let hasFailed = try await Self.wait { !server.takeEvents(of: nil, in: "c").isEmpty }

      await server.media.perform(.close, in: "b")
      await server.media.perform(.open(.routed), in: "c")

      #expect(before == [1, 1] && hasFailed)
      #expect(await server.media.statistics().workers.map(\.rooms) == [1, 1])
      #expect(server.takeEvents(of: nil, in: "c").isEmpty, "there was room on the other")
    }
  }

  private static func wait(until isDone: () -> Bool) async throws -> Bool {
    for _ in 0..<10_000 {
      if isDone() { return true }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }

  @Test func aSecondServerCannotShareThePort() async throws {
    try await ServerUnderTest.with {
      $0.workerCount = 2
    } _: { server in
      var configuration = SFUConfiguration(announcedAddresses: [ServerUnderTest.loopback4])
      (configuration.port, configuration.workerCount) = (server.media.port, 2)

      #expect(throws: MediaServerError.self) { _ = try MediaServer(configuration) }
    }
  }
}
