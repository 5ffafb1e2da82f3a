import RTP

/// A finished association, without the OpenSSL connection that made it: the keys of its records and the last flight.
struct DTLSAssociation {
  enum Signal {
    case nothing
    case ended
  }

  /// A client that has not got our last flight repeats its own, first after 50 ms where it is Firefox.
  private static let minimumResendInterval = Duration.milliseconds(25)
  private static let maximumResendCount = 64
  /// Records that are not the peer's cost a decryption each; nobody has reason to send so many.
  private static let maximumForgeryCount = 1000

  let role: DTLSRole
  private var protection: DTLSRecordProtection
  private var lastFlight: DTLSFlight
  private var resendCount = 0
  private var resendAllowedAt = Instant(nanoseconds: .min)
  private var forgeryCount = 0

  init(role: DTLSRole, protection: DTLSRecordProtection, lastFlight: DTLSFlight) {
    self.role = role
    self.protection = protection
    self.lastFlight = lastFlight
  }

  /// Answers a repeated last flight of the peer and notices its leave; everything else is of no interest.
  mutating func receive(
    _ datagram: RawSpan, records: [DTLSRecord], at now: Instant, send: (RawSpan) -> Void
  ) -> Signal {
    for record in records where record.epoch == 1 {
      switch record.type {
      case .handshake:
        guard role == .server, let content = open(record, in: datagram),
          content.first == DTLSHandshakeFragment.MessageType.finished
        else { continue }
        resend(at: now, send: send)
      case .alert:
        guard let content = open(record, in: datagram), let alert = DTLSAlert(content), alert.endsAssociation
        else { continue }
        return .ended
      case .changeCipherSpec, .applicationData:
        continue
      }
    }
    return .nothing
  }

  /// Takes leave (RFC 5246 §7.2.1).
  mutating func sendCloseNotify(send: (RawSpan) -> Void) {
    send(protection.seal(DTLSAlert.closeNotify.content, as: .alert).span.bytes)
  }

  private mutating func open(_ record: DTLSRecord, in datagram: RawSpan) -> [UInt8]? {
    guard forgeryCount < Self.maximumForgeryCount else { return nil }
    guard let content = protection.open(record, in: datagram) else {
      forgeryCount += 1
      return nil
    }
    return content
  }

  private mutating func resend(at now: Instant, send: (RawSpan) -> Void) {
    guard now >= resendAllowedAt, resendCount < Self.maximumResendCount else { return }
    resendCount += 1
    resendAllowedAt = now + Self.minimumResendInterval
    var current: DTLSRecordProtection? = protection
    lastFlight.resend(&current, at: now, send: send)
    lastFlight.rest()
    if let current { protection = current }
  }
}
