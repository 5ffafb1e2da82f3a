package import RTP
package import STUN
package import WebRTC

/// The controlling side of ICE for a peer with one socket: tries the server's candidates, nominates the first that answers, and goes on
/// asking for consent (RFC 8445 §7.2 and §8.1.1, RFC 7675).
///
/// A server that is not lite checks as well, and is answered.
package struct ControllingAgent {
  private enum State {
    case idle
    /// Each candidate in turn is asked whether it answers.
    case trying(next: Int, at: Instant)
    /// The path that answered first is to be used, as soon as the server has confirmed it.
    case nominating(TransportAddress, at: Instant)
    case connected(TransportAddress, consentAt: Instant)
  }

  /// A request that was sent, and where to.
  private struct Transaction {
    let id: STUNTransactionID
    let remote: TransportAddress
  }

  /// What a received message of STUN brought.
  package enum Outcome: Equatable, Sendable {
    case nothing
    /// The path is agreed on; told once.
    case connected
    /// A check of the server, to be answered from the same socket.
    case check(STUNTransactionID)
  }

  /// How often an address is tried (RFC 8445 §14.2 has 50 ms at least).
  private static let tryInterval = Duration.milliseconds(50)
  private static let consentInterval = Duration.seconds(4)
  /// As many requests are waited for as two seconds of trying make.
  private static let transactionLimit = 40
  /// Two names of at most 256 bytes and what protects them.
  private static let messageByteCount = 700
  /// Of a peer-reflexive candidate of a host with one address (RFC 8445 §5.1.2).
  private static let priority: UInt32 = 0x6E7F_00FF

  package let credentials: ICECredentials
  private let tieBreaker: UInt64
  private var remote: ICECredentials?
  private var candidates: [TransportAddress] = []
  private var state = State.idle
  private var transactions: [Transaction] = []

  package init(using generator: inout some RandomNumberGenerator) {
    tieBreaker = generator.next()
    let digits = (0..<3).map { _ in String(UInt64.random(in: 1 << 60...UInt64.max, using: &generator), radix: 36) }
    guard let credentials = ICECredentials(ufrag: String(digits[0].prefix(8)), password: digits[1] + digits[2]) else {
      preconditionFailure("8 and 24 digits to the base 36 are credentials")
    }
    self.credentials = credentials
  }

  /// Begins to try the candidates of a server, in their order.
  package mutating func start(_ remote: ICECredentials, _ candidates: [TransportAddress], at now: Instant) {
    guard self.remote != remote else { return }
    (self.remote, self.candidates) = (remote, candidates)
    state = candidates.isEmpty ? .idle : .trying(next: 0, at: now)
  }

  package mutating func stop() { state = .idle }

  /// The path to the server, once one is agreed on.
  package var path: TransportAddress? {
    guard case .connected(let remote, _) = state else { return nil }
    return remote
  }

  package var nextDeadline: Instant {
    switch state {
    case .idle: return .distantFuture
    case .trying(_, let due), .nominating(_, let due), .connected(_, let due): return due
    }
  }

  /// The check that is due, and where to.
  package mutating func takeCheck(
    at now: Instant, using generator: inout some RandomNumberGenerator
  ) -> (TransportAddress, [UInt8])? {
    guard nextDeadline <= now, let remote else { return nil }
    switch state {
    case .idle:
      return nil
    case .trying(let next, _):
      state = .trying(next: (next + 1) % candidates.count, at: now + Self.tryInterval)
      return check(candidates[next], remote, nominates: false, using: &generator)
    case .nominating(let path, _):
      state = .nominating(path, at: now + Self.tryInterval)
      return check(path, remote, nominates: true, using: &generator)
    case .connected(let path, _):
      state = .connected(path, consentAt: now + Self.consentInterval)
      return check(path, remote, nominates: false, using: &generator)
    }
  }

  /// Takes a datagram of STUN.
  package mutating func receive(_ datagram: RawSpan, at now: Instant) -> Outcome {
    guard let message = try? STUNMessage(parsing: datagram), let remote else { return .nothing }
    switch message.type {
    case STUNMessageType(.binding, .request):
      let isTheirs = message.hasIntegrity(madeWith: STUNIntegrityKey(password: credentials.password.utf8), in: datagram)
      return isTheirs ? .check(message.transactionID) : .nothing
    case STUNMessageType(.binding, .successResponse):
      guard let place = transactions.firstIndex(where: { $0.id == message.transactionID }),
        message.hasIntegrity(madeWith: STUNIntegrityKey(password: remote.password.utf8), in: datagram)
      else { return .nothing }
      return proceed(transactions.remove(at: place).remote, at: now)
    default:
      return .nothing
    }
  }

  private mutating func proceed(_ answered: TransportAddress, at now: Instant) -> Outcome {
    switch state {
    case .trying:
      state = .nominating(answered, at: now)
      // What was asked before did not nominate, and must not be taken for what does.
      transactions = []
      return .nothing
    case .nominating(let path, _) where path == answered:
      state = .connected(path, consentAt: now + Self.consentInterval)
      return .connected
    case .idle, .nominating, .connected:
      return .nothing
    }
  }

  private mutating func check(
    _ path: TransportAddress, _ remote: ICECredentials, nominates: Bool,
    using generator: inout some RandomNumberGenerator
  ) -> (TransportAddress, [UInt8]) {
    let id = STUNTransactionID(using: &generator)
    if transactions.count == Self.transactionLimit { transactions.removeFirst() }
    transactions.append(Transaction(id: id, remote: path))
    let bytes = Self.message { output throws(WireError) in
      var builder = try STUNMessageBuilder(.init(.binding, .request), id, into: &output)
      try builder.append(.username, Array("\(remote.ufrag):\(credentials.ufrag)".utf8).span.bytes, to: &output)
      try builder.append(.priority, Self.priority, to: &output)
      try builder.append(.iceControlling, tieBreaker, to: &output)
      if nominates { try builder.append(.useCandidate, to: &output) }
      try builder.appendIntegrity(madeWith: STUNIntegrityKey(password: remote.password.utf8), to: &output)
      try builder.appendFingerprint(to: &output)
    }
    return (path, bytes)
  }

  /// The answer to a check of the server that came from `source` (RFC 8445 §7.3.1).
  package func answer(to id: STUNTransactionID, from source: TransportAddress) -> [UInt8] {
    Self.message { output throws(WireError) in
      var builder = try STUNMessageBuilder(.init(.binding, .successResponse), id, into: &output)
      try builder.append(.xorMappedAddress, source, to: &output)
      try builder.appendIntegrity(madeWith: STUNIntegrityKey(password: credentials.password.utf8), to: &output)
      try builder.appendFingerprint(to: &output)
    }
  }

  private static func message(_ write: (inout OutputRawSpan) throws(WireError) -> Void) -> [UInt8] {
    var failure: WireError?
    let bytes = [UInt8](unsafeUninitializedCapacity: messageByteCount) { buffer, count in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      var output = OutputRawSpan(buffer: raw, initializedCount: 0)
      do throws(WireError) { try write(&output) } catch { failure = error }
      count = output.finalize(for: raw)
    }
    precondition(failure == nil, "a check with names of at most 256 bytes fits")
    return bytes
  }
}
