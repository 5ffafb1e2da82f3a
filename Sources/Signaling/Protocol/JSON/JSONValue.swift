/// A JSON value (RFC 8259 §3) as found in a message; strings and raw forms are ranges of the message's bytes.
package enum JSONValue {
  case null
  case bool(Bool)
  /// A number written as an integer that fits 64 bits.
  case integer(Int64)
  /// Any other number; no message has one.
  case fraction
  case string(JSONString)
  case array([JSONValue])
  case object([JSONMember])
}

/// A string inside a message: where it stands, quotes included, and whether it needs unescaping.
package struct JSONString {
  package let token: Range<Int>
  package let hasEscapes: Bool
}

/// One name and value of an object.
package struct JSONMember {
  package let name: JSONString
  package let value: JSONValue
}

/// Why bytes are not one bounded JSON value.
package enum JSONError: Error, Equatable {
  case unexpectedEnd
  case unexpectedByte(at: Int)
  case controlCharacter(at: Int)
  case invalidEscape(at: Int)
  case loneSurrogate(at: Int)
  case tooDeep
  case tooManyValues
  case trailingBytes(at: Int)
}
