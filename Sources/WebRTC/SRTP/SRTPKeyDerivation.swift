import COpenSSL

/// Derives the session keys from a master key, once per call: the key derivation rate is zero (RFC 3711 §4.3, RFC 7714 §11).
package struct SRTPKeyDerivation {
  /// What a derived key is for (RFC 3711 §4.3.1 and §4.3.2).
  package enum Label: UInt8 {
    case rtpEncryption = 0
    case rtpAuthentication = 1
    case rtpSalt = 2
    case rtcpEncryption = 3
    case rtcpAuthentication = 4
    case rtcpSalt = 5
  }

  private static let blockByteCount = 16
  /// Where the label meets the salt: the key id is seven bytes, right-aligned with a salt of fourteen, and begins with the label.
  private static let labelOffset = 7

  private let master: SRTPMasterKey

  package init(master: SRTPMasterKey) {
    self.master = master
  }

  /// The first `count` bytes of the pseudo-random function for `label`: AES in counter mode over zeros (RFC 3711 §4.3.3).
  ///
  /// The master key of 32 bytes selects AES-256 as in RFC 6188; a salt of 12 bytes is followed by zeros (RFC 7714 §11).
  package func derive(_ label: Label, count: Int) -> [UInt8] {
    var block = master.salt + [UInt8](repeating: 0, count: Self.blockByteCount - master.salt.count)
    block[Self.labelOffset] ^= label.rawValue

    guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL has no memory for a cipher") }
    defer { EVP_CIPHER_CTX_free(context) }
    let cipher = master.key.count == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr()
    var derived = [UInt8](repeating: 0, count: count)
    var written: Int32 = 0
    let success =
      EVP_EncryptInit_ex(context, cipher, nil, master.key, block) == 1
      && EVP_EncryptUpdate(context, &derived, &written, [UInt8](repeating: 0, count: count), Int32(count)) == 1
    precondition(success && written == Int32(count), "OpenSSL cannot encrypt with AES in counter mode")
    return derived
  }
}
