import COpenSSL
package import RTP

/// AES_CM_128_HMAC_SHA1_80 for the packets of one direction (RFC 3711 §4.1.1 and §4.2.1), for peers without AES-GCM.
package struct CounterModeTransform: ~Copyable {
  static let tagByteCount = 10
  static let authenticationKeyByteCount = 20

  private let context: OpaquePointer
  private let code: HMACSHA1
  private let salt: SRTPSalt

  package init(key: [UInt8], authenticationKey: [UInt8], salt: [UInt8]) {
    guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL has no memory for a cipher") }
    let success = EVP_EncryptInit_ex(context, EVP_aes_128_ctr(), nil, key, nil)
    precondition(success == 1, "OpenSSL offers no AES in counter mode")
    self.context = context
    code = HMACSHA1(key: authenticationKey)
    self.salt = SRTPSalt(salt)
  }

  deinit { EVP_CIPHER_CTX_free(context) }

  /// Header, ciphertext, tag over both and the rollover counter (RFC 3711 §3.1, §4.2).
  package func sealRTP(_ packet: SRTPPacketBytes, _ plaintext: SRTPPlaintext, ssrc: SSRC, index: UInt64) {
    let payload = packet.pointer(at: packet.headerByteCount)
    begin(salt.counterBlock(ssrc: ssrc, index: index))
    apply(UnsafeRawBufferPointer(start: payload, count: plaintext.byteCountInPlace), to: payload)
    apply(plaintext.appended, to: payload + plaintext.byteCountInPlace)
    if plaintext.fill > 0 {
      let offset = plaintext.byteCount - plaintext.fill
      apply(packet.writePadding(plaintext.fill, at: packet.headerByteCount + offset), to: payload + offset)
    }
    let authenticated = UnsafeRawBufferPointer(start: packet.base, count: packet.headerByteCount + plaintext.byteCount)
    code.withCode(of: authenticated, suffix: Self.rolloverCounter(of: index)) {
      (payload + plaintext.byteCount).update(from: $0, count: Self.tagByteCount)
    }
  }

  package func openRTP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt64) -> Bool {
    let end = packet.bytes.count - Self.tagByteCount
    let authenticated = UnsafeRawBufferPointer(start: packet.base, count: end)
    let isAuthentic = code.withCode(of: authenticated, suffix: Self.rolloverCounter(of: index)) {
      CRYPTO_memcmp($0, packet.pointer(at: end), Self.tagByteCount) == 0
    }
    guard isAuthentic else { return false }
    begin(salt.counterBlock(ssrc: ssrc, index: index))
    let payload = packet.pointer(at: packet.headerByteCount)
    apply(UnsafeRawBufferPointer(start: payload, count: end - packet.headerByteCount), to: payload)
    return true
  }

  /// Header, ciphertext, index word, tag over all of them (RFC 3711 §3.4).
  package func sealRTCP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt32) {
    let end = packet.bytes.count - Self.tagByteCount
    let wordOffset = end - SRTCPIndexWord.byteCount
    let payload = packet.pointer(at: packet.headerByteCount)
    begin(salt.counterBlock(ssrc: ssrc, index: UInt64(index)))
    apply(UnsafeRawBufferPointer(start: payload, count: wordOffset - packet.headerByteCount), to: payload)
    packet.setWord(index | SRTCPIndexWord.encryptedBit, at: wordOffset)
    code.withCode(of: UnsafeRawBufferPointer(start: packet.base, count: end)) {
      packet.pointer(at: end).update(from: $0, count: Self.tagByteCount)
    }
  }

  package func openRTCP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt32) -> Bool {
    let end = packet.bytes.count - Self.tagByteCount
    let isAuthentic = code.withCode(of: UnsafeRawBufferPointer(start: packet.base, count: end)) {
      CRYPTO_memcmp($0, packet.pointer(at: end), Self.tagByteCount) == 0
    }
    guard isAuthentic else { return false }
    begin(salt.counterBlock(ssrc: ssrc, index: UInt64(index)))
    let payload = packet.pointer(at: packet.headerByteCount)
    let count = end - SRTCPIndexWord.byteCount - packet.headerByteCount
    apply(UnsafeRawBufferPointer(start: payload, count: count), to: payload)
    return true
  }

  private static func rolloverCounter(of index: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: index >> 16)
  }

  private func begin(_ block: SRTPSalt.Block) {
    let success = block.withBytes { EVP_EncryptInit_ex(context, nil, nil, nil, $0) }
    precondition(success == 1, "OpenSSL cannot begin to encrypt")
  }

  /// Encrypts or decrypts, which is the same in counter mode.
  private func apply(_ source: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>) {
    guard !source.isEmpty else { return }
    var written: Int32 = 0
    let success = EVP_EncryptUpdate(context, target, &written, source.bytePointer, Int32(source.count))
    precondition(success == 1, "OpenSSL cannot encrypt")
  }
}
