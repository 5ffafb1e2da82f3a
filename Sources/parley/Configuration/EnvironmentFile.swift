/// A `.env` file: lines of `KEY=value`, as shells and other programs write them.
///
/// Understands `export`, comments, single quotes (everything as it is), and double quotes (with `\n`, `\"` and `\\`).
package struct EnvironmentFile: Equatable, Sendable {
  /// Of a key written twice the last value counts.
  package private(set) var values: [String: String] = [:]

  package init(parsing text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      var line = Substring(line).trimmingBlanks()
      guard line.first != "#" else { continue }
      if line.hasPrefix("export ") { line = line.dropFirst("export ".count).trimmingBlanks() }
      guard let equals = line.firstIndex(of: "=") else { continue }
      let key = String(line[..<equals].trimmingBlanks())
      guard Self.isName(key) else { continue }
      values[key] = Self.value(line[line.index(after: equals)...].trimmingBlanks())
    }
  }

  private static func isName(_ key: String) -> Bool {
    !key.isEmpty && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
  }

  private static func value(_ text: Substring) -> String {
    switch text.first {
    case "'":
      let end = text.dropFirst().firstIndex(of: "'") ?? text.endIndex
      return String(text.dropFirst().prefix(upTo: end))
    case "\"":
      return doubleQuoted(text.dropFirst())
    default:
      // A # begins a comment only after a blank: secrets and URLs may have one inside.
      guard let comment = text.firstRange(of: " #") else { return text.first == "#" ? "" : String(text) }
      return String(text[..<comment.lowerBound].trimmingBlanks())
    }
  }

  private static func doubleQuoted(_ text: Substring) -> String {
    var value = ""
    var isEscaped = false
    for character in text {
      if isEscaped {
        value.append(character == "n" ? "\n" : character)
        isEscaped = false
        continue
      }
      switch character {
      case "\\": isEscaped = true
      case "\"": return value
      default: value.append(character)
      }
    }
    return value
  }
}

extension Substring {
  fileprivate func trimmingBlanks() -> Substring {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
