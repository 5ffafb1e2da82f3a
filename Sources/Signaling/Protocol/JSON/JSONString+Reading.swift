extension Array where Element == UInt8 {
  /// The text of a string of this message, escapes resolved. The parser has checked both UTF-8 and surrogates.
  package func text(of string: JSONString) -> String {
    let content = self[string.token.dropFirst().dropLast()]
    guard string.hasEscapes else { return String(decoding: content, as: UTF8.self) }
    return String(decoding: unescape(content), as: UTF8.self)
  }

  /// Whether a string of this message is this ASCII text.
  func equal(_ text: StaticString, at string: JSONString) -> Bool {
    if string.hasEscapes { return self.text(of: string) == text.description }
    let content = string.token.dropFirst().dropLast()
    guard content.count == text.utf8CodeUnitCount else { return false }
    for offset in 0..<content.count {
      // Within the static string: it is as long as the content.
      guard self[content.lowerBound + offset] == text.utf8Start[offset] else { return false }
    }
    return true
  }

  /// The number that four hexadecimal digits from `index` on write.
  func hexadecimal(at index: Int) -> UInt16? {
    var value: UInt16 = 0
    for byte in self[index..<index + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt16(digit)
    }
    return value
  }

  private func unescape(_ content: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var index = content.startIndex
    while index < content.endIndex {
      guard self[index] == UInt8(ascii: "\\") else {
        result.append(self[index])
        index += 1
        continue
      }
      index = unescape(at: index, into: &result)
    }
    return result
  }

  /// Resolves the escape at `index` and gives the index behind it.
  private func unescape(at index: Int, into result: inout [UInt8]) -> Int {
    switch self[index + 1] {
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"): return unescapeUnit(at: index, into: &result)
    case let byte: result.append(byte)
    }
    return index + 2
  }

  private func unescapeUnit(at index: Int, into result: inout [UInt8]) -> Int {
    let unit = hexadecimal(at: index + 2) ?? 0xFFFD
    guard UTF16.isLeadSurrogate(unit) else {
      result.append(contentsOf: Array(String(decoding: [unit], as: UTF16.self).utf8))
      return index + 6
    }
    let pair = [unit, hexadecimal(at: index + 8) ?? 0xFFFD]
    result.append(contentsOf: Array(String(decoding: pair, as: UTF16.self).utf8))
    return index + 12
  }
}
