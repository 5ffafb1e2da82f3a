import COpenSSL

/// AES-128-GCM alone, in one context that takes only a new nonce for each packet: what no way of encrypting with this library undercuts.
struct FloorCipher: ~Copyable {
  private static let nonceByteCount = 12
  private static let tagByteCount: Int32 = 16
  private static let headerByteCount: Int32 = 20

  private let context: OpaquePointer
  private let source: [UInt8]
  private var target: [UInt8]
  private var nonce = [UInt8](repeating: 0, count: nonceByteCount)

  init(byteCount: Int) {
    guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL has no memory for a cipher") }
    let key = (0..<16).map { UInt8($0) }
    precondition(EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nil, key, nil) == 1, "OpenSSL has AES-GCM")
    self.context = context
    source = [UInt8](repeating: 7, count: byteCount)
    target = [UInt8](repeating: 0, count: byteCount + Int(Self.tagByteCount))
  }

  deinit { EVP_CIPHER_CTX_free(context) }

  /// Seals a packet under a nonce of its own, with its header authenticated.
  mutating func seal() {
    nonce[0] &+= 1
    if nonce[0] == 0 { nonce[1] &+= 1 }
    var (written, byteCount) = (Int32(0), Int32(source.count))
    let (context, source, nonce) = (context, source, nonce)
    let success = target.withUnsafeMutableBufferPointer { target in
      let end = target.baseAddress! + source.count  // the target holds the source and a tag
      return EVP_EncryptInit_ex(context, nil, nil, nil, nonce) == 1
        && EVP_EncryptUpdate(context, nil, &written, source, Self.headerByteCount) == 1
        && EVP_EncryptUpdate(context, target.baseAddress, &written, source, byteCount) == 1
        && EVP_EncryptFinal_ex(context, end, &byteCount) == 1
        && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Self.tagByteCount, end) == 1
    }
    precondition(success, "OpenSSL encrypts what it began to")
  }
}
