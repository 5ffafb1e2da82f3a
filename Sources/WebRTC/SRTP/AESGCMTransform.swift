package import RTP

/// AEAD_AES_128_GCM and AEAD_AES_256_GCM for the packets of one direction (RFC 7714).
package struct AESGCMTransform: ~Copyable {
  private let cipher: AESGCM
  private let salt: SRTPSalt

  package init(
    key: [UInt8], salt: [UInt8], direction: AESGCM.Direction, library: AESGCM.Library = .best
  ) {
    cipher = AESGCM(key: key, direction: direction, library: library)
    self.salt = SRTPSalt(salt)
  }

  /// Header, ciphertext, tag (RFC 7714 §8.2).
  package func sealRTP(_ packet: SRTPPacketBytes, _ plaintext: SRTPPlaintext, ssrc: SSRC, index: UInt64) {
    if plaintext.fill > 0 {
      let offset = packet.headerByteCount + plaintext.byteCount - plaintext.fill
      _ = packet.writePadding(plaintext.fill, at: offset)
    }
    let header = UnsafeRawBufferPointer(start: packet.base, count: packet.headerByteCount)
    cipher.seal(
      nonce: salt.nonce(ssrc: ssrc, index: index), authenticating: header, plaintext,
      to: packet.pointer(at: packet.headerByteCount))
  }

  package func openRTP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt64) -> Bool {
    let header = UnsafeRawBufferPointer(start: packet.base, count: packet.headerByteCount)
    let count = packet.bytes.count - packet.headerByteCount - AESGCM.tagByteCount
    let payload = packet.pointer(at: packet.headerByteCount)
    return cipher.open(
      nonce: salt.nonce(ssrc: ssrc, index: index), authenticating: header, inPlace: payload, count: count,
      tag: payload + count)
  }

  /// Header, ciphertext, tag, index word (RFC 7714 §9.2).
  package func sealRTCP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt32) {
    let word = index | SRTCPIndexWord.encryptedBit
    let count = packet.bytes.count - packet.headerByteCount - AESGCM.tagByteCount - SRTCPIndexWord.byteCount
    let payload = packet.pointer(at: packet.headerByteCount)
    let plaintext = SRTPPlaintext(byteCountInPlace: count, appended: UnsafeRawBufferPointer(start: nil, count: 0))
    Self.withAuthenticatedData(packet, word) {
      cipher.seal(nonce: salt.nonce(ssrc: ssrc, index: UInt64(index)), authenticating: $0, plaintext, to: payload)
    }
    packet.setWord(word, at: packet.bytes.count - SRTCPIndexWord.byteCount)
  }

  package func openRTCP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt32) -> Bool {
    let count = packet.bytes.count - packet.headerByteCount - AESGCM.tagByteCount - SRTCPIndexWord.byteCount
    let payload = packet.pointer(at: packet.headerByteCount)
    return Self.withAuthenticatedData(packet, index | SRTCPIndexWord.encryptedBit) {
      cipher.open(
        nonce: salt.nonce(ssrc: ssrc, index: UInt64(index)), authenticating: $0, inPlace: payload, count: count,
        tag: payload + count)
    }
  }

  /// The eight readable bytes and the index word behind them, which are apart in the packet (RFC 7714 §9.2).
  private static func withAuthenticatedData<Result>(
    _ packet: SRTPPacketBytes, _ word: UInt32, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    var data: (UInt32, UInt32, UInt32) = (0, 0, word.bigEndian)
    return withUnsafeMutableBytes(of: &data) { data in
      data.copyMemory(from: UnsafeRawBufferPointer(start: packet.base, count: SRTCPIndexWord.headerByteCount))
      return body(UnsafeRawBufferPointer(data))
    }
  }
}
