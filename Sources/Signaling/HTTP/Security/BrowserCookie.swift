import HTTPTypes

/// The cookie `parley_browser`: an opaque random value by which two tabs of one browser are known to belong together.
///
/// It names nobody and ends with the browser's session; the server keeps it only while a WebSocket is open.
enum BrowserCookie {
  static let name = "parley_browser"
  private static let byteCount = 16  // 128 bits: not to be guessed

  /// The well-formed value in the request's cookies.
  static func value(in headers: HTTPFields) -> String? {
    value(inCookies: headers[values: .cookie])
  }

  /// The well-formed value in `Cookie` header values (RFC 6265 §4.2).
  static func value(inCookies cookies: [String]) -> String? {
    for pair in cookies.flatMap({ $0.split(separator: ";") }) {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingSpaces() == name else { continue }
      let value = parts[1].trimmingSpaces()
      guard value.utf8.count == byteCount * 2, value.utf8.allSatisfy(\.isASCIIAlphanumeric) else { continue }
      return String(value)
    }
    return nil
  }

  /// A new one for `Set-Cookie`, bound to the path that the server is mounted at.
  static func make(for origin: RequestOrigin) -> String {
    var generator = SystemRandomNumberGenerator()
    let value = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &generator).hexadecimal }.joined()
    let secure = origin.isSecure ? "; Secure" : ""
    return "\(name)=\(value); Path=\(origin.prefix)/; HttpOnly; SameSite=Lax\(secure)"
  }
}

extension UInt8 {
  /// Two lower-case digits.
  var hexadecimal: String {
    let digits = String(self, radix: 16)
    return digits.count == 2 ? digits : "0" + digits
  }
}
