internal import CSockets
internal import Glibc
package import STUN

/// A transport address in the kernel's form, for one address family of socket.
///
/// A dual-stack socket speaks of IPv4 peers as IPv4-mapped IPv6 addresses (RFC 4291 §2.5.5.2); everywhere above they are IPv4.
package enum KernelAddress {
  /// The room for either family.
  package static let byteCount = MemoryLayout<sockaddr_in6>.size

  /// The largest network prefix of IPv4-mapped addresses, as the low word of an IPv6 address holds it.
  private static let mappedPrefix: UInt64 = 0xFFFF_0000_0000

  /// Writes `address` for a socket of `family`; returns the length, or nil when such a socket cannot reach it.
  package static func write(
    _ address: TransportAddress, for family: SocketFamily, to memory: UnsafeMutableRawPointer
  ) -> UInt32? {
    switch (family, address.ip.family) {
    case (.ipv4, .ipv4):
      var value = sockaddr_in()
      value.sin_family = sa_family_t(AF_INET)
      value.sin_port = address.port.bigEndian
      value.sin_addr = in4(address.ip)
      memory.storeBytes(of: value, as: sockaddr_in.self)
      return UInt32(MemoryLayout<sockaddr_in>.size)
    case (.ipv4, .ipv6):
      return nil
    case (.dualStack, _):
      var value = sockaddr_in6()
      value.sin6_family = sa_family_t(AF_INET6)
      value.sin6_port = address.port.bigEndian
      value.sin6_addr = in6(address.ip)
      value.sin6_scope_id = address.ip.zone
      memory.storeBytes(of: value, as: sockaddr_in6.self)
      return UInt32(MemoryLayout<sockaddr_in6>.size)
    }
  }

  /// Reads an address that the kernel wrote; nil for another family than IPv4 and IPv6.
  package static func read(_ memory: UnsafeRawPointer) -> TransportAddress? {
    switch Int32(memory.loadUnaligned(as: sa_family_t.self)) {
    case AF_INET:
      let value = memory.loadUnaligned(as: sockaddr_in.self)
      return TransportAddress(ip(value.sin_addr), port: UInt16(bigEndian: value.sin_port))
    case AF_INET6:
      let value = memory.loadUnaligned(as: sockaddr_in6.self)
      return TransportAddress(ip(value.sin6_addr, zone: value.sin6_scope_id), port: UInt16(bigEndian: value.sin6_port))
    default:
      return nil
    }
  }

  static func in4(_ address: IPAddress) -> in_addr {
    in_addr(s_addr: UInt32(truncatingIfNeeded: address.low).bigEndian)
  }

  /// The IPv6 form; an IPv4 address becomes IPv4-mapped.
  static func in6(_ address: IPAddress) -> in6_addr {
    let isIPv4 = address.family == .ipv4
    let words = (isIPv4 ? 0 : address.high.bigEndian, (isIPv4 ? mappedPrefix | address.low : address.low).bigEndian)
    return withUnsafeBytes(of: words) { $0.loadUnaligned(as: in6_addr.self) }
  }

  static func ip(_ address: in_addr) -> IPAddress {
    IPAddress(ipv4: UInt32(bigEndian: address.s_addr))
  }

  /// The address as everything above knows it: IPv4-mapped ones are IPv4, a zone is kept for link-local ones only.
  static func ip(_ address: in6_addr, zone: UInt32 = 0) -> IPAddress {
    let words = withUnsafeBytes(of: address) { $0.loadUnaligned(as: (UInt64, UInt64).self) }
    let high = UInt64(bigEndian: words.0)
    let isLinkLocal = high >> 54 == 0xFE80 >> 6
    return IPAddress(ipv6: high, UInt64(bigEndian: words.1), zone: isLinkLocal ? zone : 0).unmapped
  }
}

/// What kind of addresses a socket speaks.
package enum SocketFamily: Sendable {
  case ipv4
  /// IPv6, and IPv4 as mapped addresses.
  case dualStack

  var number: Int32 {
    switch self {
    case .ipv4: AF_INET
    case .dualStack: AF_INET6
    }
  }
}
