/// A strong entity tag (RFC 9110 §8.8.3), which names one ICE session of a WHIP or WHEP session (RFC 9725 §4.3).
package struct EntityTag: Hashable, Sendable {
  private let opaque: String

  package init(_ opaque: String) {
    self.opaque = opaque
  }

  static func random() -> EntityTag {
    var generator = SystemRandomNumberGenerator()
    return EntityTag(randomCharacters(13, using: &generator))
  }

  /// As it stands in `ETag`.
  package var text: String { "\"\(opaque)\"" }

  fileprivate func isNamed(by text: Substring) -> Bool { text == opaque }
}

/// What `If-Match` asks of the current entity tag (RFC 9110 §13.1.1).
package struct EntityCondition: Equatable, Sendable {
  /// Matches whatever there is: how an ICE restart is asked for.
  package let isAny: Bool
  private let tags: [Substring]

  /// Reads the values of the header. The wildcard counts with quotes too, as RFC 9725 writes it; a tag without them, as some clients do.
  package init(_ header: String) {
    let parts = header.split(separator: ",").map { Substring($0.trimmingSpaces()) }
    isAny = parts.contains { $0 == "*" || $0 == "\"*\"" }
    // A weak tag is never the same as a strong one.
    tags = parts.filter { !$0.hasPrefix("W/") }.map(Self.unquoted)
  }

  package func allows(_ tag: EntityTag) -> Bool {
    isAny || tags.contains { tag.isNamed(by: $0) }
  }

  private static func unquoted(_ text: Substring) -> Substring {
    guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
    return text.dropFirst().dropLast()
  }
}
