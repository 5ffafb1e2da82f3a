/// A protection profile of SRTP, as negotiated by DTLS (RFC 5764 §4.1.2, RFC 7714 §14.2).
///
/// The raw value is the number that stands in the `use_srtp` extension.
package enum SRTPProfile: UInt16, CaseIterable, Sendable {
  case aes128CounterModeHMACSHA1Tag80 = 0x0001
  case aeadAES128GCM = 0x0007
  case aeadAES256GCM = 0x0008

  /// What we offer and choose, the best first.
  ///
  /// AES-GCM is one pass and costs half of counter mode with HMAC or less; 128 bits are a little faster than 256 and as good for
  /// keys that live as long as a call.
  package static let preference: [SRTPProfile] = [.aeadAES128GCM, .aeadAES256GCM, .aes128CounterModeHMACSHA1Tag80]

  /// The length of the master key and of the session keys for encryption.
  package var keyByteCount: Int {
    switch self {
    case .aes128CounterModeHMACSHA1Tag80, .aeadAES128GCM: return 16
    case .aeadAES256GCM: return 32
    }
  }

  /// The length of the master salt and of the session salts.
  package var saltByteCount: Int {
    switch self {
    case .aes128CounterModeHMACSHA1Tag80: return 14
    case .aeadAES128GCM, .aeadAES256GCM: return 12
    }
  }

  /// The length of the authentication tag; so much longer is a protected RTP packet.
  package var tagByteCount: Int {
    switch self {
    case .aes128CounterModeHMACSHA1Tag80: return 10
    case .aeadAES128GCM, .aeadAES256GCM: return 16
    }
  }

  /// How much longer a protected RTCP packet is: the tag and the word with the E bit and the index (RFC 3711 §3.4).
  package var rtcpOverheadByteCount: Int { tagByteCount + 4 }
}
