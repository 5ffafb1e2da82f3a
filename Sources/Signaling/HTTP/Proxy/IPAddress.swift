import Glibc
package import NIOCore

/// An IPv4 or IPv6 address without a port; IPv4 written inside IPv6 (RFC 4291 §2.5.5.2) counts as IPv4.
package struct IPAddress: Hashable, Sendable {
  package enum Family: Sendable { case v4, v6 }

  package let family: Family
  /// The address in host order, IPv4 in the low 32 bits.
  package let bits: UInt128

  package var bitCount: Int { family == .v4 ? 32 : 128 }

  private init(v4 bits: UInt32) {
    family = .v4
    self.bits = UInt128(bits)
  }

  private init(v6 bits: UInt128) {
    let isMappedIPv4 = bits >> 32 == 0xFFFF
    family = isMappedIPv4 ? .v4 : .v6
    self.bits = isMappedIPv4 ? bits & 0xFFFF_FFFF : bits
  }

  /// Parses dotted decimal or RFC 4291 §2.2 text; a zone (`%eth0`) is ignored, brackets and ports are not accepted.
  package init?(_ text: some StringProtocol) {
    let text = String(text.prefix { $0 != "%" })
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self.init(v4: UInt32(bigEndian: v4.s_addr))
      return
    }
    var v6 = in6_addr()
    guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
    self.init(v6: UInt128(bigEndian: withUnsafeBytes(of: v6) { $0.loadUnaligned(as: UInt128.self) }))
  }

  /// The address of a peer, nil for a Unix socket.
  package init?(_ address: SocketAddress?) {
    guard let text = address?.ipAddress else { return nil }
    self.init(text)
  }

  /// The bytes in network order: 4 or 16.
  package var bytes: [UInt8] {
    withUnsafeBytes(of: bits.bigEndian) { Array($0.suffix(bitCount / 8)) }
  }

  package var isLoopback: Bool { AddressRange.loopback.contains { $0.contains(self) } }
}
