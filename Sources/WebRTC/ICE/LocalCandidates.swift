package import STUN

/// The candidates that this server announces: one host candidate per address and transport (RFC 8445 §5.1.1.1).
package struct LocalCandidates: Sendable {
  /// RFC 8445 §5.1.2.1 recommends 126 for host candidates.
  private static let udpTypePreference: UInt32 = 126
  /// TCP must rank below every UDP candidate (RFC 6544 §4.2); 90 is what browsers give to it.
  private static let tcpTypePreference: UInt32 = 90
  /// Direction preference of a passive candidate (RFC 6544 §4.2), in the upper three of the 16 bits.
  private static let passivePreference: UInt32 = 4
  static let highestPreference: UInt32 = 8191

  package let candidates: [ICECandidate]

  /// Candidates for the addresses in the order of the administrator's preference; `tcpPort` nil means no TCP.
  package init(addresses: [IPAddress], udpPort: UInt16?, tcpPort: UInt16?) {
    var candidates: [ICECandidate] = []
    for (index, address) in addresses.enumerated() {
      let preference = Self.highestPreference - min(UInt32(index), Self.highestPreference)
      if let udpPort {
        candidates.append(
          ICECandidate(
            foundation: String(2 * index + 1), transport: .udp,
            priority: Self.priority(of: .udp, preference: preference),
            address: .ip(address), port: udpPort, type: .host))
      }
      if let tcpPort {
        candidates.append(
          ICECandidate(
            foundation: String(2 * index + 2), transport: .tcp,
            priority: Self.priority(of: .tcp, preference: preference),
            address: .ip(address), port: tcpPort, type: .host, tcpType: .passive))
      }
    }
    self.candidates = candidates
  }

  /// 2^24 × type preference + 2^8 × local preference + (256 − component), where the component is always 1.
  static func priority(of transport: TransportProtocol, preference: UInt32) -> UInt32 {
    switch transport {
    case .udp:
      // Above 8191 the upper bits are free for UDP; all set, so that one address gives 65535, as the RFC recommends.
      return udpTypePreference << 24 | (7 << 13 | preference) << 8 | 255
    case .tcp, .tls:
      return tcpTypePreference << 24 | (passivePreference << 13 | preference) << 8 | 255
    }
  }
}
