/// Takes a value apart at its spaces, byte by byte: a line break or a combining mark can hide nothing.
struct SDPWords {
  private var rest: Substring.UTF8View

  init(_ text: Substring) {
    rest = text.utf8
  }

  /// The next word, or nil at the end; several spaces count as one.
  mutating func next() -> Substring? {
    rest = rest.drop { $0 == UInt8(ascii: " ") }
    guard !rest.isEmpty else { return nil }
    let word = rest.prefix { $0 != UInt8(ascii: " ") }
    rest = rest[word.endIndex...]
    return Substring(word)
  }

  /// The next word, which must be there and pass the test.
  mutating func word(where isValid: (Substring) -> Bool = { _ in true }) throws(SDPError) -> String {
    guard let word = next(), isValid(word) else { throw .invalidValue }
    return String(word)
  }

  /// The next word as a decimal number without a sign.
  mutating func number<Number: FixedWidthInteger>(as type: Number.Type) throws(SDPError) -> Number {
    guard let word = next() else { throw .invalidValue }
    return try word.number(as: type)
  }

  /// All words that are left.
  mutating func remainder() -> [String] {
    var words: [String] = []
    while let word = next() { words.append(String(word)) }
    return words
  }

  /// What is left as it stands, without the spaces around it.
  var text: Substring {
    let text = rest.drop { $0 == UInt8(ascii: " ") }
    guard let last = text.lastIndex(where: { $0 != UInt8(ascii: " ") }) else { return "" }
    return Substring(text[...last])
  }
}

extension Substring {
  /// The words of the text.
  func words() -> SDPWords {
    SDPWords(self)
  }

  /// The text without `prefix`, if it begins with it.
  func dropping(_ prefix: StaticString) -> Substring {
    let count = prefix.utf8CodeUnitCount
    guard utf8.count >= count, prefix.withUTF8Buffer({ utf8.prefix(count).elementsEqual($0) }) else { return self }
    return Substring(utf8.dropFirst(count))
  }

  /// The parts before and after the first `separator`; the second is nil if there is none.
  func halves(at separator: UInt8) -> (Substring, Substring?) {
    guard let place = utf8.firstIndex(of: separator) else { return (self, nil) }
    return (Substring(utf8[..<place]), Substring(utf8[utf8.index(after: place)...]))
  }

  /// The parts between `separator`s, empty ones included.
  func parts(at separator: UInt8) -> [Substring] {
    utf8.split(separator: separator, omittingEmptySubsequences: false).map { Substring($0) }
  }

  /// The text as a decimal number without a sign.
  func number<Number: FixedWidthInteger>(as type: Number.Type) throws(SDPError) -> Number {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard utf8.allSatisfy({ digits.contains($0) }), let number = Number(self) else { throw .invalidValue }
    return number
  }

  /// Whether all characters may stand in a token (RFC 8866 §9).
  var isToken: Bool {
    !utf8.isEmpty
      && utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
          UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "^")...UInt8(ascii: "~"):
          return true
        default: return false
        }
      }
  }
}
