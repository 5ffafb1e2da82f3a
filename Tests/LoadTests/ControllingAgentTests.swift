import Load
import RTP
import STUN
import TestSupport
import Testing
import WebRTC

/// The client's side of ICE against a server's answers made by hand.
@Suite struct ControllingAgentTests {
  private static let near = TransportAddress(IPAddress(ipv4: 0x7F00_0001), port: 3478)
  private static let far = TransportAddress(IPAddress(ipv4: 0xC633_6401), port: 3478)
  private static let start = Instant.zero + .seconds(1)
  private static let remote: ICECredentials = {
    guard let made = ICECredentials(ufrag: "abcd", password: "0123456789abcdefghijkl") else {
      preconditionFailure("4 and 22 characters are credentials")
    }
    return made
  }()

  private var generator = SeededGenerator(seed: 1)
  private var agent: ControllingAgent

  init() {
    agent = ControllingAgent(using: &generator)
    agent.start(Self.remote, [Self.far, Self.near], at: Self.start)
  }

  private static func answer(to check: [UInt8], password: String = remote.password) throws -> [UInt8] {
    let id = try STUNMessage(parsing: check.span.bytes).transactionID
    return try [UInt8](capacity: 200) { output throws(WireError) in
      var builder = try STUNMessageBuilder(.init(.binding, .successResponse), id, into: &output)
      try builder.append(.xorMappedAddress, far, to: &output)
      try builder.appendIntegrity(madeWith: STUNIntegrityKey(password: password.utf8), to: &output)
      try builder.appendFingerprint(to: &output)
    }
  }

  private mutating func deliver(_ datagram: [UInt8], after time: Duration = .zero) -> ControllingAgent.Outcome {
    agent.receive(datagram.span.bytes, at: Self.start + time)
  }

  private static func nominates(_ check: [UInt8]) throws -> Bool {
    let message = try STUNMessage(parsing: check.span.bytes)
    var reader = message.attributes
    while let attribute = try reader.next(in: check.span.bytes) {
      if attribute == .useCandidate { return true }
    }
    return false
  }

  @Test mutating func triesCandidatesInTurnAndNominatesTheFirstThatAnswers() throws {
    let first = try #require(agent.takeCheck(at: Self.start, using: &generator))
    let tooSoon = agent.takeCheck(at: Self.start, using: &generator)
    #expect(tooSoon == nil, "not before its interval")
    let second = try #require(agent.takeCheck(at: Self.start + .milliseconds(50), using: &generator))
    #expect(first.0 == Self.far && second.0 == Self.near)
    let (isFirst, isSecond) = (try Self.nominates(first.1), try Self.nominates(second.1))
    #expect(!isFirst && !isSecond)

    let answered = deliver(try Self.answer(to: second.1))
    let third = try #require(agent.takeCheck(at: Self.start + .milliseconds(50), using: &generator))
    let late = deliver(try Self.answer(to: first.1))
    let agreed = deliver(try Self.answer(to: third.1), after: .milliseconds(60))

    #expect(answered == .nothing && late == .nothing && agreed == .connected)
    let nominates = try Self.nominates(third.1)
    #expect(third.0 == Self.near && nominates)
    #expect(agent.path == Self.near)
    #expect(agent.nextDeadline == Self.start + .milliseconds(4060), "consent")
  }

  @Test mutating func believesNobodyWithAnotherPassword() throws {
    let check = try #require(agent.takeCheck(at: Self.start, using: &generator))
    let forged = try Self.answer(to: check.1, password: "another-password-entirely")
    let outcome = deliver(forged)
    let next = agent.takeCheck(at: Self.start + .milliseconds(50), using: &generator)
    #expect(outcome == .nothing)
    #expect(next?.0 == Self.near, "goes on trying")
    for count in 0..<forged.count { _ = deliver(Array(forged.prefix(count))) }
    #expect(agent.path == nil)
  }

  @Test mutating func answersTheChecksOfAServerThatIsNotLite() throws {
    let id = STUNTransactionID(high: 1, low: 2)
    let check = try [UInt8](capacity: 200) { [agent] output throws(WireError) in
      var builder = try STUNMessageBuilder(.init(.binding, .request), id, into: &output)
      try builder.append(.username, Array("\(agent.credentials.ufrag):abcd".utf8).span.bytes, to: &output)
      try builder.appendIntegrity(
        madeWith: STUNIntegrityKey(password: agent.credentials.password.utf8), to: &output)
      try builder.appendFingerprint(to: &output)
    }

    let outcome = deliver(check)
    #expect(outcome == .check(id))

    let answer = agent.answer(to: id, from: Self.far)
    let message = try STUNMessage(parsing: answer.span.bytes)
    #expect(message.transactionID == id && message.type == STUNMessageType(.binding, .successResponse))
    let key = STUNIntegrityKey(password: agent.credentials.password.utf8)
    let isProven = message.hasIntegrity(madeWith: key, in: answer.span.bytes)
    #expect(isProven)
  }
}
