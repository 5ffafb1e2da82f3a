/// A password as it is kept: scrypt's parameters, salt and result.
package struct PasswordHash: Hashable, Sendable {
  let cost: PasswordCost
  let salt: [UInt8]
  let hash: [UInt8]
}
