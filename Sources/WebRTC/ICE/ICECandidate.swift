package import STUN

/// One candidate of a peer or of ours, as it stands in `a=candidate` (RFC 8839 §5.1, RFC 6544 §4.5).
/// ```
/// candidate:1 1 udp 2130706431 192.0.2.1 3478 typ host generation 0 network-id 1
/// ```
package struct ICECandidate: Equatable, Sendable {
  package enum Transport: Equatable, Sendable {
    case udp
    case tcp
    /// A transport that ICE allows and nobody uses here, kept as written.
    case other(String)
  }

  package enum Kind: Equatable, Sendable {
    case host
    case serverReflexive
    case peerReflexive
    case relayed
    case other(String)
  }

  package enum TCPType: String, Sendable {
    case active
    case passive
    case simultaneousOpen = "so"
  }

  /// An address, or a name that stands for one: browsers hide host addresses behind `….local` (RFC 8828, mDNS).
  package enum Address: Equatable, Sendable {
    case ip(IPAddress)
    case name(String)
  }

  /// The address that a reflexive or relayed candidate was derived from.
  package struct Related: Equatable, Sendable {
    package var address: Address
    package var port: UInt16
  }

  /// A further pair of name and value, such as `generation 0` or `network-cost 10`.
  package struct Extension: Equatable, Sendable {
    package var name: String
    package var value: String
  }

  package var foundation: String
  package var component: UInt16 = 1
  package var transport: Transport
  package var priority: UInt32
  package var address: Address
  package var port: UInt16
  package var type: Kind
  package var related: Related?
  package var tcpType: TCPType?
  package var extensions: [Extension] = []

  package init(
    foundation: String, transport: Transport, priority: UInt32, address: Address, port: UInt16, type: Kind,
    tcpType: TCPType? = nil
  ) {
    self.foundation = foundation
    self.transport = transport
    self.priority = priority
    self.address = address
    self.port = port
    self.type = type
    self.tcpType = tcpType
  }
}

extension ICECandidate {
  /// Reads the value of the attribute, with or without `candidate:` in front (as `RTCIceCandidate` has it) or `a=candidate:`.
  ///
  /// Throws `invalidValue` if it is none, `tooMany` if it has more extensions than any stack writes.
  package init(parsing text: some StringProtocol) throws(SDPError) {
    guard text.utf8.count <= SDPLimits.lineLength else { throw .lineTooLong }
    var words = Substring(text).dropping("a=").dropping("candidate:").words()
    foundation = try words.word { $0.utf8.count <= 32 && $0.utf8.allSatisfy(isICECharacter) }
    component = try words.number(as: UInt16.self)
    transport = Transport(try words.word())
    priority = try words.number(as: UInt32.self)
    address = try Address(try words.word())
    port = try words.number(as: UInt16.self)
    guard try words.word() == "typ" else { throw .invalidValue }
    type = Kind(try words.word())
    try readExtensions(&words)
  }

  private mutating func readExtensions(_ words: inout SDPWords) throws(SDPError) {
    var relatedAddress: Address?
    var relatedPort: UInt16 = 0
    while let name = words.next() {
      switch name {
      case "raddr": relatedAddress = try Address(try words.word())
      case "rport": relatedPort = try words.number(as: UInt16.self)
      case "tcptype":
        guard let tcpType = TCPType(rawValue: try words.word()) else { throw .invalidValue }
        self.tcpType = tcpType
      default:
        guard extensions.count < SDPLimits.candidateExtensions else { throw .tooMany(.candidateExtension) }
        extensions.append(Extension(name: String(name), value: try words.word()))
      }
    }
    related = relatedAddress.map { Related(address: $0, port: relatedPort) }
  }

  /// The value of the attribute, without `candidate:`.
  package var attributeValue: String {
    var words = [
      foundation, String(component), transport.token, String(priority), address.token, String(port), "typ", type.token,
    ]
    if let related { words += ["raddr", related.address.token, "rport", String(related.port)] }
    if let tcpType { words += ["tcptype", tcpType.rawValue] }
    for item in extensions { words += [item.name, item.value] }
    return words.joined(separator: " ")
  }
}

extension ICECandidate.Transport {
  fileprivate init(_ token: String) {
    switch token.lowercased() {
    case "udp": self = .udp
    case "tcp": self = .tcp
    default: self = .other(token)
    }
  }

  fileprivate var token: String {
    switch self {
    case .udp: return "udp"
    case .tcp: return "tcp"
    case .other(let token): return token
    }
  }
}

extension ICECandidate.Kind {
  fileprivate init(_ token: String) {
    switch token {
    case "host": self = .host
    case "srflx": self = .serverReflexive
    case "prflx": self = .peerReflexive
    case "relay": self = .relayed
    default: self = .other(token)
    }
  }

  fileprivate var token: String {
    switch self {
    case .host: return "host"
    case .serverReflexive: return "srflx"
    case .peerReflexive: return "prflx"
    case .relayed: return "relay"
    case .other(let token): return token
    }
  }
}

extension ICECandidate.Address {
  /// An address, or else a host name of letters, digits, dots, dashes and underscores.
  fileprivate init(_ token: String) throws(SDPError) {
    if let ip = IPAddress(token) {
      self = .ip(ip)
      return
    }
    guard token.utf8.count <= 253, token.utf8.allSatisfy(Self.isNameCharacter) else { throw .invalidValue }
    self = .name(token)
  }

  private static func isNameCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "/"): return false
    case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): return true
    default: return isICECharacter(byte)
    }
  }

  fileprivate var token: String {
    switch self {
    case .ip(let ip): return ip.description
    case .name(let name): return name
    }
  }
}
