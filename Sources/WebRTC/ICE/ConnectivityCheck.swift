import RTP
import STUN

/// A Binding request of ICE, taken apart in one pass (RFC 8445 §7.1); nothing is verified but its form.
struct ConnectivityCheck {
  /// How the sender asks for its path to be used.
  enum Nomination: Equatable {
    case none
    /// USE-CANDIDATE, as regular and aggressive nomination have it.
    case flagged
    /// A NOMINATION value, of which the highest wins (draft-thatcher-ice-renomination).
    case numbered(UInt32)
  }

  let message: STUNMessage
  let ufrag: ServerUfrag
  private(set) var priority: UInt32?
  private(set) var nomination = Nomination.none
  /// Whether the sender believes to be the controlled side, which is ours.
  private(set) var claimsControlled = false
  private(set) var unknownAttributes: [STUNAttributeType] = []

  /// Reads a request; throws why it cannot be one that this server has to answer.
  init(parsing datagram: RawSpan) throws(ICEDropReason) {
    guard let message = try? STUNMessage(parsing: datagram) else { throw .malformed }
    guard message.type == STUNMessageType(.binding, .request) else { throw .notARequest }
    guard message.hasFingerprint(in: datagram) else { throw .wrongFingerprint }
    guard message.integrityOffset != nil else { throw .wrongIntegrity }
    var fields = Fields()
    do throws(WireError) { try fields.collect(from: message, in: datagram) } catch { throw .malformed }
    guard let ufrag = fields.ufrag else { throw .unknownUser }
    self.message = message
    self.ufrag = ufrag
    priority = fields.priority
    claimsControlled = fields.claimsControlled
    unknownAttributes = fields.unknownAttributes
    switch (fields.nominationValue, fields.usesCandidate) {
    case (let value?, _): nomination = .numbered(value)
    case (nil, true): nomination = .flagged
    case (nil, false): nomination = .none
    }
  }

  /// The attributes that matter, of which the first of a kind counts (RFC 8489 §14).
  private struct Fields {
    var ufrag: ServerUfrag?
    var priority: UInt32?
    var nominationValue: UInt32?
    var usesCandidate = false
    var claimsControlled = false
    var unknownAttributes: [STUNAttributeType] = []
    private var hasUsername = false

    mutating func collect(from message: STUNMessage, in datagram: RawSpan) throws(WireError) {
      var reader = message.attributes
      while let attribute = try reader.next(in: datagram) {
        switch attribute {
        case .username(let place) where !hasUsername:
          hasUsername = true
          ufrag = ServerUfrag(beginning: datagram.extracting(place))
        case .priority(let value): priority = priority ?? value
        case .nomination(let value): nominationValue = nominationValue ?? value
        case .useCandidate: usesCandidate = true
        case .iceControlled: claimsControlled = true
        case .unknown(let type, _) where type.isComprehensionRequired: unknownAttributes.append(type)
        default: break
        }
      }
    }
  }
}

/// Why a datagram for an ICE agent got no answer.
package enum ICEDropReason: Error, Equatable, Sendable, CaseIterable {
  /// No well-formed STUN message.
  case malformed
  /// A response, an indication or another method: a lite agent never asks anything.
  case notARequest
  case wrongFingerprint
  /// No USERNAME, or one that does not begin with a fragment of this agent.
  case unknownUser
  case wrongIntegrity
  /// The peer's consent has lapsed; only new credentials bring the agent back.
  case consentLapsed
  /// Another path, while all that there is place for are in use.
  case tooManyPaths
}
