package import HTTPTypes

/// The cookie `parley_browser`: a value of this server's making by which two tabs of one browser are known to belong together.
///
/// It names nobody and ends with the browser's session; the server keeps it only while a WebSocket is open. It is signed, so that a
/// client cannot make up as many as it likes, and says since when it exists.
package struct BrowserCookies: Sendable {
  static let name = "parley_browser"
  /// Eight digits of seconds since 1970 and 128 random bits, not to be guessed.
  private static let valueLength = 40
  private static let signatureLength = 32

  private let key: [UInt8]

  package init(keys: ServerKeys) {
    key = keys.key(for: .browserCookie)
  }

  /// The value in the request's cookies, if this server made it.
  package func value(in headers: HTTPFields) -> String? {
    value(inCookies: headers[values: .cookie])
  }

  /// The value in `Cookie` header values (RFC 6265 §4.2), if this server made it.
  package func value(inCookies cookies: [String]) -> String? {
    for pair in cookies.flatMap({ $0.split(separator: ";") }) {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingSpaces() == Self.name else { continue }
      let text = parts[1].trimmingSpaces()
      guard text.utf8.count == Self.valueLength + Self.signatureLength else { continue }
      let value = String(text.prefix(Self.valueLength))
      if HMAC.areEqual(Array(text.utf8), Array((value + signature(of: value)).utf8)) { return value }
    }
    return nil
  }

  /// When a value was made; nil if it is none of these.
  static func timeOfMaking(_ value: String) -> Timestamp? {
    guard value.utf8.count == valueLength, let seconds = UInt32(value.prefix(8), radix: 16) else { return nil }
    return Timestamp(milliseconds: Int64(seconds) * 1000)
  }

  /// A new one for `Set-Cookie`, bound to the path that the server is mounted at.
  package func make(for origin: RequestOrigin, at now: Timestamp) -> String {
    var generator = SystemRandomNumberGenerator()
    let seconds = UInt32(truncatingIfNeeded: now.milliseconds / 1000)
    let time = (0..<4).map { UInt8(truncatingIfNeeded: seconds >> (24 - 8 * UInt32($0))) }
    let random = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let value = (time + random).map(\.hexadecimal).joined()
    let secure = origin.isSecure ? "; Secure" : ""
    return "\(Self.name)=\(value)\(signature(of: value)); Path=\(origin.prefix)/; HttpOnly; SameSite=Lax\(secure)"
  }

  private func signature(of value: String) -> String {
    HMAC.sha256(Array(value.utf8), key: key).prefix(Self.signatureLength / 2).map(\.hexadecimal).joined()
  }
}

extension UInt8 {
  /// Two lower-case digits.
  var hexadecimal: String {
    let digits = String(self, radix: 16)
    return digits.count == 2 ? digits : "0" + digits
  }
}
