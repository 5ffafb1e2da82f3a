import RTP
import STUN
import TestSupport
import Testing

import WebRTC

/// A controlling agent as far as these tests need one: it writes checks.
struct ControllingPeer {
  var password: String
  var username: String
  private var transaction: UInt64 = 0

  init(asking credentials: ServerCredentials) {
    password = credentials.password
    username = "\(credentials.ufrag):peer"
  }

  /// What a check carries besides its user name.
  struct Content {
    var priority: UInt32? = 0x6E7F_00FF
    var usesCandidate = false
    var nomination: UInt32?
    var role = STUNAttributeType.iceControlling
    var extra: STUNAttributeType?
    var hasFingerprint = true
  }

  mutating func check(_ content: Content = Content()) throws -> [UInt8] {
    transaction += 1
    return try [UInt8](capacity: 300) { (output) throws(WireError) in
      let id = STUNTransactionID(high: 7, low: transaction)
      var builder = try STUNMessageBuilder(.init(.binding, .request), id, into: &output)
      try builder.append(.username, Array(username.utf8).span.bytes, to: &output)
      if let priority = content.priority { try builder.append(.priority, priority, to: &output) }
      try builder.append(content.role, UInt64(42), to: &output)
      if content.usesCandidate { try builder.append(.useCandidate, to: &output) }
      if let nomination = content.nomination { try builder.append(.nomination, nomination, to: &output) }
      if let extra = content.extra { try builder.append(extra, to: &output) }
      try builder.appendIntegrity(madeWith: STUNIntegrityKey(password: password.utf8), to: &output)
      if content.hasFingerprint { try builder.appendFingerprint(to: &output) }
    }
  }
}

/// An agent, a peer that knows its password, and what came out at the last step.
struct ICEBench {
  var agent: ICEAgent
  var peer: ControllingPeer
  var generator = SeededGenerator(seed: 5)
  private(set) var events: [ICEEvent] = []
  private(set) var answers: [(path: FiveTuple, bytes: [UInt8])] = []

  init() {
    let credentials = ServerCredentials(generation: 1, worker: 2, using: &generator)
    agent = ICEAgent(credentials, at: .zero)
    peer = ControllingPeer(asking: credentials)
  }

  mutating func step(_ body: (inout ICEAgent, inout ICEOutbox) -> Void) {
    var outbox = ICEOutbox()
    body(&agent, &outbox)
    events = outbox.events
    answers = []
    outbox.datagrams.drain { answers.append(($0, $1.array)) }
  }

  /// A check of the peer by `path`.
  @discardableResult
  mutating func check(
    by path: FiveTuple, _ content: ControllingPeer.Content = .init(), at seconds: Double = 0
  ) throws -> ICEAgent.Outcome {
    receive(try peer.check(content), by: path, at: seconds)
  }

  @discardableResult
  mutating func receive(_ bytes: [UInt8], by path: FiveTuple, at seconds: Double = 0) -> ICEAgent.Outcome {
    var outcome = ICEAgent.Outcome.answered
    step { agent, outbox in
      outcome = agent.receive(bytes.span.bytes, on: path, at: .zero + .seconds(seconds), into: &outbox)
    }
    return outcome
  }

  /// Authentic media of the peer by `path`.
  mutating func hear(by path: FiveTuple, at seconds: Double) {
    step { agent, outbox in agent.receivedMedia(on: path, at: .zero + .seconds(seconds), into: &outbox) }
  }

  mutating func advance(to seconds: Double) {
    step { agent, outbox in agent.advance(to: .zero + .seconds(seconds), into: &outbox) }
  }

  mutating func restart(at seconds: Double) {
    let credentials = ServerCredentials(generation: 1, worker: 2, using: &generator)
    step { agent, outbox in agent.restart(with: credentials, at: .zero + .seconds(seconds), into: &outbox) }
  }
}

enum Paths {
  static let local = TransportAddress("198.51.100.1", 3478)
  static let wifi = FiveTuple(.udp, local: local, remote: TransportAddress("192.0.2.1", 5000))
  static let rebound = FiveTuple(.udp, local: local, remote: TransportAddress("192.0.2.1", 6000))
  static let cellular = FiveTuple(.udp, local: local, remote: TransportAddress("203.0.113.9", 7000))
  static let tcp = FiveTuple(.tcp, local: local, remote: TransportAddress("192.0.2.1", 8000))
  static let ipv6 = FiveTuple(
    .udp, local: TransportAddress("2001:db8::1", 3478), remote: TransportAddress("2001:db8::2", 5000))
}

@Suite struct ICEAgentTests {
  @Test(arguments: [Paths.wifi, Paths.ipv6, Paths.tcp])
  func answersAValidCheckWithTheAddressItCameFrom(path: FiveTuple) throws {
    var bench = ICEBench()
    let request = try bench.peer.check()

    #expect(bench.receive(request, by: path) == .answered)

    let answer = try #require(bench.answers.first)
    let message = try STUNMessage(parsing: answer.bytes.span.bytes)
    var reader = message.attributes
    let key = STUNIntegrityKey(password: bench.agent.credentials.password.utf8)
    let isGenuine = message.hasIntegrity(madeWith: key, in: answer.bytes.span.bytes)
    let hasFingerprint = message.hasFingerprint(in: answer.bytes.span.bytes)
    #expect(answer.path == path)
    #expect(message.type == STUNMessageType(.binding, .successResponse))
    #expect(message.transactionID == STUNTransactionID(high: 7, low: 1))
    #expect(try reader.next(in: answer.bytes.span.bytes) == .xorMappedAddress(path.remote))
    #expect(isGenuine)
    #expect(hasFingerprint)
    #expect(answer.bytes.count <= request.count)
  }

  @Test func theFirstValidCheckConnectsAndTheNominationCompletes() throws {
    var bench = ICEBench()
    #expect(bench.agent.state == .checking)

    try bench.check(by: Paths.wifi)
    #expect(bench.events == [.pathAdded(Paths.wifi), .selected(Paths.wifi), .stateChanged(.connected)])

    try bench.check(by: Paths.wifi, .init(usesCandidate: true))
    #expect(bench.events == [.stateChanged(.completed)])
    #expect(bench.agent.selectedPath == Paths.wifi)
  }

  @Test func whoDoesNotKnowThePasswordHearsNothing() throws {
    var bench = ICEBench()
    var stranger = bench.peer
    stranger.password = String(repeating: "x", count: 32)

    #expect(bench.receive(try stranger.check(), by: Paths.wifi) == .dropped(.wrongIntegrity))

    #expect(bench.answers.isEmpty)
    #expect(bench.events.isEmpty)
    #expect(!bench.agent.owns(Paths.wifi))
  }

  @Test func whatIsAddressedToNobodyHereIsDropped() throws {
    var bench = ICEBench()
    var lost = bench.peer
    lost.username = "ABCDEFGHIJKLMNOP:peer"
    #expect(bench.receive(try lost.check(), by: Paths.wifi) == .dropped(.unknownUser))
    lost.username = "short:peer"
    #expect(bench.receive(try lost.check(), by: Paths.wifi) == .dropped(.unknownUser))
    lost.username = "\(bench.agent.credentials.ufrag)"
    #expect(bench.receive(try lost.check(), by: Paths.wifi) == .dropped(.unknownUser))
    #expect(bench.answers.isEmpty)
  }

  @Test func responsesIndicationsAndMissingFingerprintsAreDropped() throws {
    var bench = ICEBench()
    try bench.check(by: Paths.wifi)
    let answer = try #require(bench.answers.first).bytes

    #expect(bench.receive(answer, by: Paths.wifi) == .dropped(.notARequest))
    #expect(try bench.check(by: Paths.wifi, .init(hasFingerprint: false)) == .dropped(.wrongFingerprint))
    #expect(bench.answers.isEmpty)
  }

  @Test func aPeerThatWantsToBeControlledIsToldOfTheConflict() throws {
    var bench = ICEBench()

    #expect(try bench.check(by: Paths.wifi, .init(role: .iceControlled)) == .refused(.roleConflict))

    let answer = try #require(bench.answers.first).bytes
    let message = try STUNMessage(parsing: answer.span.bytes)
    let key = STUNIntegrityKey(password: bench.agent.credentials.password.utf8)
    let isGenuine = message.hasIntegrity(madeWith: key, in: answer.span.bytes)
    #expect(message.type == STUNMessageType(.binding, .errorResponse))
    #expect(isGenuine)
    #expect(bench.agent.state == .checking)
    #expect(!bench.agent.owns(Paths.wifi))
  }

  @Test func aCheckWithoutPriorityOrWithAnUnknownRequiredAttributeIsRefused() throws {
    var bench = ICEBench()
    let unknown = STUNAttributeType(rawValue: 0x7ABC)
    let optional = STUNAttributeType(rawValue: 0xC070)

    #expect(try bench.check(by: Paths.wifi, .init(priority: nil)) == .refused(.badRequest))
    #expect(try bench.check(by: Paths.wifi, .init(extra: unknown)) == .refused(.unknownAttribute))
    let answer = try #require(bench.answers.first).bytes
    #expect(answer.indices.contains { answer[$0...].starts(with: [0x00, 0x0A, 0x00, 0x02, 0x7A, 0xBC]) })
    #expect(try bench.check(by: Paths.wifi, .init(extra: optional)) == .answered)
  }

  @Test func noMutationOfACheckIsAnswered() throws {
    var bench = ICEBench()
    let original = try bench.peer.check(.init(usesCandidate: true))
    let seed: UInt64 = 99
    var generator = SeededGenerator(seed: seed)
    for round in 0..<20_000 {
      var bytes = original
      bytes[.random(in: 0..<bytes.count, using: &generator)] ^= .random(in: 1...255, using: &generator)
      if round % 4 == 0 { bytes.removeLast(.random(in: 0..<bytes.count, using: &generator)) }
      guard case .dropped = bench.receive(bytes, by: Paths.wifi) else {
        Issue.record("seed \(seed), round \(round)")
        return
      }
    }
    #expect(bench.receive(original, by: Paths.wifi) == .answered)
  }

  @Test func theTableOfPathsIsBoundedAndKeepsTheSelectedOne() throws {
    var bench = ICEBench()
    func path(_ number: Int) -> FiveTuple {
      FiveTuple(.udp, local: Paths.local, remote: TransportAddress("192.0.2.1", UInt16(1000 + number)))
    }
    try bench.check(by: path(0), .init(usesCandidate: true))

    for number in 1..<20 { try bench.check(by: path(number), at: Double(number)) }

    #expect(bench.agent.pathCount == ICEAgent.maximumPathCount)
    #expect(bench.agent.owns(path(0)))
    #expect(bench.agent.selectedPath == path(0))
    #expect(!bench.agent.owns(path(12)))
    #expect(bench.agent.owns(path(13)))
    #expect(bench.events == [.pathRemoved(path(12)), .pathAdded(path(19))])
  }

  @Test func aPathMoreThanThereIsPlaceForWaitsUntilOneIsQuiet() throws {
    var bench = ICEBench()
    func path(_ number: Int) -> FiveTuple {
      FiveTuple(.udp, local: Paths.local, remote: TransportAddress("192.0.2.1", UInt16(1000 + number)))
    }
    for number in 0..<ICEAgent.maximumPathCount { try bench.check(by: path(number), at: Double(number) / 10) }

    let refused = try (8..<1000).map { try bench.check(by: path($0), at: 5) }
    let known = try bench.check(by: path(7), at: 5)
    let later = try bench.check(by: path(1000), at: 5.2)

    #expect(refused.allSatisfy { $0 == .dropped(.tooManyPaths) })
    #expect(known == .answered && later == .answered)
    #expect(bench.agent.owns(path(1000)) && !bench.agent.owns(path(1)), "which had been quiet for five seconds")
  }
}
