/// Host and port as they stand in `Host`, `Origin` and a URL (RFC 3986 §3.2).
package struct Authority: Equatable, Sendable {
  /// A name, an IPv4 address or a bracketed IPv6 address, in lower case.
  package let host: String
  package let port: Int?

  private static let longestName = 253  // RFC 1035 §2.3.4, as text

  /// Accepts letters, digits, `-`, `.`, `_` and a bracketed address, nothing that could break out of a header.
  package init?(_ text: some StringProtocol) {
    guard !text.isEmpty, text.utf8.count <= Self.longestName + 6 else { return nil }
    let hostEnd: String.Index
    if text.hasPrefix("[") {
      guard let bracket = text.firstIndex(of: "]") else { return nil }
      guard IPAddress(text[..<bracket].dropFirst())?.family != nil, !text[..<bracket].contains("%") else { return nil }
      hostEnd = text.index(after: bracket)
    } else {
      hostEnd = text.firstIndex(of: ":") ?? text.endIndex
      let isName = text[..<hostEnd].utf8.allSatisfy { $0.isASCIIAlphanumeric || "-._".utf8.contains($0) }
      guard isName, hostEnd > text.startIndex else { return nil }
    }
    host = text[..<hostEnd].lowercased()
    guard hostEnd < text.endIndex else {
      port = nil
      return
    }
    guard text[hostEnd] == ":", let number = UInt16(text[text.index(after: hostEnd)...]), number > 0 else { return nil }
    port = Int(number)
  }

  /// Without the port that the scheme implies.
  package func normalised(isSecure: Bool) -> String {
    guard let port, port != (isSecure ? 443 : 80) else { return host }
    return "\(host):\(port)"
  }
}

extension UInt8 {
  var isASCIIAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default:
      false
    }
  }
}
