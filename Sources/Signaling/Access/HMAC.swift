import COpenSSL

/// Keyed and plain hashes by the system's OpenSSL.
package enum HMAC {
  /// HMAC-SHA256 (RFC 2104): 32 bytes.
  package static func sha256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    digest(message, key: key, algorithm: EVP_sha256(), byteCount: 32)
  }

  /// HMAC-SHA1 (RFC 2104): 20 bytes; only for time-limited TURN credentials, whose convention demands it.
  package static func sha1(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    digest(message, key: key, algorithm: EVP_sha1(), byteCount: 20)
  }

  /// Whether two secrets are the same, in a time that does not depend on where they differ.
  package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }

  private static func digest(
    _ message: [UInt8], key: [UInt8], algorithm: OpaquePointer?, byteCount: Int
  ) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: byteCount)
    var length = UInt32(byteCount)
    let done = COpenSSL.HMAC(algorithm, key, Int32(key.count), message, message.count, &result, &length)
    precondition(done != nil && length == byteCount, "OpenSSL calculates an HMAC of any message under any key.")
    return result
  }
}

/// SHA-256 of bytes (FIPS 180-4).
package func sha256(_ message: [UInt8]) -> [UInt8] {
  var result = [UInt8](repeating: 0, count: 32)
  precondition(SHA256(message, message.count, &result) != nil, "OpenSSL hashes any message.")
  return result
}
