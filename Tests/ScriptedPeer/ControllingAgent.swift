package import RTP
import STUN
import TestSupport
package import WebRTC

/// The browser's side of ICE as far as a lite server sees it: it checks one path, and goes on checking it.
package struct ControllingAgent {
  /// How often a path is tried until it answers, and how often it is asked for consent then.
  private static let tryInterval = Duration.milliseconds(50)
  /// How often it checks a path that works.
  package var consentInterval = Duration.milliseconds(2500)

  package private(set) var own: ICECredentials
  package private(set) var remote: ICECredentials?
  package private(set) var nextCheck = Instant.distantFuture
  package private(set) var isAnswered = false
  /// Whether its checks ask for the path to be used.
  package var nominates = true
  private var transactions: Set<STUNTransactionID> = []
  private var generator: SeededGenerator

  package init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    own = Self.newCredentials(using: &generator)
  }

  /// New credentials for the next description.
  package mutating func renew() {
    own = Self.newCredentials(using: &generator)
  }

  /// Takes the server's credentials; new ones are tried at once.
  package mutating func setRemote(_ credentials: ICECredentials, at now: Instant) {
    guard remote != credentials else { return }
    remote = credentials
    tryPath(at: now)
  }

  /// The path is new.
  package mutating func tryPath(at now: Instant) {
    isAnswered = false
    transactions = []
    nextCheck = now
  }

  package mutating func stop() { nextCheck = .distantFuture }

  package mutating func takeCheck(at now: Instant) -> [UInt8]? {
    guard nextCheck <= now, let remote else { return nil }
    nextCheck = now + (isAnswered ? consentInterval : Self.tryInterval)
    return check(remote)
  }

  /// Takes an answer; true when it is the first of the path.
  package mutating func receive(_ datagram: RawSpan) -> Bool {
    guard let remote, let message = try? STUNMessage(parsing: datagram),
      message.type == STUNMessageType(.binding, .successResponse), transactions.contains(message.transactionID),
      message.hasIntegrity(madeWith: STUNIntegrityKey(password: remote.password.utf8), in: datagram)
    else { return false }
    defer { isAnswered = true }
    return !isAnswered
  }

  /// A check of the form of RFC 8445 §7.1.
  package mutating func check(_ remote: ICECredentials) -> [UInt8] {
    let transaction = STUNTransactionID(using: &generator)
    transactions.insert(transaction)
    let written = try? [UInt8](capacity: 300) { output throws(WireError) in
      var builder = try STUNMessageBuilder(.init(.binding, .request), transaction, into: &output)
      try builder.append(.username, Array("\(remote.ufrag):\(own.ufrag)".utf8).span.bytes, to: &output)
      try builder.append(.priority, 0x6E7F_00FF as UInt32, to: &output)
      try builder.append(.iceControlling, 42 as UInt64, to: &output)
      if nominates { try builder.append(.useCandidate, to: &output) }
      try builder.appendIntegrity(madeWith: STUNIntegrityKey(password: remote.password.utf8), to: &output)
      try builder.appendFingerprint(to: &output)
    }
    guard let written else { preconditionFailure("a check fits into 300 bytes") }
    return written
  }

  private static func newCredentials(using generator: inout SeededGenerator) -> ICECredentials {
    let ufrag = String(UInt32.random(in: 0x1000_0000...UInt32.max, using: &generator), radix: 16)
    let password = (0..<2).map { _ in
      String(UInt64.random(in: 0x1000_0000_0000_0000...UInt64.max, using: &generator), radix: 16)
    }
    guard let credentials = ICECredentials(ufrag: ufrag, password: password.joined()) else {
      preconditionFailure("8 and 32 hexadecimal digits are credentials")
    }
    return credentials
  }
}
