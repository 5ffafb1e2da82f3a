extension Array where Element == UInt8 {
  /// The bytes written in hexadecimal; white space is free.
  init(hex text: String) {
    let digits = text.filter { !$0.isWhitespace }.map { character in
      guard let digit = character.hexDigitValue else { preconditionFailure("not a hexadecimal digit: \(character)") }
      return UInt8(digit)
    }
    precondition(digits.count % 2 == 0, "half a byte is missing")
    self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// The bytes in hexadecimal, for messages of failing tests.
  var hex: String {
    map { String($0 >> 4, radix: 16) + String($0 & 0x0f, radix: 16) }.joined()
  }
}
