/// Which pages may open the signalling WebSocket: our own, and those the admin named (`ALLOWED_ORIGINS`).
package struct OriginPolicy: Equatable, Sendable {
  private let allowed: Set<String>

  package init(publicURL: PublicURL?, allowedOrigins: [WebOrigin]) {
    allowed = Set(allowedOrigins.map(\.description) + [publicURL?.origin.description].compactMap(\.self))
  }

  /// A request without `Origin` is no page's (RFC 6454 §7.3), so it is allowed; `null` and anything malformed is not.
  package func allows(_ header: String?, to request: RequestOrigin) -> Bool {
    guard let header else { return true }
    guard let origin = WebOrigin(header) else { return false }
    return allowed.contains(origin.description) || isOwn(origin, request: request)
  }

  /// A TLS proxy that we were not told to trust hides the scheme, so a page may be more secure than we know.
  private func isOwn(_ origin: WebOrigin, request: RequestOrigin) -> Bool {
    guard let host = request.host.flatMap(Authority.init) else { return false }
    guard origin.isSecure || !request.isSecure else { return false }
    return host.normalised(isSecure: origin.isSecure) == origin.authority.normalised(isSecure: origin.isSecure)
  }
}

/// Scheme, host and port of a page, as in `https://meet.example` (RFC 6454 §6.2).
package struct WebOrigin: Equatable, Sendable, CustomStringConvertible {
  package let isSecure: Bool
  package let authority: Authority

  package init?(_ text: some StringProtocol) {
    let text = text.lowercased()
    guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return nil }
    guard let authority = Authority(text.dropFirst(scheme.count)) else { return nil }
    isSecure = scheme == "https://"
    self.authority = authority
  }

  package var description: String { (isSecure ? "https://" : "http://") + authority.normalised(isSecure: isSecure) }
}

/// The address by which people reach this server (`SERVER_HOST_URL`): an origin and the path it is mounted at.
package struct PublicURL: Equatable, Sendable, CustomStringConvertible {
  package let origin: WebOrigin
  /// Empty, or `/meet`: with a leading and no trailing slash.
  package let path: String

  package init?(_ text: some StringProtocol) {
    guard let schemeEnd = text.firstIndex(of: ":") else { return nil }
    let rest = text[schemeEnd...].dropFirst(3)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let origin = WebOrigin(text[..<slash]) else { return nil }
    let path = text[slash...].split(separator: "/")
    let isPlain = path.joined().utf8.allSatisfy { $0.isASCIIAlphanumeric || "-._~".utf8.contains($0) }
    guard isPlain, !path.contains("..") else { return nil }
    self.origin = origin
    self.path = path.map { "/" + $0 }.joined()
  }

  package var description: String { origin.description + path }
}
