/// Why there will be no association.
package enum DTLSFailure: Error, Equatable, Sendable {
  /// The handshake was not finished within its deadline.
  case timedOut
  /// The description of the peer has no fingerprint of SHA-256 or better.
  case noUsableFingerprint
  /// The certificate is none of those that the description of the peer announced.
  case fingerprintMismatch
  /// The peers share no SRTP profile.
  case noSRTPProfile
  /// The peer sent an alert of this number (RFC 5246 §7.2).
  case refusedByPeer(alert: UInt8)
  /// The peer broke the protocol, or has no version or cipher suite in common with us.
  case refused
  /// The peer has sent more than any handshake takes.
  case tooMuchData
}
