import COpenSSL

/// Salted scrypt (RFC 7914): dear to guess, and never the password itself.
extension PasswordHash {
  private static let saltByteCount = 16
  private static let hashByteCount = 32

  /// Hashes a password under a fresh salt. Takes as long as `cost` says: call it where nobody waits.
  package init(of password: String, cost: PasswordCost) {
    var generator = SystemRandomNumberGenerator()
    let salt = (0..<Self.saltByteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    self.init(cost: cost, salt: salt, hash: Self.scrypt(password, salt: salt, cost: cost))
  }

  /// Whether this is the password, compared in constant time. Takes as long as hashing.
  package func matches(_ password: String) -> Bool {
    HMAC.areEqual(Self.scrypt(password, salt: salt, cost: cost), hash)
  }

  private static func scrypt(_ password: String, salt: [UInt8], cost: PasswordCost) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: hashByteCount)
    let password = Array(password.utf8)
    // A password may be empty only by mistake of a caller; OpenSSL takes a pointer all the same.
    let done = password.withUnsafeBytes { bytes in
      EVP_PBE_scrypt(
        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, salt, salt.count, 1 << UInt64(cost.logN),
        UInt64(cost.r), UInt64(cost.p), memoryLimit(of: cost), &result, result.count)
    }
    precondition(done == 1, "scrypt's parameters are within its memory limit")
    return result
  }

  /// What scrypt needs (RFC 7914 §6), and a little for OpenSSL.
  private static func memoryLimit(of cost: PasswordCost) -> UInt64 {
    128 * UInt64(cost.r) * ((1 << UInt64(cost.logN)) + UInt64(cost.p) + 2) + 1 << 16
  }
}
