import RTP
import STUN

/// The answer to a check whose integrity is right (RFC 8445 §7.3): where it came from, or why it is refused.
struct ConnectivityAnswer {
  enum Kind: Equatable {
    /// The check counts; the value is its PRIORITY.
    case success(priority: UInt32)
    case refusal(STUNErrorCode)
  }

  let kind: Kind
  private let check: ConnectivityCheck
  private let source: TransportAddress

  init(to check: ConnectivityCheck, from source: TransportAddress) {
    self.check = check
    self.source = TransportAddress(source.ip.unmapped, port: source.port)
    kind = Self.judge(check)
  }

  private static func judge(_ check: ConnectivityCheck) -> Kind {
    guard check.unknownAttributes.isEmpty else { return .refusal(.unknownAttribute) }
    guard !check.claimsControlled else { return .refusal(.roleConflict) }
    guard let priority = check.priority else { return .refusal(.badRequest) }
    return .success(priority: priority)
  }

  func write(madeWith key: STUNIntegrityKey, into output: inout OutputRawSpan) throws(WireError) {
    let transactionID = check.message.transactionID
    var builder: STUNMessageBuilder
    switch kind {
    case .success:
      builder = try STUNMessageBuilder(.init(.binding, .successResponse), transactionID, into: &output)
      try builder.append(.xorMappedAddress, source, to: &output)
    case .refusal(let code):
      builder = try STUNMessageBuilder(.init(.binding, .errorResponse), transactionID, into: &output)
      try builder.append(code, to: &output)
      if code == .unknownAttribute { try builder.append(unknown: check.unknownAttributes, to: &output) }
    }
    try builder.appendIntegrity(madeWith: key, to: &output)
    try builder.appendFingerprint(to: &output)
  }
}
