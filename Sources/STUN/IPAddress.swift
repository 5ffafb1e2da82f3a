/// An IPv4 or IPv6 address, held in two words so that it copies, compares and hashes without allocating.
///
/// An IPv4 address stands in the low 32 bits of `low`. Equality compares the whole address: two peers must never be taken for
/// each other because a shorter digest of their addresses agrees.
package struct IPAddress: Hashable, Sendable {
  /// The address family, with the numbers that STUN gives them (RFC 8489 §14.1).
  package enum Family: UInt8, Sendable {
    case ipv4 = 1
    case ipv6 = 2
  }

  /// The first eight bytes of an IPv6 address; zero for IPv4.
  package let high: UInt64
  /// The last eight bytes of an IPv6 address, or the IPv4 address in the low 32 bits.
  package let low: UInt64
  /// The interface index that a link-local IPv6 address is only meaningful with (RFC 4007); else zero, and never on the wire.
  package let zone: UInt32
  package let family: Family

  package init(ipv4 bits: UInt32) {
    (high, low, zone, family) = (0, UInt64(bits), 0, .ipv4)
  }

  package init(ipv6 high: UInt64, _ low: UInt64, zone: UInt32 = 0) {
    (self.high, self.low, self.zone, self.family) = (high, low, zone, .ipv6)
  }

  /// The IPv4 address inside an IPv4-mapped IPv6 one (`::ffff:192.0.2.1`, as a dual-stack socket reports it), else the address.
  package var unmapped: IPAddress {
    guard family == .ipv6, high == 0, low >> 32 == 0xFFFF else { return self }
    return IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
  }

  /// The network that the address belongs to: all but the first `bitCount` bits cleared.
  package func prefix(_ bitCount: Int) -> IPAddress {
    switch family {
    case .ipv4:
      return IPAddress(ipv4: UInt32(truncatingIfNeeded: low) & UInt32(truncatingIfNeeded: Self.mask(bitCount + 32)))
    case .ipv6:
      return IPAddress(ipv6: high & Self.mask(bitCount), low & Self.mask(bitCount - 64))
    }
  }

  /// A word whose first `bitCount` bits are set; all of them above 64, none below 1.
  private static func mask(_ bitCount: Int) -> UInt64 {
    guard bitCount > 0 else { return 0 }
    guard bitCount < 64 else { return .max }
    return ~(UInt64.max >> UInt64(bitCount))
  }
}

/// An IP address and a port: one end of a UDP flow or TCP connection.
package struct TransportAddress: Hashable, Sendable {
  package var ip: IPAddress
  package var port: UInt16

  package init(_ ip: IPAddress, port: UInt16) {
    self.ip = ip
    self.port = port
  }
}

/// What carries the bytes between two transport addresses.
package enum TransportProtocol: UInt8, Hashable, Sendable {
  case udp
  case tcp
  /// TLS over TCP, which only TURN uses.
  case tls
}

/// The transport, our address and the peer's: what a datagram came in by, and what the answer leaves by.
///
/// The local address is part of it because the answer must come from the address that was asked, also where one socket is
/// bound to a wildcard.
package struct FiveTuple: Hashable, Sendable {
  package var transport: TransportProtocol
  package var local: TransportAddress
  package var remote: TransportAddress

  package init(_ transport: TransportProtocol, local: TransportAddress, remote: TransportAddress) {
    self.transport = transport
    self.local = local
    self.remote = remote
  }
}
