import RTP
import SFU
import STUN
import ScriptedPeer
import Synchronization
import TestSupport
import Testing
import WebRTC

/// Who belongs to no peer gets an answer to a plain STUN request, and otherwise nothing but room in a counter.
@Suite struct StrangerTests {
  @Test(arguments: [TransportProtocol.udp, .tcp])
  func aPlainBindingRequestIsAnswered(carrier: TransportProtocol) async throws {
    try await ServerUnderTest.with { server in
      let socket = try ClientSocket(carrier, to: server.address())

      let answers = try await exchange([Self.bindingRequest(1)], on: socket, expecting: 1)

      let answer = try #require(answers.first)
      let message = try STUNMessage(parsing: answer.span.bytes)
      #expect(message.type == STUNMessageType(.binding, .successResponse))
      #expect(try mappedAddress(in: answer) == socket.address)
      #expect(answer.count <= 4 * Self.bindingRequest(1).count)
      #expect(await server.media.statistics().answeredBindings == 1)
    }
  }

  @Test func theAnswersOfOneAddressAreLimited() async throws {
    try await ServerUnderTest.with { server in
      let socket = try ClientSocket(.udp, to: server.address())

      let answers = try await exchange((0..<200).map { Self.bindingRequest($0) }, on: socket, expecting: 200)

      #expect((40...60).contains(answers.count), "\(answers.count)")
      #expect(await server.media.statistics().dropped[.rateLimited, default: 0] >= 140)
    }
  }

  @Test func aCheckWithoutThePasswordGetsSilence() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      let remote = try #require(client.publishing.agent.remote)
      let wrong = try #require(ICECredentials(ufrag: remote.ufrag, password: String(repeating: "x", count: 32)))
      let unknown = try #require(ICECredentials(ufrag: "AAAAAAAAAAAAAAAA", password: remote.password))
      var stranger = ControllingAgent(seed: 7)
      let socket = try ClientSocket(.udp, to: server.address())

      let answers = try await exchange([stranger.check(wrong), stranger.check(unknown)], on: socket, expecting: 1)

      let dropped = await server.media.statistics().dropped
      #expect(answers.isEmpty)
      #expect(dropped[.invalidCheck] == 1 && dropped[.unknownUser] == 1)
    }
  }

  @Test func aPathTakenByAForgedCheckIsGivenBackAtTheNextOwnOne() async throws {
    try await ServerUnderTest.with { server in
      let ann = try MediaClient("ann", in: "echo", on: server)
      try await ann.join()
      try await ann.pump { ann.received(.video).count >= 10 }
      let eve = try MediaClient("eve", in: "echo", on: server, seed: 2)
      await server.media.perform(.add("eve", publishing: [.audio, .video]), in: "echo")
      await eve.offer()
      try await eve.connect()

      // A check of Eve's with Ann's source address.
      let credentials = try #require(eve.publishing.agent.remote)
      ann.send(eve.publishing.agent.check(credentials), as: ann.publishing)
      try await ann.pump(for: .milliseconds(200))
      ann.publishing.agent.tryPath(at: SystemClock.now)
      let before = ann.received(.video).count
      let goesOn = try await ann.pump { ann.received(.video).count >= before + 100 }

      #expect(goesOn)
    }
  }

  @Test func aFloodOfJunkLeavesTheEchoUnharmed() async throws {
    try await ServerUnderTest.with { server in
      let client = try MediaClient("ann", in: "echo", on: server)
      try await client.join()
      try await client.pump { client.received(.video).count >= 10 }
      let quiet = await server.media.statistics()

      let isOver = Atomic(false)
      let flood = Task.detached {
        defer { isOver.store(true, ordering: .relaxed) }
        return try await Self.flood(server.address(), count: 100_000)
      }
      let before = client.publishing.camera?.count ?? 0
      try await client.pump { isOver.load(ordering: .relaxed) }
      let answered = try await flood.value
      let last = client.publishing.camera?.count ?? 0
      try await client.pump(for: .milliseconds(200))

      let statistics = await server.media.statistics()
      let came = Set(client.received(.video).compactMap(\.index))
      #expect(last - before >= 50)
      // A little may be lost where the machine has no processor left for the server.
      #expect(came.filter((before..<last).contains).count >= (last - before) * 95 / 100)
      #expect(answered == 0)
      #expect(statistics.peers == quiet.peers && statistics.halfOpenHandshakes == 0)
      #expect(statistics.keptPackets <= 200)
      #expect(statistics.dropped[.unknownPath, default: 0] > 1000)
    }
  }

  /// Sends junk of all kinds, a hundred thousand a second if the machine can; how much came back.
  private static func flood(_ server: TransportAddress, count: Int) async throws -> Int {
    let sockets = try (0..<8).map { _ in try ClientSocket(.udp, to: server) }
    var generator = SeededGenerator(seed: 42)
    let junk = Self.junk(using: &generator)
    let start = SystemClock.now
    var sent = 0
    while sent < count {
      let due = min(count, Int((SystemClock.now - start).nanoseconds / 10_000))
      for _ in 0..<min(due - sent, 400) {
        sockets[sent % 8].send(junk[sent % junk.count])
        sent += 1
      }
      try await Task.sleep(for: .milliseconds(1))
    }
    return sockets.reduce(0) { $0 + $1.receive().count }
  }

  private static func junk(using generator: inout SeededGenerator) -> [[UInt8]] {
    var stranger = ControllingAgent(seed: generator.next())
    let unknown = ICECredentials(ufrag: "AAAAAAAAAAAAAAAA", password: String(repeating: "x", count: 32))
    return (0..<256).map { index in
      let noise = (0..<Int.random(in: 1...400, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      switch index % 4 {
      case 0: return [UInt8.random(in: 100...120, using: &generator)] + noise
      case 1: return unknown.map { stranger.check($0) } ?? noise
      case 2: return [22, 0xFE, 0xFD] + noise  // a handshake record of DTLS
      default: return [0x80, 96] + noise  // RTP
      }
    }
  }

  // MARK: STUN by hand

  private static func bindingRequest(_ number: Int) -> [UInt8] {
    [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(number >> 8), UInt8(number & 0xFF)]
  }

  private func exchange(_ requests: [[UInt8]], on socket: ClientSocket, expecting count: Int) async throws -> [[UInt8]]
  {
    for request in requests { socket.send(request) }
    var answers: [[UInt8]] = []
    for _ in 0..<300 where answers.count < count {
      answers += socket.receive()
      try await Task.sleep(for: .milliseconds(1))
    }
    return answers
  }

  private func mappedAddress(in answer: [UInt8]) throws -> TransportAddress? {
    let message = try STUNMessage(parsing: answer.span.bytes)
    var reader = message.attributes
    while let attribute = try reader.next(in: answer.span.bytes) {
      if case .xorMappedAddress(let address) = attribute { return address }
    }
    return nil
  }
}
