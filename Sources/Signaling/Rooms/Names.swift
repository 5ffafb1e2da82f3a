/// The name of a room: 1–64 characters, at most 200 bytes, without control characters and what would confuse a URL.
///
/// Two names are the same room if they differ only in case or in canonical equivalence (Unicode §3.7), which is how Swift compares strings.
package struct RoomName: Hashable, Sendable {
  package let text: String
  /// What names are compared by.
  private let folded: String

  private static let maximumCharacters = 64
  private static let maximumBytes = 200

  package init(_ text: String) throws(SignalingError) {
    let text = text.trimmed
    guard !text.isEmpty else { throw SignalingError(.invalidRoom, "The room needs a name.") }
    guard text.utf8.count <= Self.maximumBytes, text.count <= Self.maximumCharacters else {
      throw SignalingError(.invalidRoom, "The room's name is too long.")
    }
    guard text.unicodeScalars.allSatisfy(\.isWritable), !text.contains(where: "/\\?#".contains) else {
      throw SignalingError(.invalidRoom, "The room's name has characters that are not allowed.")
    }
    guard text != ".", text != ".." else { throw SignalingError(.invalidRoom, "A room cannot have this name.") }
    self.text = text
    folded = text.lowercased()
  }

  package static func == (left: RoomName, right: RoomName) -> Bool { left.folded == right.folded }
  package func hash(into hasher: inout Hasher) { hasher.combine(folded) }
}

/// What somebody is called in a room: 1–64 characters on one line.
package struct DisplayName: Hashable, Sendable {
  package let text: String

  private static let maximumCharacters = 64
  private static let maximumBytes = 256

  package init(_ text: String) throws(SignalingError) {
    let text = text.trimmed
    guard !text.isEmpty else { throw SignalingError(.invalidName, "You need a name.") }
    guard text.utf8.count <= Self.maximumBytes, text.count <= Self.maximumCharacters else {
      throw SignalingError(.invalidName, "Your name is too long.")
    }
    guard text.unicodeScalars.allSatisfy(\.isWritable) else {
      throw SignalingError(.invalidName, "Your name has characters that are not allowed.")
    }
    self.text = text
  }

  /// For a participant of whom only a token remains that has no name.
  static let unknown = DisplayName(unchecked: "?")

  /// The same name with a number behind it, for the second person of this name who was let in from the lobby.
  package func numbered(_ number: Int) -> DisplayName {
    var text = text
    while text.count + 5 > Self.maximumCharacters || text.utf8.count + 5 > Self.maximumBytes { text.removeLast() }
    return DisplayName(unchecked: "\(text) (\(number))")
  }

  private init(unchecked text: String) {
    self.text = text
  }

  /// What names are compared by: nobody may look like somebody else by a capital letter.
  package var folded: String { text.lowercased() }
}

extension String {
  /// Without spaces at either end, and with every run of spaces as one.
  fileprivate var trimmed: String {
    split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\u{A0}" || $0 == "\u{3000}" }).joined(separator: " ")
  }
}

extension Unicode.Scalar {
  /// Whether the scalar may stand in a name: no controls, no line breaks, nothing that turns the direction of text or hides in it.
  fileprivate var isWritable: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    // Joiners belong to Indic scripts and emoji, tags to the flags of regions.
    case .format: value == 0x200C || value == 0x200D || 0xE0020...0xE007F ~= value
    default: true
    }
  }
}
