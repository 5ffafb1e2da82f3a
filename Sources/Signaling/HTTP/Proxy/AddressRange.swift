/// Addresses with a common prefix, written `10.0.0.0/8`, `fd00::/8` or as one address.
package struct AddressRange: Equatable, Sendable {
  private let base: IPAddress
  private let prefixLength: Int

  package static let loopback = ["127.0.0.0/8", "::1"].compactMap(AddressRange.init)
  /// RFC 1918, RFC 6598 (carrier NAT), RFC 4193 and link-local.
  package static let privateUse = [
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10",
  ].compactMap(AddressRange.init)

  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let base = parts.first.flatMap({ IPAddress($0) }), parts.count <= 2 else { return nil }
    var prefixLength = base.bitCount
    if parts.count == 2 {
      guard let length = Int(parts[1]), (0...base.bitCount).contains(length) else { return nil }
      prefixLength = length
    }
    self.base = base
    self.prefixLength = prefixLength
  }

  package func contains(_ address: IPAddress) -> Bool {
    guard address.family == base.family else { return false }
    let hostBits = base.bitCount - prefixLength
    return address.bits >> UInt128(hostBits) == base.bits >> UInt128(hostBits)
  }
}

/// The reverse proxies whose word about the client is believed (`TRUST_PROXY`).
package struct TrustedProxies: Equatable, Sendable {
  private let ranges: [AddressRange]

  package static let none = TrustedProxies([])
  /// Whoever connects from this machine or a private network.
  package static let loopbackAndPrivate = TrustedProxies(AddressRange.loopback + AddressRange.privateUse)

  package init(_ ranges: [AddressRange]) { self.ranges = ranges }

  package func contains(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }
}
