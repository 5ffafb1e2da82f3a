import COpenSSL

/// AES in Galois/Counter Mode under one key, in one OpenSSL context that takes only a new nonce per packet (RFC 5116 §5.1).
///
/// Allocates nothing after `init`. The owner calls it from one thread.
package struct AESGCM: ~Copyable {
  static let nonceByteCount = 12
  static let tagByteCount = 16

  package enum Direction {
    case seal
    case open
  }

  private let context: OpaquePointer

  /// A context for a key of 16 or 32 bytes.
  init(key: [UInt8], direction: Direction) {
    guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL has no memory for a cipher") }
    let cipher = key.count == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm()
    let success: Int32
    switch direction {
    case .seal: success = EVP_EncryptInit_ex(context, cipher, nil, key, nil)
    case .open: success = EVP_DecryptInit_ex(context, cipher, nil, key, nil)
    }
    precondition(success == 1, "OpenSSL offers no AES-GCM for this key")
    self.context = context
  }

  deinit { EVP_CIPHER_CTX_free(context) }

  /// Begins a message with its nonce and its authenticated but readable bytes.
  func beginSealing(nonce: SRTPSalt.Block, authenticating data: UnsafeRawBufferPointer) {
    var written: Int32 = 0
    let success =
      nonce.withBytes { EVP_EncryptInit_ex(context, nil, nil, nil, $0) } == 1
      && EVP_EncryptUpdate(context, nil, &written, data.bytePointer, Int32(data.count)) == 1
    precondition(success, "OpenSSL cannot begin to encrypt")
  }

  /// Encrypts the next bytes of the message; source and target are the same or do not overlap.
  func encrypt(_ source: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>) {
    guard !source.isEmpty else { return }
    var written: Int32 = 0
    let success = EVP_EncryptUpdate(context, target, &written, source.bytePointer, Int32(source.count))
    precondition(success == 1, "OpenSSL cannot encrypt")
  }

  /// Ends the message and writes its tag.
  func finishSealing(tag: UnsafeMutablePointer<UInt8>) {
    var written: Int32 = 0
    var end: UInt8 = 0  // GCM leaves nothing to write at its end, but wants a place for it
    let success =
      EVP_EncryptFinal_ex(context, &end, &written) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagByteCount), tag) == 1
    precondition(success, "OpenSSL cannot finish to encrypt")
  }

  /// Decrypts `count` bytes in place; false when the tag is wrong, and then the bytes are meaningless.
  func open(
    nonce: SRTPSalt.Block, authenticating data: UnsafeRawBufferPointer,
    inPlace ciphertext: UnsafeMutablePointer<UInt8>, count: Int, tag: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    var written: Int32 = 0
    var end: UInt8 = 0
    let success =
      nonce.withBytes { EVP_DecryptInit_ex(context, nil, nil, nil, $0) } == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagByteCount), tag) == 1
      && EVP_DecryptUpdate(context, nil, &written, data.bytePointer, Int32(data.count)) == 1
    precondition(success, "OpenSSL cannot begin to decrypt")
    if count > 0 {
      let updated = EVP_DecryptUpdate(context, ciphertext, &written, ciphertext, Int32(count))
      precondition(updated == 1, "OpenSSL cannot decrypt")
    }
    return EVP_DecryptFinal_ex(context, &end, &written) == 1
  }
}

extension UnsafeRawBufferPointer {
  /// The first byte, as OpenSSL wants it; the buffer is not empty.
  var bytePointer: UnsafePointer<UInt8> {
    baseAddress!.assumingMemoryBound(to: UInt8.self)  // callers ask for parts of packets that have at least one byte
  }
}
