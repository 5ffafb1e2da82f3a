/// Holds values against a JSON Schema (2020-12), as far as the schemas of this repository go; a keyword it does not know is an error.
package struct JSONSchema: Sendable {
  private let root: JSON

  package init(parsing text: some Sequence<UInt8>) throws {
    root = try JSON(parsing: text)
  }

  /// The names of the definitions that end so, without that ending.
  package func definitions(endingWith suffix: String) -> Set<String> {
    Set((root["$defs"] ?? .null).members.keys.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) })
  }

  /// The names of the definitions that a definition chooses from by `oneOf`.
  package func alternatives(of definition: String) -> [String] {
    (root["$defs"]?[definition]?["oneOf"] ?? .null).elements.compactMap { $0["$ref"]?.text?.split(separator: "/").last }
      .map(String.init)
  }

  /// What is wrong with the value by this definition; empty if it is right.
  package func problems(of value: JSON, by definition: String) -> [String] {
    check(value, ["$ref": .string("#/$defs/" + definition)], at: "")
  }

  private func check(_ value: JSON, _ schema: [String: JSON], at path: String) -> [String] {
    schema.sorted { $0.key < $1.key }.flatMap { keyword, argument in
      check(value, keyword, argument, schema, at: path)
    }
  }

  private func check(
    _ value: JSON, _ keyword: String, _ argument: JSON, _ schema: [String: JSON], at path: String
  ) -> [String] {
    let fault = { (isRight: Bool) in isRight ? [] : ["\(path): \(keyword) \(argument)"] }
    switch keyword {
    case "$ref": return resolve(argument).map { check(value, $0, at: path) } ?? ["\(path): no \(argument)"]
    case "type": return fault(types(argument).contains { isType($0, value) })
    case "const": return fault(value == argument)
    case "enum": return fault(argument.elements.contains(value))
    case "anyOf": return fault(argument.elements.contains { check(value, $0.members, at: path).isEmpty })
    case "oneOf": return fault(argument.elements.count { check(value, $0.members, at: path).isEmpty } == 1)
    case "minimum": return fault(value.number.map { $0 >= argument.number ?? 0 } ?? true)
    case "maximum": return fault(value.number.map { $0 <= argument.number ?? 0 } ?? true)
    case "minLength": return fault(value.text.map { $0.unicodeScalars.count >= argument.integer ?? 0 } ?? true)
    case "maxLength": return fault(value.text.map { $0.unicodeScalars.count <= argument.integer ?? 0 } ?? true)
    case "minItems": return fault(!isType("array", value) || value.elements.count >= argument.integer ?? 0)
    case "maxItems": return fault(!isType("array", value) || value.elements.count <= argument.integer ?? 0)
    case "minProperties": return fault(!isType("object", value) || value.members.count >= argument.integer ?? 0)
    case "maxProperties": return fault(!isType("object", value) || value.members.count <= argument.integer ?? 0)
    case "required":
      return fault(!isType("object", value) || argument.elements.allSatisfy { value[$0.text ?? ""] != nil })
    case "items":
      return value.elements.enumerated().flatMap { check($1, argument.members, at: "\(path)/\($0)") }
    case "properties":
      return value.members.flatMap { name, member in
        argument[name].map { check(member, $0.members, at: "\(path)/\(name)") } ?? []
      }
    case "additionalProperties":
      let known = Set((schema["properties"] ?? .null).members.keys)
      return value.members.filter { !known.contains($0.key) }.flatMap { name, member in
        argument == .bool(false)
          ? ["\(path)/\(name): is not in the schema"] : check(member, argument.members, at: "\(path)/\(name)")
      }
    default: return ["\(path): the keyword \(keyword) is not known"]
    }
  }

  private func resolve(_ reference: JSON) -> [String: JSON]? {
    let path = reference.text?.split(separator: "/").dropFirst() ?? []
    return path.reduce(root as JSON?) { $0?[String($1)] }?.members
  }

  private func types(_ argument: JSON) -> [String] {
    argument.text.map { [$0] } ?? argument.elements.compactMap(\.text)
  }

  private func isType(_ type: String, _ value: JSON) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("number", .number), ("string", .string), ("array", .array),
      ("object", .object):
      true
    case ("integer", .number(let number)): number == number.rounded()
    default: false
    }
  }
}
