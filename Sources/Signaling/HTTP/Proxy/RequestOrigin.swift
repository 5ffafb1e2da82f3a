package import HTTPTypes

/// Where a request really comes from and which address of ours it named, after the trusted proxies were heard.
package struct RequestOrigin: Equatable, Sendable {
  /// The client, nil when it is connected by a Unix socket.
  package var client: IPAddress?
  package var isSecure: Bool
  /// Host and, unless it is the scheme's own, port; in lower case. Nil when the request has none or a malformed one.
  package var host: String?
  /// What a proxy stripped from the front of the path: empty, or `/meet`.
  package var prefix: String

  /// What the connection itself says.
  package struct Connection: Sendable {
    package var peer: IPAddress?
    package var isSecure: Bool

    package init(peer: IPAddress?, isSecure: Bool) {
      self.peer = peer
      self.isSecure = isSecure
    }
  }

  /// Headers of a peer that is not a trusted proxy are not looked at.
  package init(_ headers: HTTPFields, authority: String?, connection: Connection, proxies: TrustedProxies) {
    client = connection.peer
    isSecure = connection.isSecure
    prefix = ""
    var authority = authority
    if let peer = connection.peer, proxies.contains(peer) {
      let hops = Self.hops(headers)
      client = Self.client(hops.map(\.client), peer: peer, proxies: proxies)
      if let scheme = headers[.xForwardedProto].flatMap(Self.last(of:)) ?? hops.last?.scheme {
        isSecure = ["https", "wss"].contains(scheme.lowercased())
      }
      authority = headers[.xForwardedHost].flatMap(Self.last(of:)) ?? hops.last?.host ?? authority
      if let port = headers[.xForwardedPort].flatMap(Self.last(of:)), let host = authority, Authority(host)?.port == nil
      {
        authority = host + ":" + port
      }
      prefix = headers[.xForwardedPrefix].flatMap(Self.last(of:)).flatMap(Self.prefix) ?? ""
    }
    host = authority.flatMap(Authority.init)?.normalised(isSecure: isSecure)
  }

  /// Whether the request calls the server `localhost` or by a loopback address.
  package var namesThisMachine: Bool {
    guard let name = host.flatMap(Authority.init)?.host else { return false }
    if name == "localhost" { return true }
    return IPAddress(name.drop { $0 == "[" }.prefix { $0 != "]" })?.isLoopback == true
  }

  /// `https://meet.example`, as a browser writes it in `Origin`.
  package var ownOrigin: String? { host.map { (isSecure ? "https://" : "http://") + $0 } }

  /// A header that only a proxy adds: such a connection is shared by several clients.
  package static func looksForwarded(_ headers: HTTPFields) -> Bool {
    [.forwarded, .via, .xForwardedFor, .xForwardedHost, .xForwardedProto, .xRealIP].contains { headers.contains($0) }
  }

  /// One element per proxy passed. `Forwarded` counts only where `X-Forwarded-For` is absent: of two lists, one may
  /// have been sent by the client, and proxies maintain the older one far more often.
  private static func hops(_ headers: HTTPFields) -> [ForwardedElement] {
    let addresses = headers[values: .xForwardedFor].flatMap { $0.split(separator: ",") }
    guard addresses.isEmpty else { return addresses.map { ForwardedElement(client: String($0.trimmingSpaces())) } }
    return headers[values: .forwarded].flatMap(ForwardedElement.parse)
  }

  /// The right-most address that is not a proxy's own; what stands left of it the client may have invented.
  private static func client(_ hops: [String?], peer: IPAddress, proxies: TrustedProxies) -> IPAddress {
    var nearest = peer
    for hop in hops.reversed() {
      guard proxies.contains(nearest), let address = hop.flatMap(node) else { break }
      nearest = address
    }
    return nearest
  }

  /// The address of `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1` or `[2001:db8::1]:443` (RFC 7239 §6).
  private static func node(_ text: String) -> IPAddress? {
    if let address = IPAddress(text) { return address }
    if text.hasPrefix("[") { return text.firstIndex(of: "]").flatMap { IPAddress(text[..<$0].dropFirst()) } }
    return text.lastIndex(of: ":").flatMap { IPAddress(text[..<$0]) }
  }

  private static func last(of list: String) -> String? {
    list.split(separator: ",").last.map { String($0.trimmingSpaces()) }
  }

  private static func prefix(_ text: String) -> String? {
    let text = text.hasSuffix("/") ? String(text.dropLast()) : text
    let isAllowed = text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-._~/".utf8.contains($0) }
    return isAllowed && text.hasPrefix("/") && !text.hasPrefix("//") && !text.contains("..") ? text : nil
  }
}

extension HTTPField.Name {
  // The force-unwraps hold: each literal is a token of RFC 9110 §5.6.2.
  static let forwarded = HTTPField.Name("Forwarded")!
  static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
  static let xForwardedHost = HTTPField.Name("X-Forwarded-Host")!
  static let xForwardedPort = HTTPField.Name("X-Forwarded-Port")!
  static let xForwardedPrefix = HTTPField.Name("X-Forwarded-Prefix")!
  static let xForwardedProto = HTTPField.Name("X-Forwarded-Proto")!
  static let xRealIP = HTTPField.Name("X-Real-IP")!
}
