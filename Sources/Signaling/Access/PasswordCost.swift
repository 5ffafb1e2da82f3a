/// The parameters of scrypt (RFC 7914 §2): N = 2^logN, r, p.
package struct PasswordCost: Hashable, Sendable {
  package var logN: Int
  package var r: Int
  package var p: Int

  /// 32 MiB and about 80 ms of one core: dear to guess, and two at once still leave room on a small server.
  package init(logN: Int = 15, r: Int = 8, p: Int = 1) {
    self.logN = logN
    self.r = r
    self.p = p
  }
}
