/// The alerts that we send or understand without OpenSSL (RFC 5246 §7.2).
struct DTLSAlert: Equatable {
  static let closeNotify = DTLSAlert(level: 1, description: 0)
  static let handshakeFailure = DTLSAlert(level: 2, description: 40)

  private let level: UInt8
  private let description: UInt8

  private init(level: UInt8, description: UInt8) {
    self.level = level
    self.description = description
  }

  /// Reads the content of an alert record.
  init?(_ content: [UInt8]) {
    guard content.count == 2 else { return nil }
    level = content[0]
    description = content[1]
  }

  var content: [UInt8] { [level, description] }

  /// Whether nothing follows it: the peer's leave, or a fatal alert.
  var endsAssociation: Bool { level == 2 || self == .closeNotify }

  /// The alert in a record before ChangeCipherSpec, to be numbered when it is sent.
  var plaintextRecord: [UInt8] {
    let version = DTLSRecord.version
    return [DTLSRecord.ContentType.alert.rawValue, UInt8(version >> 8), UInt8(version & 0xff)]
      + [0, 0, 0, 0, 0, 0, 0, 0]  // epoch and sequence number
      + [0, UInt8(content.count)] + content
  }
}
