import COpenSSL

/// HMAC-SHA1 under one key (RFC 2104), begun once: each message starts from copies of the two keyed states.
struct HMACSHA1 {
  static let digestByteCount = 20
  private static let blockByteCount = 64

  private var inner = SHA_CTX()
  private var outer = SHA_CTX()

  /// Keys of SRTP have 20 bytes; longer ones than a block would have to be hashed first and do not occur.
  init(key: [UInt8]) {
    precondition(key.count <= Self.blockByteCount, "a key longer than a block of SHA-1")
    let padded = key + [UInt8](repeating: 0, count: Self.blockByteCount - key.count)
    _ = sha1_init(&inner)
    _ = sha1_init(&outer)
    _ = sha1_update(&inner, padded.map { $0 ^ 0x36 }, Self.blockByteCount)
    _ = sha1_update(&outer, padded.map { $0 ^ 0x5c }, Self.blockByteCount)
  }

  /// Hands `body` the code over `message` followed by the four bytes of `suffix`, if there is one.
  func withCode<Result>(
    of message: UnsafeRawBufferPointer, suffix: UInt32? = nil, _ body: (UnsafePointer<UInt8>) -> Result
  ) -> Result {
    var state = inner
    _ = sha1_update(&state, message.baseAddress, message.count)
    if var word = suffix?.bigEndian { _ = sha1_update(&state, &word, 4) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.digestByteCount) { digest in
      let digest = digest.baseAddress!  // twenty bytes, not empty
      _ = sha1_final(digest, &state)
      state = outer
      _ = sha1_update(&state, digest, Self.digestByteCount)
      _ = sha1_final(digest, &state)
      return body(digest)
    }
  }
}
