/// What one proxy said about the request it forwarded: one element of `Forwarded` (RFC 7239 §4).
struct ForwardedElement: Equatable {
  var client: String?
  var scheme: String?
  var host: String?

  /// The elements of a header value in the order in which the proxies added them; parameters not known are skipped.
  static func parse(_ value: String) -> [ForwardedElement] {
    split(value, at: ",").map { element in
      var parsed = ForwardedElement()
      for pair in split(element, at: ";") {
        guard let equals = pair.firstIndex(of: "=") else { continue }
        let value = unquoted(pair[pair.index(after: equals)...])
        switch pair[..<equals].trimmingSpaces().lowercased() {
        case "for": parsed.client = value
        case "proto": parsed.scheme = value
        case "host": parsed.host = value
        default: continue
        }
      }
      return parsed
    }
  }

  /// Splits outside of quoted strings (RFC 9110 §5.6.4).
  private static func split(_ text: some StringProtocol, at separator: Character) -> [String] {
    var parts = [""]
    var isQuoted = false
    var isEscaped = false
    for character in text {
      if character == separator, !isQuoted {
        parts.append("")
        continue
      }
      if character == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = isQuoted && character == "\\" && !isEscaped
      parts[parts.count - 1].append(character)
    }
    return parts
  }

  private static func unquoted(_ text: Substring) -> String {
    let text = text.trimmingSpaces()
    guard text.count >= 2, text.first == "\"", text.last == "\"" else { return String(text) }
    var isEscaped = false
    return String(
      text.dropFirst().dropLast().filter { character in
        isEscaped = character == "\\" && !isEscaped
        return !isEscaped
      })
  }
}

extension StringProtocol {
  /// Without the blanks and tabs around it (OWS of RFC 9110 §5.6.3).
  func trimmingSpaces() -> SubSequence {
    guard let first = firstIndex(where: { !$0.isBlank }), let last = lastIndex(where: { !$0.isBlank }) else {
      return self[startIndex..<startIndex]
    }
    return self[first...last]
  }
}

extension Character {
  fileprivate var isBlank: Bool { self == " " || self == "\t" }
}
