import FoundationEssentials
import NIOCore
import Signaling
import TestSupport
import Testing

/// Code, document and schema say the same.
@Suite struct SchemaTests {
  private static let docs = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/docs/"

  private static let parsed = Result {
    try JSONSchema(parsing: Data(contentsOf: URL(filePath: docs + "signaling.schema.json")))
  }

  private let schema: JSONSchema
  private let document: String

  init() throws {
    schema = try Self.parsed.get()
    document = String(
      decoding: try Data(contentsOf: URL(filePath: Self.docs + "signaling.md")), as: UTF8.self)
  }

  @Test func everyMessageOfBothDirectionsHasASchemaAndTheReverse() {
    let requests = ClientMessage.Kind.allCases.map(\.rawValue)
    let events = ServerEvent.Kind.allCases.map(\.rawValue)
    #expect(schema.definitions(endingWith: "Request") == Set(requests))
    #expect(schema.definitions(endingWith: "Event") == Set(events))
    #expect(schema.definitions(endingWith: "Result") == Set(Samples.results.map(\.0)))
    #expect(schema.alternatives(of: "clientMessage") == requests.map { $0 + "Request" })
    #expect(schema.alternatives(of: "serverMessage") == ["result", "error"] + events.map { $0 + "Event" })
  }

  @Test func everyMessageStandsInTheDocument() {
    let words = ClientMessage.Kind.allCases.map(\.rawValue) + ServerEvent.Kind.allCases.map(\.rawValue)
    for word in words + SignalingError.Code.allCases.map(\.rawValue) + CloseReason.allCases.map(\.rawValue) {
      #expect(document.contains("`\(word)`") || document.contains("\"type\":\"\(word)\""), "\(word)")
    }
    for reason in CloseReason.allCases { #expect(document.contains("| \(reason.code) | `\(reason.rawValue)`")) }
  }

  @Test(arguments: ServerEvent.Kind.allCases)
  func encodesEveryEventAsTheSchemaHasIt(kind: ServerEvent.Kind) throws {
    for event in Samples.event(kind) {
      let message = try JSON(parsing: EncodedEvent(event).message(seq: 7).readableBytesView)

      #expect(schema.problems(of: message, by: "\(kind.rawValue)Event") == [])
      #expect(message["seq"]?.integer == 7)
    }
  }

  @Test func encodesEveryResultAsTheSchemaHasIt() throws {
    for (name, result) in Samples.results {
      let message = try JSON(parsing: MessageEncoder.result(result, id: 3).readableBytesView)

      #expect(schema.problems(of: message, by: "result") == [])
      #expect(schema.problems(of: message["data"] ?? .null, by: "\(name)Result") == [], "\(name)")
    }
  }

  @Test(arguments: SignalingError.Code.allCases)
  func encodesEveryErrorAsTheSchemaHasIt(code: SignalingError.Code) throws {
    let error = SignalingError(code, "It is so.", retryAfter: .milliseconds(1200))

    for id in [nil, 5] as [Int64?] {
      let message = try JSON(parsing: MessageEncoder.error(error, id: id).readableBytesView)

      #expect(schema.problems(of: message, by: "serverMessage") == [])
      #expect(message["error"]?["retryAfter"]?.integer == 2)
    }
  }

  /// Every literal of the document that is whole: those with an ellipsis are not JSON and are left out.
  @Test func everyLiteralOfTheDocumentFitsTheSchema() throws {
    let decoder = MessageDecoder(limits: SignalingLimits())
    var types: Set<String> = []
    for text in literals {
      guard let value = try? JSON(parsing: text.utf8), let type = value["type"]?.text else { continue }
      guard ClientMessage.Kind(rawValue: type) != nil, value["seq"] == nil || type == "resume" else { continue }
      types.insert(type)
      let numbered = "{\"id\":1," + text.dropFirst()
      let message = value["id"] == nil ? numbered : text
      #expect(schema.problems(of: try JSON(parsing: message.utf8), by: "\(type)Request") == [], "\(text)")
      #expect(throws: Never.self, "\(text)") { try decoder.decode(ByteBuffer(string: message)) }
    }
    #expect(types.count >= 19)
    for (name, definition) in ["Room": "Room", "Waiting": "Waiting", "ChatMessage": "ChatMessage"] {
      let object = try #require(literal(after: name))
      #expect(schema.problems(of: try JSON(parsing: object.utf8), by: definition) == [], "\(name)")
    }
  }

  @Test func theSchemaCanRefuse() throws {
    let wrong = [
      #"{"id":1,"type":"raiseHand"}"#, #"{"id":1,"type":"raiseHand","raised":"yes"}"#,
      #"{"type":"raiseHand","raised":true}"#,
      #"{"id":-1,"type":"raiseHand","raised":true}"#, #"{"id":1,"type":"ping","raised":true}"#,
    ]
    for text in wrong {
      #expect(try !schema.problems(of: JSON(parsing: text.utf8), by: "raiseHandRequest").isEmpty, "\(text)")
    }
    let event = try JSON(parsing: #"{"type":"hostKey","seq":1,"hostKey":"k","more":1}"#.utf8)
    #expect(!schema.problems(of: event, by: "hostKeyEvent").isEmpty)
  }

  /// Every run of text between braces that balance, the outermost ones, in code blocks and code spans.
  private var literals: [String] {
    var found: [String] = []
    var depth = 0
    var current = ""
    for character in document {
      if character == "{" { depth += 1 }
      if depth > 0 { current.append(character) }
      if character == "}" { depth -= 1 }
      if depth == 0, !current.isEmpty {
        found.append(current.replacing(#""candidate":{…}"#, with: #""candidate":null"#))
        current = ""
      }
    }
    return found
  }

  private func literal(after name: String) -> String? {
    guard let start = document.firstRange(of: "\n\(name) ")?.upperBound else { return nil }
    return literals.first { document[start...].drop { $0 == " " }.hasPrefix($0) }
  }
}
