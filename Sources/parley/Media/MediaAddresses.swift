import Signaling
package import STUN

/// The addresses that go into candidates, and what the admin should hear of them.
package struct MediaAddresses: Equatable, Sendable {
  /// Each is two candidates in every description; a machine with more has no use for all.
  private static let limit = 8
  /// What these programs call the bridges and cables of their containers and virtual machines: nobody outside reaches them.
  private static let bridges = ["docker", "br-", "veth", "virbr", "lxcbr", "lxdbr", "podman", "cni", "flannel", "cali"]
  private static let linkLocal = ["169.254.0.0/16", "fe80::/10"].compactMap(AddressRange.init)

  package let announced: [STUN.IPAddress]
  package let warnings: [String]

  /// What the machine and the configuration say, names resolved.
  package struct Facts: Sendable {
    package var configured: [STUN.IPAddress] = []
    /// Empty: every address.
    package var listening: [STUN.IPAddress] = []
    package var interfaces: [InterfaceAddress] = []
    /// The host of `SERVER_HOST_URL` and what it resolves to.
    package var publicHost: (name: String, addresses: [STUN.IPAddress])?

    package init() {}
  }

  package init(_ facts: Facts) {
    announced = Array(Self.unique(Self.choose(facts)).prefix(Self.limit))
    warnings = Self.warnings(facts, announced)
  }

  /// A STUN server's URLs at the first address of each family (RFC 7064).
  package func stunURLs(port: UInt16) -> [String] {
    let families: [STUN.IPAddress.Family] = [.ipv4, .ipv6]
    return families.compactMap { family in
      announced.first { $0.family == family }.map { "stun:\(TransportAddress($0, port: port))" }
    }
  }

  private static func choose(_ facts: Facts) -> [STUN.IPAddress] {
    guard facts.configured.isEmpty else { return facts.configured }
    let outward = facts.listening.isEmpty ? facts.interfaces.filter(isReachable).map(\.address) : facts.listening
    let found = outward + (facts.publicHost?.addresses ?? []).filter { !isLoopback($0) }
    // A machine with nothing but loopback serves itself.
    return found.isEmpty ? facts.interfaces.map(\.address).filter(isLoopback) : found
  }

  private static func isReachable(_ interface: InterfaceAddress) -> Bool {
    !bridges.contains(where: interface.name.hasPrefix) && !isLoopback(interface.address)
      && !isIn(linkLocal, interface.address)
  }

  private static func warnings(_ facts: Facts, _ announced: [STUN.IPAddress]) -> [String] {
    guard let host = facts.publicHost, isPublic(host), announced.allSatisfy(isPrivate) else { return [] }
    let list = announced.map(\.description).joined(separator: ", ")
    return [
      "SERVER_HOST_URL is public, but media is only announced at \(list.isEmpty ? "no address" : list): set "
        + "SFU_ANNOUNCED_IP to the address by which the internet reaches this machine."
    ]
  }

  /// A name that resolves to nothing may be known elsewhere; one that resolves to private addresses only is of this network.
  private static func isPublic(_ host: (name: String, addresses: [STUN.IPAddress])) -> Bool {
    guard host.name != "localhost", !host.name.hasSuffix(".localhost"), !host.name.hasSuffix(".local") else {
      return false
    }
    return host.addresses.isEmpty || !host.addresses.allSatisfy(isPrivate)
  }

  private static func isPrivate(_ address: STUN.IPAddress) -> Bool {
    isLoopback(address) || isIn(AddressRange.privateUse, address)
  }

  private static func isLoopback(_ address: STUN.IPAddress) -> Bool { isIn(AddressRange.loopback, address) }

  private static func isIn(_ ranges: [AddressRange], _ address: STUN.IPAddress) -> Bool {
    guard let same = Signaling.IPAddress(address.description) else { return false }
    return ranges.contains { $0.contains(same) }
  }

  private static func unique(_ addresses: [STUN.IPAddress]) -> [STUN.IPAddress] {
    var known: Set<STUN.IPAddress> = []
    return addresses.filter { known.insert($0).inserted }
  }
}

extension MediaAddresses {
  /// Looks at the machine and asks the resolver.
  ///
  /// - Throws: when a name in `SFU_ANNOUNCED_IP` has no address.
  init(_ configuration: MediaConfiguration, publicURL: PublicURL?) async throws(StartFailure) {
    var facts = Facts()
    facts.listening = configuration.listenAddresses
    facts.interfaces = InterfaceAddress.all()
    for host in configuration.announced {
      switch host {
      case .address(let address): facts.configured.append(address)
      case .name(let name):
        let found = await HostLookup.addresses(of: name)
        guard !found.isEmpty else { throw StartFailure("SFU_ANNOUNCED_IP has \(name), which has no address.") }
        facts.configured += found
      }
    }
    if let host = publicURL?.origin.authority.host {
      facts.publicHost = (host, await HostLookup.addresses(of: host))
    }
    self.init(facts)
  }
}
