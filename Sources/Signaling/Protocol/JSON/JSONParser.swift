/// Reads one JSON value (RFC 8259) from bytes that are known to be UTF-8, within bounds on depth and number of values.
///
/// Strict: no trailing bytes, no control characters in strings, no surrogate without its other half.
package struct JSONParser {
  /// Deeper than any message of the protocol, shallow enough for any stack.
  package static let maximumDepth = 16
  /// More than the largest message needs (an `admit` that names a full room), few enough to be cheap.
  package static let maximumValues = 4096

  private let bytes: [UInt8]
  private let maximumValues: Int
  private var position = 0
  private var depth = 0
  private var valueCount = 0
  /// The integer member `id` of the outermost object, as soon as it was read: it names the request even if what follows is broken.
  package private(set) var identifier: Int64?

  package init(_ bytes: [UInt8], maximumValues: Int = Self.maximumValues) {
    self.bytes = bytes
    self.maximumValues = maximumValues
  }

  /// Reads the one value that the bytes consist of.
  package mutating func parse() throws(JSONError) -> JSONValue {
    let value = try parseValue()
    skipSpace()
    guard position == bytes.count else { throw .trailingBytes(at: position) }
    return value
  }

  private mutating func parseValue() throws(JSONError) -> JSONValue {
    valueCount += 1
    guard valueCount <= maximumValues else { throw .tooManyValues }
    switch try peekToken() {
    case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in .object(try parser.parseObject()) }
    case UInt8(ascii: "["): return try nested { parser throws(JSONError) in .array(try parser.parseArray()) }
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    default: return try parseNumber()
    }
  }

  private mutating func nested(
    _ parse: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    guard depth < Self.maximumDepth else { throw .tooDeep }
    depth += 1
    position += 1
    let value = try parse(&self)
    depth -= 1
    return value
  }

  private mutating func parseObject() throws(JSONError) -> [JSONMember] {
    var members: [JSONMember] = []
    if try take(UInt8(ascii: "}")) { return members }
    repeat {
      guard try peekToken() == UInt8(ascii: "\"") else { throw .unexpectedByte(at: position) }
      let name = try parseString()
      guard try take(UInt8(ascii: ":")) else { throw .unexpectedByte(at: position) }
      let value = try parseValue()
      if depth == 1, case .integer(let number) = value, bytes.equal("id", at: name) { identifier = number }
      members.append(JSONMember(name: name, value: value))
    } while try take(UInt8(ascii: ","))
    guard try take(UInt8(ascii: "}")) else { throw .unexpectedByte(at: position) }
    return members
  }

  private mutating func parseArray() throws(JSONError) -> [JSONValue] {
    var values: [JSONValue] = []
    if try take(UInt8(ascii: "]")) { return values }
    repeat { values.append(try parseValue()) } while try take(UInt8(ascii: ","))
    guard try take(UInt8(ascii: "]")) else { throw .unexpectedByte(at: position) }
    return values
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
    for offset in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count else { throw .unexpectedEnd }
      // Within the static string: the offset stays below its length.
      guard bytes[position] == word.utf8Start[offset] else { throw .unexpectedByte(at: position) }
      position += 1
    }
    return value
  }

  // MARK: Numbers (RFC 8259 §6)

  private mutating func parseNumber() throws(JSONError) -> JSONValue {
    let start = position
    let isNegative = try takeHere(UInt8(ascii: "-"))
    let digits = try takeDigits()
    guard digits.count == 1 || bytes[digits.lowerBound] != UInt8(ascii: "0") else { throw .unexpectedByte(at: start) }
    var isInteger = true
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      _ = try takeDigits()
      isInteger = false
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      _ = try takeDigits()
      isInteger = false
    }
    guard isInteger, digits.count <= 18 else { return .fraction }
    let magnitude = bytes[digits].reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    return .integer(isNegative ? -magnitude : magnitude)
  }

  private mutating func takeDigits() throws(JSONError) -> Range<Int> {
    let start = position
    while position < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position] { position += 1 }
    guard position > start else {
      throw position < bytes.count ? .unexpectedByte(at: position) : .unexpectedEnd
    }
    return start..<position
  }

  // MARK: Strings (RFC 8259 §7)

  /// Reads the string whose opening quote is next.
  private mutating func parseString() throws(JSONError) -> JSONString {
    let start = position
    var hasEscapes = false
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return JSONString(token: start..<position, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        try skipEscape()
      case 0..<0x20:
        throw .controlCharacter(at: position)
      default:
        position += 1
      }
    }
    throw .unexpectedEnd
  }

  private mutating func skipEscape() throws(JSONError) {
    let start = position
    guard position + 1 < bytes.count else { throw .unexpectedEnd }
    switch bytes[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    case UInt8(ascii: "u"):
      let unit = try takeUnicodeEscape()
      if UTF16.isTrailSurrogate(unit) { throw .loneSurrogate(at: start) }
      guard UTF16.isLeadSurrogate(unit) else { return }
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u"),
        UTF16.isTrailSurrogate(try takeUnicodeEscape())
      else { throw .loneSurrogate(at: start) }
    default:
      throw .invalidEscape(at: position)
    }
  }

  private mutating func takeUnicodeEscape() throws(JSONError) -> UInt16 {
    guard position + 6 <= bytes.count else { throw .unexpectedEnd }
    guard let unit = bytes.hexadecimal(at: position + 2) else { throw .invalidEscape(at: position) }
    position += 6
    return unit
  }

  // MARK: Tokens

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  private mutating func peekToken() throws(JSONError) -> UInt8 {
    skipSpace()
    guard position < bytes.count else { throw .unexpectedEnd }
    return bytes[position]
  }

  private mutating func take(_ byte: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    return try takeHere(byte)
  }

  private mutating func takeHere(_ byte: UInt8) throws(JSONError) -> Bool {
    guard position < bytes.count else { throw .unexpectedEnd }
    guard bytes[position] == byte else { return false }
    position += 1
    return true
  }
}
