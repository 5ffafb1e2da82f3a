/// One key of the configuration and all that an admin needs to know about it.
package struct Setting<Value: Sendable>: Sendable {
  package let description: SettingDescription
  /// The value, or what is wrong with it, as the end of the sentence "KEY …".
  package let parse: @Sendable (String) throws(SettingProblem) -> Value

  package init(
    _ key: String, default defaultText: String, example: String, isSecret: Bool = false, _ sentence: String,
    parse: @escaping @Sendable (String) throws(SettingProblem) -> Value
  ) {
    description = SettingDescription(
      key: key, defaultText: defaultText, example: example, isSecret: isSecret, sentence: sentence)
    self.parse = parse
  }
}

/// What `.env.example` says about a key.
package struct SettingDescription: Equatable, Sendable {
  package let key: String
  /// As it is written in `.env`; empty where the feature is then off or the value is found out.
  package let defaultText: String
  package let example: String
  package let isSecret: Bool
  package let sentence: String
}

/// What is wrong with a value, as the end of the sentence "KEY …".
package struct SettingProblem: Error, Equatable {
  package let text: String

  package init(_ text: String) { self.text = text }
}

/// Ways to read a value that several keys share.
enum SettingParser {
  static func text(_ text: String) throws(SettingProblem) -> String { text }

  static func optional(_ text: String) throws(SettingProblem) -> String? { text.isEmpty ? nil : text }

  static func number(_ range: ClosedRange<Int>) -> @Sendable (String) throws(SettingProblem) -> Int {
    { text throws(SettingProblem) in
      guard let number = Int(text) else { throw SettingProblem("is not a whole number") }
      guard range.contains(number) else {
        throw SettingProblem("is not between \(range.lowerBound) and \(range.upperBound)")
      }
      return number
    }
  }

  static func flag(_ text: String) throws(SettingProblem) -> Bool {
    guard let value = Bool(text.lowercased()) else { throw SettingProblem("is neither true nor false") }
    return value
  }

  /// Something guessable is worse than nothing, because it looks safe.
  static func secret(_ text: String) throws(SettingProblem) -> String? {
    guard !text.isEmpty else { return nil }
    guard text.utf8.count >= shortestSecret else {
      throw SettingProblem("is shorter than \(shortestSecret) bytes, so it could be guessed")
    }
    return text
  }

  private static let shortestSecret = 32  // as long as a SHA-256 key should be (RFC 7518 §3.2)

  static func choice<Value: RawRepresentable & CaseIterable & SendableMetatype>(_ type: Value.Type)
    -> @Sendable (String) throws(SettingProblem) -> Value
  where Value.RawValue == String, Value.AllCases: SendableMetatype {
    { text throws(SettingProblem) in
      guard let value = Value(rawValue: text.lowercased()) else {
        throw SettingProblem("is not one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return value
    }
  }

  /// The parts of a comma list, without blanks.
  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
  }
}
