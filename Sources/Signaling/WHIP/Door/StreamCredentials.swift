/// What an encoder or player shows to be let in: the one value of `Authorization`, read for what it can be.
///
/// OBS and its like have one field for a bearer token and none for a user name, so a token may also be `NAME:SECRET`.
package struct StreamCredentials: Sendable, Equatable {
  package enum Secret: Sendable, Equatable {
    case none
    /// A stream key, made by a host of the room.
    case key(String)
    /// An access token (JWT).
    case token(String)
    /// The room's password.
    case password(String)
  }

  private static let maximumPassword = 256

  /// The name given before the secret.
  package let name: String?
  package let secret: Secret

  /// Nobody in particular.
  package static let none = StreamCredentials(name: nil, secret: .none)

  private init(name: String?, secret: Secret) {
    (self.name, self.secret) = (name, secret)
  }

  /// Reads the values of `Authorization`; nil if there are several or one of another scheme than Bearer (RFC 6750 §2.1).
  package init?(authorization values: [String]) {
    guard let value = values.first else {
      self = .none
      return
    }
    let parts = value.split(separator: " ", maxSplits: 1).map { $0.trimmingSpaces() }
    guard values.count == 1, let scheme = parts.first, scheme.lowercased() == "bearer" else { return nil }
    self.init(token: parts.count > 1 ? String(parts[1]) : "")
  }

  /// Reads a bearer token.
  private init?(token: String) {
    let parts = token.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(parts.last ?? "")
    name = parts.count > 1 && !parts[0].isEmpty ? String(parts[0]) : nil
    if text.isEmpty {
      secret = .none
    } else if text.hasPrefix(StreamKey.prefix) {
      secret = .key(text)
    } else if Self.isAccessToken(text) {
      secret = .token(text)
    } else {
      guard text.count <= Self.maximumPassword else { return nil }
      secret = .password(text)
    }
  }

  /// Three parts in base64url (RFC 7515 §7.1), the first of which is a JSON object.
  private static func isAccessToken(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 3 && text.hasPrefix("eyJ")
  }
}
