/// The fields of one object of a message, read strictly: each getter checks type and bounds and names the field when it refuses.
///
/// Absent and `null` are the same. A field that stands twice is refused, because two readers could disagree on which one counts.
struct JSONFields {
  let bytes: [UInt8]
  private let members: [JSONMember]
  /// Where the object stands in the message, for sentences: empty, or `rules.`.
  private let path: String

  init(_ members: [JSONMember], of bytes: [UInt8], path: String = "") {
    self.members = members
    self.bytes = bytes
    self.path = path
  }

  /// The value, or nil if absent or null.
  func value(_ name: StaticString) throws(SignalingError) -> JSONValue? {
    var found: JSONValue?
    for member in members where bytes.equal(name, at: member.name) {
      guard found == nil else { throw refusal(name, "stands there twice") }
      found = member.value
    }
    if case .null = found { return nil }
    return found
  }

  /// Whether the field is there, be it null.
  func has(_ name: StaticString) -> Bool {
    members.contains { bytes.equal(name, at: $0.name) }
  }

  func optionalString(_ name: StaticString, atMost limit: Int) throws(SignalingError) -> String? {
    guard let value = try value(name) else { return nil }
    guard case .string(let string) = value else { throw refusal(name, "must be a string") }
    let text = bytes.text(of: string)
    // Characters can be of any length, so bytes are bounded too: four for each character.
    guard text.utf8.count <= limit || text.utf8.count <= 4 * limit && text.count <= limit else {
      throw refusal(name, "is longer than \(limit) characters")
    }
    return text
  }

  func string(_ name: StaticString, atMost limit: Int) throws(SignalingError) -> String {
    guard let text = try optionalString(name, atMost: limit) else { throw refusal(name, "is missing") }
    return text
  }

  func optionalBool(_ name: StaticString) throws(SignalingError) -> Bool? {
    guard let value = try value(name) else { return nil }
    guard case .bool(let bool) = value else { throw refusal(name, "must be true or false") }
    return bool
  }

  func bool(_ name: StaticString) throws(SignalingError) -> Bool {
    guard let bool = try optionalBool(name) else { throw refusal(name, "is missing") }
    return bool
  }

  func optionalInteger(_ name: StaticString, in range: ClosedRange<Int64>) throws(SignalingError) -> Int64? {
    guard let value = try value(name) else { return nil }
    guard case .integer(let integer) = value else { throw refusal(name, "must be an integer") }
    guard range.contains(integer) else {
      throw refusal(name, "must be from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func integer(_ name: StaticString, in range: ClosedRange<Int64>) throws(SignalingError) -> Int64 {
    guard let integer = try optionalInteger(name, in: range) else { throw refusal(name, "is missing") }
    return integer
  }

  func optionalObject(_ name: StaticString) throws(SignalingError) -> JSONFields? {
    guard let value = try value(name) else { return nil }
    guard case .object(let members) = value else { throw refusal(name, "must be an object") }
    return JSONFields(members, of: bytes, path: "\(path)\(name).")
  }

  func optionalArray(_ name: StaticString, atMost limit: Int) throws(SignalingError) -> [JSONValue]? {
    guard let value = try value(name) else { return nil }
    guard case .array(let values) = value else { throw refusal(name, "must be an array") }
    guard values.count <= limit else { throw refusal(name, "has more than \(limit) elements") }
    return values
  }

  /// The objects of an array that must be there and hold one at least.
  func objects(_ name: StaticString, atMost limit: Int) throws(SignalingError) -> [JSONFields] {
    guard let values = try optionalArray(name, atMost: limit) else { throw refusal(name, "is missing") }
    guard !values.isEmpty else { throw refusal(name, "is empty") }
    var objects: [JSONFields] = []
    for (index, value) in values.enumerated() {
      guard case .object(let members) = value else { throw refusal(name, "must hold objects") }
      objects.append(JSONFields(members, of: bytes, path: "\(path)\(name)[\(index)]."))
    }
    return objects
  }

  /// One of an enumeration's raw values.
  func optionalChoice<Choice: RawRepresentable<String>>(_ name: StaticString) throws(SignalingError) -> Choice? {
    guard let text = try optionalString(name, atMost: 32) else { return nil }
    guard let choice = Choice(rawValue: text) else { throw refusal(name, "has a value that is not known") }
    return choice
  }

  func choice<Choice: RawRepresentable<String>>(_ name: StaticString) throws(SignalingError) -> Choice {
    guard let choice: Choice = try optionalChoice(name) else { throw refusal(name, "is missing") }
    return choice
  }

  /// The bytes of a string as they stand in the message, quotes and escapes included, to be passed on unread.
  func optionalRawString(_ name: StaticString) throws(SignalingError) -> ArraySlice<UInt8>? {
    guard let value = try value(name) else { return nil }
    guard case .string(let string) = value else { throw refusal(name, "must be a string") }
    return bytes[string.token]
  }

  /// Every member, for objects whose names are data.
  var all: [JSONMember] { members }

  func refusal(_ name: StaticString, _ problem: String) -> SignalingError {
    SignalingError(.badRequest, "The field “\(path)\(name)” \(problem).")
  }
}

extension JSONFields {
  /// The fields of an object that stands alone; nil if the bytes are none.
  init?(parsing bytes: [UInt8], maximumValues: Int = JSONParser.maximumValues) {
    guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
    var parser = JSONParser(bytes, maximumValues: maximumValues)
    guard case .object(let members)? = try? parser.parse() else { return nil }
    self.init(members, of: bytes)
  }
}
