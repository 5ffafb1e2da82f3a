/// The unguessable part of a session's URL, which is the right to change and end it (RFC 9725 §5): never to be logged.
package struct StreamSessionID: Hashable, Sendable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// 26 characters of five bits from the system's generator.
  static func random() -> StreamSessionID {
    var generator = SystemRandomNumberGenerator()
    return StreamSessionID(rawValue: randomCharacters(26, using: &generator))
  }
}

/// Nothing of it appears where a value is merely described.
extension StreamSessionID: CustomStringConvertible {
  package var description: String { "(session)" }
}
