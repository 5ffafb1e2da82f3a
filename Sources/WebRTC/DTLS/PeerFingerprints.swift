import COpenSSL

/// The fingerprints that a peer's certificate may have, all of the strongest hash that its description offers (RFC 8122 §5).
struct PeerFingerprints {
  private let hash: OpaquePointer  // an EVP_MD of OpenSSL's, which lives as long as the process
  private let digests: [[UInt8]]

  /// Nil when nothing of SHA-256 or better was offered: SHA-1 alone proves no identity.
  init?(_ fingerprints: [CertificateFingerprint]) {
    for (hash, function) in [
      (CertificateFingerprint.Hash.sha512, EVP_sha512()), (.sha384, EVP_sha384()), (.sha256, EVP_sha256()),
    ] {
      let digests = fingerprints.filter { $0.hash == hash }.map(\.digest)
      guard !digests.isEmpty, let function else { continue }
      self.hash = function
      self.digests = digests
      return
    }
    return nil
  }

  /// Whether the certificate has one of the fingerprints, in a time that does not tell where a wrong one differs.
  func match(_ certificate: OpaquePointer) -> Bool {
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard X509_digest(certificate, hash, &digest, &count) == 1 else { return false }
    var isFound = false
    for expected in digests where expected.count == Int(count) {
      if CRYPTO_memcmp(expected, digest, expected.count) == 0 { isFound = true }
    }
    return isFound
  }
}
