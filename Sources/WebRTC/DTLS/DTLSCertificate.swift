import COpenSSL

/// A fresh, self-signed P-256 certificate, made once per process and named by its fingerprint (RFC 8827 §6.5, RFC 8122).
package final class DTLSCertificate: @unchecked Sendable {  // nothing changes after `init`; OpenSSL counts atomically
  /// What stands in our descriptions.
  package let fingerprint: CertificateFingerprint
  let key: OpaquePointer
  let certificate: OpaquePointer

  /// One day back, since the clocks of peers differ.
  private static let secondsValidBefore = 86_400
  /// One year: peers trust the fingerprint and not the dates, so nothing ends with them.
  private static let secondsValidAfter = 365 * 86_400

  /// Makes a key with OpenSSL's own random numbers, and a certificate around the wall-clock time `unixTime` in seconds.
  package init(unixTime: Int) {
    guard let key = evp_ec_gen("P-256"), let certificate = X509_new() else {
      preconditionFailure("OpenSSL cannot make a P-256 key")
    }
    Self.fill(certificate, key: key, unixTime: unixTime)
    var digest = [UInt8](repeating: 0, count: 32)
    var count: UInt32 = 0
    guard X509_sign(certificate, key, EVP_sha256()) > 0,
      X509_digest(certificate, EVP_sha256(), &digest, &count) == 1,
      let fingerprint = CertificateFingerprint(.sha256, digest)
    else { preconditionFailure("OpenSSL cannot sign a certificate") }
    self.key = key
    self.certificate = certificate
    self.fingerprint = fingerprint
  }

  deinit {
    X509_free(certificate)
    EVP_PKEY_free(key)
  }

  private static func fill(_ certificate: OpaquePointer, key: OpaquePointer, unixTime: Int) {
    var serial = [UInt8](repeating: 0, count: 8)
    RAND_bytes(&serial, 8)
    let number = serial.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 1 | 1  // positive, and not zero
    let name = X509_get_subject_name(certificate)
    let success =
      X509_set_version(certificate, 2) == 1  // version 3 counts from zero
      && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number) == 1
      && ASN1_TIME_set(X509_getm_notBefore(certificate), unixTime - secondsValidBefore) != nil
      && ASN1_TIME_set(X509_getm_notAfter(certificate), unixTime + secondsValidAfter) != nil
      && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, "Parley", -1, -1, 0) == 1
      && X509_set_issuer_name(certificate, name) == 1
      && X509_set_pubkey(certificate, key) == 1
    precondition(success, "OpenSSL cannot fill a certificate")
  }
}
