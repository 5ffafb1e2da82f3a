import COpenSSL
import RTP

/// A DTLS 1.2 handshake under way, done by OpenSSL: datagrams in, datagrams out, keys at the end.
///
/// The one file that knows which library and which version of the protocol does the work; a handshake of DTLS 1.3 would offer
/// the same five members. OpenSSL reads the clock only for its own retransmission, and that is put off beyond every handshake:
/// `DTLSFlight` sends again instead, in the time its caller tells.
final class OpenSSLHandshake {
  enum Progress {
    case waiting
    case finished(SRTPKeyingMaterial)
    case failed(DTLSFailure)
  }

  private enum Verdict {
    case open
    case matched
    case mismatched
  }

  private let context: DTLSContext
  private let role: DTLSRole
  private let fingerprints: PeerFingerprints
  private let datagrams = DatagramBIO()
  private let ssl: OpaquePointer
  private var verdict = Verdict.open

  /// Nil when too many handshakes are under way.
  init?(context: DTLSContext, role: DTLSRole, expecting fingerprints: PeerFingerprints, maximumDatagramByteCount: Int) {
    guard context.beginHandshake() else { return nil }
    guard let ssl = SSL_new(context.sslContext) else { preconditionFailure("OpenSSL has no memory for a connection") }
    self.context = context
    self.role = role
    self.fingerprints = fingerprints
    self.ssl = ssl
    let bio = datagrams.makeBIO()
    SSL_set_bio(ssl, bio, bio)  // takes the BIO
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    precondition(ssl_set_mtu(ssl, maximumDatagramByteCount) > 0, "the MTU is smaller than DTLS allows")
    DTLS_set_timer_cb(ssl) { _, _ in .max }  // 71 minutes in microseconds: never
    switch role {
    case .client: SSL_set_connect_state(ssl)
    case .server: SSL_set_accept_state(ssl)
    }
  }

  deinit {
    SSL_free(ssl)
    context.endHandshake()
  }

  /// Lets OpenSSL work on one datagram, or begin when there is none.
  func proceed(with datagram: RawSpan) -> Progress {
    ERR_clear_error()  // the queue is the thread's, and an old error would be taken for ours
    let result = datagram.withUnsafeBytes { bytes in
      datagrams.offering(bytes.isEmpty ? nil : bytes) { SSL_do_handshake(ssl) }
    }
    guard result == 1 else { return unfinished(SSL_get_error(ssl, result)) }
    guard verdict == .matched else { return .failed(.fingerprintMismatch) }
    guard let profile = SSL_get_selected_srtp_profile(ssl).flatMap({ SRTPProfile(rawValue: UInt16($0.pointee.id)) })
    else { return .failed(.noSRTPProfile) }
    return .finished(exportKeys(for: profile))
  }

  /// What OpenSSL wants sent, in order.
  func takeWritten() -> [[UInt8]] {
    datagrams.takeWritten()
  }

  /// The protection of records after ChangeCipherSpec, known as soon as ours was written.
  func recordProtection() -> DTLSRecordProtection? {
    guard let session = SSL_get_session(ssl), let cipher = SSL_get_current_cipher(ssl),
      let suite = DTLSCipherSuite(rawValue: SSL_CIPHER_get_protocol_id(cipher))
    else { return nil }
    var master = [UInt8](repeating: 0, count: 48)
    var clientRandom = [UInt8](repeating: 0, count: 32)
    var serverRandom = [UInt8](repeating: 0, count: 32)
    guard SSL_SESSION_get_master_key(session, &master, master.count) == master.count else { return nil }
    SSL_get_client_random(ssl, &clientRandom, clientRandom.count)
    SSL_get_server_random(ssl, &serverRandom, serverRandom.count)
    return DTLSRecordProtection(
      suite: suite, role: role, masterSecret: master, clientRandom: clientRandom, serverRandom: serverRandom)
  }

  private func unfinished(_ error: Int32) -> Progress {
    switch error {
    case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .waiting
    default: break
    }
    if verdict == .mismatched { return .failed(.fingerprintMismatch) }
    // Alerts of the peer are reported as reasons above 1000 (SSL_AD_REASON_OFFSET).
    let reason = Int(ERR_peek_error() & 0x7f_ffff)
    return .failed((1000..<1256).contains(reason) ? .refusedByPeer(alert: UInt8(reason - 1000)) : .refused)
  }

  private func exportKeys(for profile: SRTPProfile) -> SRTPKeyingMaterial {
    let label = SRTPKeyingMaterial.exporterLabel
    var exported = [UInt8](repeating: 0, count: SRTPKeyingMaterial.exportedByteCount(for: profile))
    let success = SSL_export_keying_material(ssl, &exported, exported.count, label, label.utf8.count, nil, 0, 0)
    precondition(success == 1, "OpenSSL cannot export keys from a finished handshake")
    return SRTPKeyingMaterial(profile: profile, exported: exported)
  }

  /// Asks the handshake that owns a connection whether the certificate is the peer's, in the middle of the handshake: with a wrong
  /// one it ends there, before a key exists.
  static func installCallbacks(in sslContext: OpaquePointer) {
    SSL_CTX_set_cert_verify_callback(
      sslContext,
      { store, _ in
        guard let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
          let owner = SSL_get_ex_data(OpaquePointer(ssl), 0), let certificate = X509_STORE_CTX_get0_cert(store)
        else { return 0 }
        // The handshake owns the connection that is calling, so it is alive.
        let handshake = Unmanaged<OpenSSLHandshake>.fromOpaque(owner).takeUnretainedValue()
        handshake.verdict = handshake.fingerprints.match(certificate) ? .matched : .mismatched
        guard handshake.verdict == .matched else {
          X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
          return 0
        }
        return 1
      }, nil)
  }
}
