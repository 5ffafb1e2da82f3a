/// The address a client comes from, as bytes: four for IPv4, sixteen for IPv6.
///
/// An IPv4 address written as IPv6 (`::ffff:a.b.c.d`, RFC 4291 §2.5.5.2) is the IPv4 address.
package struct ClientAddress: Hashable, Sendable {
  /// What limits count by: a whole IPv4 address, or the first 64 bits of an IPv6 address, which is what one household is given.
  package struct Prefix: Hashable, Sendable {
    fileprivate let bits: UInt64
    fileprivate let isIPv6: Bool
  }

  private let high: UInt64
  private let low: UInt64
  private let isIPv6: Bool

  private static let mappedMarker: UInt64 = 0xFFFF

  /// Takes the bytes in network order; nil unless there are four or sixteen.
  package init?(bytes: some Collection<UInt8>) {
    switch bytes.count {
    case 4:
      (high, low, isIPv6) = (0, Self.number(bytes), false)
    case 16:
      let (upper, lower) = (Self.number(bytes.prefix(8)), Self.number(bytes.dropFirst(8)))
      let isMapped = upper == 0 && lower >> 32 == Self.mappedMarker
      (high, low, isIPv6) = (upper, isMapped ? lower & 0xFFFF_FFFF : lower, !isMapped)
    default:
      return nil
    }
  }

  package static var loopback: ClientAddress { ClientAddress(ipv4: 0x7F00_0001) }

  package init(ipv4: UInt32) {
    (high, low, isIPv6) = (0, UInt64(ipv4), false)
  }

  /// The part of the address that limits count by.
  package var prefix: Prefix { Prefix(bits: isIPv6 ? high : low, isIPv6: isIPv6) }

  /// The address with its last part left out, for logs: `192.0.2.x`, `2001:db8:0:1::x`.
  package var shortened: String {
    if isIPv6 {
      let groups = (0..<4).map { String((high >> (48 - 16 * UInt64($0))) & 0xFFFF, radix: 16) }
      return groups.joined(separator: ":") + "::x"
    }
    return (1...3).map { String((low >> (32 - 8 * UInt64($0))) & 0xFF) }.joined(separator: ".") + ".x"
  }

  /// The bytes that identify the prefix, for keyed hashes.
  package var prefixBytes: [UInt8] {
    let bits = prefix.bits
    return [isIPv6 ? 6 : 4] + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }
}
