import COpenSSL
import Synchronization

/// What all associations of the process share: the certificate, the rules of the handshake, and how many may be half open.
package final class DTLSContext: @unchecked Sendable {  // after `init` OpenSSL's is only read; the count is atomic
  /// How many handshakes may be under way at once: each takes up to 64 kB, so 640 MB at the very worst.
  package static let defaultHalfOpenLimit = 10_000

  /// Forward-secret AEAD suites only; those of RSA are for servers that have such a certificate.
  package static let cipherSuites = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
  ]
  /// Our records are no longer than a datagram; OpenSSL would set aside 16 kB more for each connection.
  private static let maximumSentFragmentByteCount = 2048
  private static let groups = "X25519:P-256"

  package let certificate: DTLSCertificate
  let sslContext: OpaquePointer
  private let halfOpenLimit: Int
  private let halfOpen = Atomic<Int>(0)

  package init(
    certificate: DTLSCertificate, profiles: [SRTPProfile] = SRTPProfile.preference,
    cipherSuites: [String] = cipherSuites, halfOpenLimit: Int = defaultHalfOpenLimit
  ) {
    guard let context = SSL_CTX_new(DTLS_method()) else { preconditionFailure("OpenSSL offers no DTLS") }
    self.certificate = certificate
    self.halfOpenLimit = halfOpenLimit
    sslContext = context
    Self.restrict(context)
    let success =
      SSL_CTX_use_certificate(context, certificate.certificate) == 1
      && SSL_CTX_use_PrivateKey(context, certificate.key) == 1
      && SSL_CTX_set_cipher_list(context, cipherSuites.joined(separator: ":")) == 1
      && ssl_ctx_set1_groups_list(context, Self.groups) == 1
      && SSL_CTX_set_tlsext_use_srtp(context, profiles.map(\.openSSLName).joined(separator: ":")) == 0  // 0 is success
    precondition(success, "OpenSSL refuses the certificate, the cipher suites or the SRTP profiles")
    OpenSSLHandshake.installCallbacks(in: context)
  }

  deinit { SSL_CTX_free(sslContext) }

  /// How many handshakes are under way.
  package var halfOpenCount: Int { halfOpen.load(ordering: .relaxed) }

  /// Counts a handshake that begins; false when there are too many, and then it is to be tried again later.
  func beginHandshake() -> Bool {
    guard halfOpen.wrappingAdd(1, ordering: .relaxed).newValue <= halfOpenLimit else {
      endHandshake()
      return false
    }
    return true
  }

  func endHandshake() {
    halfOpen.wrappingSubtract(1, ordering: .relaxed)
  }

  /// DTLS 1.2, no resumption, no renegotiation (RFC 8827 §6.5), a certificate from both, and no guess at the MTU.
  private static func restrict(_ context: OpaquePointer) {
    let versions =
      ssl_ctx_set_min_proto_version(context, DTLS1_2_VERSION) == 1
      && ssl_ctx_set_max_proto_version(context, DTLS1_2_VERSION) == 1
    precondition(versions, "OpenSSL offers no DTLS 1.2")
    SSL_CTX_set_options(
      context,
      ssl_op_no_query_mtu | ssl_op_no_renegotiation | ssl_op_no_ticket | ssl_op_cipher_server_preference)
    ssl_ctx_set_session_cache_mode(context, SSL_SESS_CACHE_OFF)
    ssl_ctx_set_max_cert_list(context, DTLSHandshakeFragment.maximumMessageByteCount)
    _ = ssl_ctx_set_max_send_fragment(context, maximumSentFragmentByteCount)
    ssl_ctx_set_read_ahead(context, 1)
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
  }
}

extension SRTPProfile {
  /// What OpenSSL calls the profile.
  fileprivate var openSSLName: String {
    switch self {
    case .aes128CounterModeHMACSHA1Tag80: return "SRTP_AES128_CM_SHA1_80"
    case .aeadAES128GCM: return "SRTP_AEAD_AES_128_GCM"
    case .aeadAES256GCM: return "SRTP_AEAD_AES_256_GCM"
    }
  }
}
