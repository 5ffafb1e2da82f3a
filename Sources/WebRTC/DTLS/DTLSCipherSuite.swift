import COpenSSL

/// The cipher suites that we negotiate, as far as records need to know them (RFC 5289, RFC 7905).
enum DTLSCipherSuite: UInt16 {
  case ecdheECDSAWithAES128GCM = 0xc02b
  case ecdheECDSAWithAES256GCM = 0xc02c
  case ecdheRSAWithAES128GCM = 0xc02f
  case ecdheRSAWithAES256GCM = 0xc030
  case ecdheRSAWithChaCha20 = 0xcca8
  case ecdheECDSAWithChaCha20 = 0xcca9

  /// How the nonce of a record is made.
  enum NonceForm {
    /// Four secret bytes and eight that the record carries (RFC 5288 §3).
    case explicit
    /// Twelve secret bytes combined with epoch and sequence number (RFC 7905 §2).
    case implicit
  }

  var cipher: OpaquePointer? {
    switch self {
    case .ecdheECDSAWithAES128GCM, .ecdheRSAWithAES128GCM: return EVP_aes_128_gcm()
    case .ecdheECDSAWithAES256GCM, .ecdheRSAWithAES256GCM: return EVP_aes_256_gcm()
    case .ecdheECDSAWithChaCha20, .ecdheRSAWithChaCha20: return EVP_chacha20_poly1305()
    }
  }

  var keyByteCount: Int {
    switch self {
    case .ecdheECDSAWithAES128GCM, .ecdheRSAWithAES128GCM: return 16
    case .ecdheECDSAWithAES256GCM, .ecdheRSAWithAES256GCM: return 32
    case .ecdheECDSAWithChaCha20, .ecdheRSAWithChaCha20: return 32
    }
  }

  var nonceForm: NonceForm {
    switch self {
    case .ecdheECDSAWithChaCha20, .ecdheRSAWithChaCha20: return .implicit
    case .ecdheECDSAWithAES128GCM, .ecdheRSAWithAES128GCM, .ecdheECDSAWithAES256GCM, .ecdheRSAWithAES256GCM:
      return .explicit
    }
  }

  /// The length of the secret part of the nonce.
  var fixedNonceByteCount: Int {
    switch nonceForm {
    case .explicit: return 4
    case .implicit: return 12
    }
  }

  /// The hash of the pseudo-random function, by OpenSSL's name.
  private var hashName: String {
    switch self {
    case .ecdheECDSAWithAES256GCM, .ecdheRSAWithAES256GCM: return "SHA384"
    case .ecdheECDSAWithAES128GCM, .ecdheRSAWithAES128GCM, .ecdheECDSAWithChaCha20, .ecdheRSAWithChaCha20:
      return "SHA256"
    }
  }

  /// The key block of a connection (RFC 5246 §6.3): `count` bytes of the pseudo-random function.
  func keyBlock(masterSecret: [UInt8], seed: [UInt8], count: Int) -> [UInt8] {
    guard let function = EVP_KDF_fetch(nil, "TLS1-PRF", nil), let context = EVP_KDF_CTX_new(function) else {
      preconditionFailure("OpenSSL offers no pseudo-random function of TLS 1.2")
    }
    defer {
      EVP_KDF_CTX_free(context)
      EVP_KDF_free(function)
    }
    var secret = masterSecret
    var labelled = Array("key expansion".utf8) + seed
    var hash = Array(hashName.utf8CString)
    var block = [UInt8](repeating: 0, count: count)
    let success = hash.withUnsafeMutableBufferPointer { hash in
      secret.withUnsafeMutableBytes { secret in
        labelled.withUnsafeMutableBytes { labelled in
          let parameters = [
            ossl_kdf_param_digest(hash.baseAddress),
            ossl_kdf_param_secret(secret.baseAddress, secret.count),
            ossl_kdf_param_seed(labelled.baseAddress, labelled.count),
            OSSL_PARAM_construct_end(),
          ]
          return EVP_KDF_derive(context, &block, count, parameters)
        }
      }
    }
    precondition(success == 1, "OpenSSL cannot derive a key block")
    return block
  }
}
