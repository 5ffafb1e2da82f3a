import COpenSSL

/// AES-GCM by OpenSSL, in one context that takes only a new nonce per packet.
struct OpenSSLGCM: ~Copyable {
  private let context: OpaquePointer

  /// A context for a key of 16 or 32 bytes.
  init(key: [UInt8], direction: AESGCM.Direction) {
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

  /// Encrypts `plaintext` into `target`, where all of it but `appended` stands, and writes the tag behind it.
  func seal(
    nonce: UnsafePointer<UInt8>, authenticating data: UnsafeRawBufferPointer, _ plaintext: SRTPPlaintext,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    var written: Int32 = 0
    let success =
      EVP_EncryptInit_ex(context, nil, nil, nil, nonce) == 1
      && EVP_EncryptUpdate(context, nil, &written, data.bytePointer, Int32(data.count)) == 1
    precondition(success, "OpenSSL cannot begin to encrypt")
    encrypt(UnsafeRawBufferPointer(start: target, count: plaintext.byteCountInPlace), to: target)
    encrypt(plaintext.appended, to: target + plaintext.byteCountInPlace)
    let fill = target + plaintext.byteCount - plaintext.fill
    encrypt(UnsafeRawBufferPointer(start: fill, count: plaintext.fill), to: fill)
    finish(tag: target + plaintext.byteCount)
  }

  /// Encrypts the next bytes of the message; source and target are the same or do not overlap.
  private func encrypt(_ source: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>) {
    guard !source.isEmpty else { return }
    var written: Int32 = 0
    let success = EVP_EncryptUpdate(context, target, &written, source.bytePointer, Int32(source.count))
    precondition(success == 1, "OpenSSL cannot encrypt")
  }

  private func finish(tag: UnsafeMutablePointer<UInt8>) {
    var written: Int32 = 0
    var end: UInt8 = 0  // GCM leaves nothing to write at its end, but wants a place for it
    let success =
      EVP_EncryptFinal_ex(context, &end, &written) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(AESGCM.tagByteCount), tag) == 1
    precondition(success, "OpenSSL cannot finish to encrypt")
  }

  /// Decrypts `count` bytes in place; false when the tag is wrong, and then the bytes are meaningless.
  func open(
    nonce: UnsafePointer<UInt8>, authenticating data: UnsafeRawBufferPointer,
    inPlace bytes: UnsafeMutablePointer<UInt8>, count: Int, tag: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    var written: Int32 = 0
    var end: UInt8 = 0
    let success =
      EVP_DecryptInit_ex(context, nil, nil, nil, nonce) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(AESGCM.tagByteCount), tag) == 1
      && EVP_DecryptUpdate(context, nil, &written, data.bytePointer, Int32(data.count)) == 1
    precondition(success, "OpenSSL cannot begin to decrypt")
    if count > 0 {
      let updated = EVP_DecryptUpdate(context, bytes, &written, bytes, Int32(count))
      precondition(updated == 1, "OpenSSL cannot decrypt")
    }
    return EVP_DecryptFinal_ex(context, &end, &written) == 1
  }
}
