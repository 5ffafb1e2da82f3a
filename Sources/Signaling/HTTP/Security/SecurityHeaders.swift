import HTTPTypes

/// The headers by which a browser is told what a page of ours may do: nothing that it does not need.
struct SecurityHeaders: Sendable {
  private let embedAncestors: String
  private let sendsHSTS: Bool

  private static let policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:",
    "media-src 'self' blob:", "worker-src 'self'", "manifest-src 'self'", "base-uri 'none'", "form-action 'self'",
  ].joined(separator: "; ")

  private static let permissionsPolicy =
    (["camera", "microphone", "display-capture", "fullscreen", "autoplay"].map { $0 + "=(self)" }
    + [
      "accelerometer", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "midi",
      "payment", "publickey-credentials-get", "serial", "usb", "xr-spatial-tracking",
    ].map { $0 + "=()" }).joined(separator: ", ")

  /// - Parameter servesTLS: HSTS is sent only when this program itself ends TLS; behind a proxy it is the proxy's to say.
  init(embedOrigins: EmbedOrigins, servesTLS: Bool) {
    embedAncestors = embedOrigins.sourceList
    sendsHSTS = servesTLS
  }

  /// Adds them to a response; `isEmbed` for a page below `/embed/`, which other sites may frame when they were named.
  func add(to headers: inout HTTPFields, for origin: RequestOrigin, isEmbed: Bool) {
    let ancestors = isEmbed ? embedAncestors : "'none'"
    headers[.contentSecurityPolicy] =
      "\(Self.policy); connect-src \(Self.connectSources(origin)); frame-ancestors \(ancestors)"
    headers[.permissionsPolicy] = Self.permissionsPolicy
    headers[.xContentTypeOptions] = "nosniff"
    headers[.referrerPolicy] = "no-referrer"
    headers[.crossOriginOpenerPolicy] = "same-origin"
    if sendsHSTS { headers[.strictTransportSecurity] = "max-age=31536000" }
  }

  /// `'self'` does not cover WebSockets in every browser (CSP 3 §6.7.2.8), so ours is named.
  private static func connectSources(_ origin: RequestOrigin) -> String {
    guard let host = origin.host else { return "'self'" }
    return "'self' \(origin.isSecure ? "wss" : "ws")://\(host)"
  }
}

/// Whose pages may show a room in a frame (`ALLOWED_EMBED_ORIGINS`).
package enum EmbedOrigins: Equatable, Sendable {
  case nobody
  case anybody
  case origins([WebOrigin])

  var sourceList: String {
    switch self {
    case .nobody: "'none'"
    case .anybody: "*"
    case .origins(let origins): (["'self'"] + origins.map(\.description)).joined(separator: " ")
    }
  }
}

extension HTTPField.Name {
  // The force-unwraps hold: each literal is a token of RFC 9110 §5.6.2.
  static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
  static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
