package import RTP

/// The plain STUN Binding service (RFC 8489 §12): tells whoever asks which address they come from.
///
/// It shares its port with ICE, so a request with a user name is not for it. It must be of no use for flooding a third party
/// with a forged source address: an answer is at most four times the request, and limited per address, network and in total.
package struct BindingResponder {
  /// What became of a datagram.
  package enum Outcome: Equatable, Sendable {
    case answered
    /// Not a well-formed STUN message, or a FINGERPRINT that is wrong.
    case malformed
    /// Another method or class, or a request with credentials: somebody else's message.
    case notForUs
    /// The sender, its network or everybody together asks too often.
    case limited
  }

  /// How much larger than the request an answer may be.
  static let maximumAmplification = 4

  /// A browser asks each of its servers a few times per interface; a network is a household or a small office.
  package static let defaultLimits = AddressRateLimiter.Limits(
    address: .init(perSecond: 10, burst: 40),
    network: .init(perSecond: 50, burst: 200),
    total: .init(perSecond: 5_000, burst: 5_000))

  private var limiter: AddressRateLimiter

  package init(
    limits: AddressRateLimiter.Limits = defaultLimits, using generator: inout some RandomNumberGenerator
  ) {
    limiter = AddressRateLimiter(limits, using: &generator)
  }

  /// Takes a datagram that came by `path` and answers it if it is a plain Binding request.
  package mutating func receive(
    _ datagram: RawSpan, on path: FiveTuple, at now: Instant, into outbox: inout DatagramOutbox
  ) -> Outcome {
    guard let request = try? Request(datagram) else { return .malformed }
    guard request.isPlainBinding else { return .notForUs }
    guard limiter.allows(path.remote.ip.unmapped, at: now) else { return .limited }
    do throws(WireError) {
      try outbox.append(on: path) { (output) throws(WireError) in
        try request.writeAnswer(to: path.remote, into: &output)
        guard output.byteCount <= Self.maximumAmplification * datagram.byteCount else { throw .valueTooLarge }
      }
      return .answered
    } catch { return .limited }
  }

  /// What matters of a message to this service.
  private struct Request {
    let message: STUNMessage
    private var hasCredentials = false
    private var unknown: [STUNAttributeType] = []

    init(_ datagram: RawSpan) throws(WireError) {
      message = try STUNMessage(parsing: datagram)
      guard message.fingerprintOffset == nil || message.hasFingerprint(in: datagram) else { throw .invalidValue }
      guard message.type == STUNMessageType(.binding, .request) else { return }
      hasCredentials = message.integrityOffset != nil || message.sha256Offset != nil
      var reader = message.attributes
      while let attribute = try reader.next(in: datagram) {
        switch attribute {
        case .username: hasCredentials = true
        case .unknown(let type, _) where type.isComprehensionRequired: unknown.append(type)
        default: break
        }
      }
    }

    var isPlainBinding: Bool { message.type == STUNMessageType(.binding, .request) && !hasCredentials }

    func writeAnswer(to source: TransportAddress, into output: inout OutputRawSpan) throws(WireError) {
      let answerClass: STUNClass = unknown.isEmpty ? .successResponse : .errorResponse
      var builder = try STUNMessageBuilder(.init(.binding, answerClass), message.transactionID, into: &output)
      if unknown.isEmpty {
        try builder.append(
          .xorMappedAddress, TransportAddress(source.ip.unmapped, port: source.port), to: &output)
      } else {
        try builder.append(.unknownAttribute, to: &output)
        try builder.append(unknown: unknown, to: &output)
      }
      if message.fingerprintOffset != nil { try builder.appendFingerprint(to: &output) }
    }
  }
}
