import COpenSSL
package import RTP

/// The secret that MESSAGE-INTEGRITY is computed with (RFC 8489 §9.1.1 and §9.2.2).
package struct STUNIntegrityKey: Sendable {
  private let bytes: [UInt8]

  /// The short-term key, which ICE uses: the password itself (all ICE passwords are ASCII, which OpaqueString leaves as it is).
  package init(password: some Sequence<UInt8>) {
    bytes = Array(password)
  }

  /// The long-term key, which TURN uses: the MD5 digest of `username:realm:password`.
  package init(username: some Sequence<UInt8>, realm: some Sequence<UInt8>, password: some Sequence<UInt8>) {
    let colon = CollectionOfOne(UInt8(ascii: ":"))
    let text = Array(username) + colon + Array(realm) + colon + Array(password)
    var digest = [UInt8](repeating: 0, count: 16)
    let success = EVP_Digest(text, text.count, &digest, nil, EVP_md5(), nil)
    precondition(success == 1, "OpenSSL offers no MD5, which the long-term mechanism needs")
    bytes = digest
  }

  /// The HMAC over the first `count` bytes of `message`, with the length field of the header replaced (RFC 8489 §14.5).
  fileprivate func withCode<Result>(
    _ digest: STUNIntegrityDigest, of message: RawSpan, count: Int, lengthField: UInt16,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(byteCount: count + STUNIntegrityDigest.maximumLength, alignment: 8) { scratch in
      message.withUnsafeBytes { scratch.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
      scratch.storeBytes(of: lengthField.bigEndian, toByteOffset: 2, as: UInt16.self)
      let code = UnsafeMutableRawBufferPointer(rebasing: scratch[count...])
      var length: UInt32 = 0
      let input = scratch.baseAddress!.assumingMemoryBound(to: UInt8.self)  // not empty: a header is 20 bytes
      let output = code.baseAddress!.assumingMemoryBound(to: UInt8.self)  // 32 bytes, the largest digest
      let result = HMAC(digest.function, bytes, Int32(bytes.count), input, count, output, &length)
      precondition(result != nil, "OpenSSL cannot compute an HMAC")
      return body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(code)[..<Int(length)]))
    }
  }
}

/// The hash inside the HMAC.
private enum STUNIntegrityDigest {
  static let maximumLength = 32

  case sha1
  case sha256

  var function: OpaquePointer? {
    switch self {
    case .sha1: return EVP_sha1()
    case .sha256: return EVP_sha256()
    }
  }
}

extension STUNMessage {
  /// Whether MESSAGE-INTEGRITY is there and made with `key`; takes the same time wherever a wrong code differs.
  package func hasIntegrity(madeWith key: STUNIntegrityKey, in datagram: RawSpan) -> Bool {
    guard let integrityOffset else { return false }
    return agrees(.sha1, codeLength: 20, at: integrityOffset, key, datagram)
  }

  /// Whether MESSAGE-INTEGRITY-SHA256 is there and made with `key`; the code may be cut to a multiple of four bytes, 16 or more
  /// (RFC 8489 §14.6).
  package func hasSHA256Integrity(madeWith key: STUNIntegrityKey, in datagram: RawSpan) -> Bool {
    guard let sha256Offset, let codeLength = try? datagram.loadUInt16(at: sha256Offset + 2) else { return false }
    return agrees(.sha256, codeLength: Int(codeLength), at: sha256Offset, key, datagram)
  }

  private func agrees(
    _ digest: STUNIntegrityDigest, codeLength: Int, at offset: Int, _ key: STUNIntegrityKey, _ datagram: RawSpan
  ) -> Bool {
    let claimed = (offset + 4)..<(offset + 4 + codeLength)
    guard claimed.upperBound <= datagram.byteCount, codeLength <= STUNIntegrityDigest.maximumLength
    else { return false }
    let lengthField = UInt16(claimed.upperBound - Self.headerLength)
    return key.withCode(digest, of: datagram, count: offset, lengthField: lengthField) { code in
      datagram.extracting(claimed).withUnsafeBytes { bytes in
        guard let code = code.baseAddress, let bytes = bytes.baseAddress else { return false }
        return CRYPTO_memcmp(code, bytes, codeLength) == 0
      }
    }
  }

  /// Whether FINGERPRINT is there and right (RFC 8489 §14.7): the CRC-32 of all before it, XORed with `STUN`.
  package func hasFingerprint(in datagram: RawSpan) -> Bool {
    guard let fingerprintOffset, let claimed = try? datagram.loadUInt32(at: fingerprintOffset + 4) else { return false }
    return claimed == STUNFingerprint.value(of: datagram.extracting(..<fingerprintOffset))
  }
}

extension STUNMessageBuilder {
  /// Appends MESSAGE-INTEGRITY over all that was written so far.
  package mutating func appendIntegrity(
    madeWith key: STUNIntegrityKey, to output: inout OutputRawSpan
  ) throws(WireError) {
    try appendCode(.sha1, .messageIntegrity, byteCount: 20, key, &output)
  }

  /// Appends MESSAGE-INTEGRITY-SHA256 over all that was written so far.
  package mutating func appendSHA256Integrity(
    madeWith key: STUNIntegrityKey, to output: inout OutputRawSpan
  ) throws(WireError) {
    try appendCode(.sha256, .messageIntegritySHA256, byteCount: 32, key, &output)
  }

  private mutating func appendCode(
    _ digest: STUNIntegrityDigest, _ type: STUNAttributeType, byteCount: Int, _ key: STUNIntegrityKey,
    _ output: inout OutputRawSpan
  ) throws(WireError) {
    let count = output.byteCount - start
    let lengthField = UInt16(count + 4 + byteCount - STUNMessage.headerLength)
    let code = key.withCode(digest, of: output.bytes.extracting(start...), count: count, lengthField: lengthField) {
      Array($0)
    }
    try append(type, code.span.bytes, to: &output)
  }

  /// Appends FINGERPRINT, which must come last.
  package mutating func appendFingerprint(to output: inout OutputRawSpan) throws(WireError) {
    setLength(addingAttributeOf: 4, in: &output)
    let fingerprint = STUNFingerprint.value(of: output.bytes.extracting(start...))
    try append(.fingerprint, fingerprint, to: &output)
  }
}

/// The CRC-32 of ISO 3309, as Ethernet and zip use it, XORed with the letters `STUN` (RFC 8489 §14.7).
package enum STUNFingerprint {
  private static let mask: UInt32 = 0x5354_554E

  /// One step of eight bits for every byte value; the polynomial is 0x04C11DB7 with its bits reversed.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in remainder >> 1 ^ (remainder & 1 == 0 ? 0 : 0xEDB8_8320) }
  }

  /// The value of the attribute for a message whose bytes before it are `bytes`.
  package static func value(of bytes: RawSpan) -> UInt32 {
    let table = Self.table
    return bytes.withUnsafeBytes { bytes in
      ~bytes.reduce(UInt32.max) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] } ^ mask
    }
  }
}
