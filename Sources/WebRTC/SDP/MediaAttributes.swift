/// One attribute that is kept without being understood.
package struct SDPAttribute: Equatable, Sendable {
  package var name: String
  package var value: String?

  package init(_ name: String, _ value: String? = nil) {
    self.name = name
    self.value = value
  }

  var line: String {
    value.map { "a=\(name):\($0)" } ?? "a=\(name)"
  }
}

/// A group of media descriptions (RFC 5888); `BUNDLE` puts them on one transport (RFC 9143).
package struct MediaGroup: Equatable, Sendable {
  package var semantics: String
  package var mids: [String]

  package init(_ semantics: String, _ mids: [String]) {
    self.semantics = semantics
    self.mids = mids
  }

  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    semantics = try words.word()
    mids = words.remainder()
    guard mids.count <= SDPLimits.mediaCount else { throw .tooMany(.media) }
  }

  var line: String { "a=group:\(([semantics] + mids).joined(separator: " "))" }
}

/// A header extension's id in this session (RFC 8285 §5): `8/sendonly urn:… attributes`.
package struct ExtensionMap: Equatable, Sendable {
  package var id: UInt8
  package var direction: MediaDirection?
  package var uri: String
  package var attributes: String?

  package init(id: UInt8, direction: MediaDirection? = nil, uri: String) {
    self.id = id
    self.direction = direction
    self.uri = uri
  }

  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    let (number, suffix) = Substring(try words.word()).halves(at: UInt8(ascii: "/"))
    id = try number.number(as: UInt8.self)
    guard id > 0 else { throw .invalidValue }
    if let suffix {
      guard let direction = MediaDirection(rawValue: String(suffix)) else { throw .invalidValue }
      self.direction = direction
    }
    uri = try words.word()
    attributes = words.text.isEmpty ? nil : String(words.text)
  }

  var line: String {
    let direction = direction.map { "/\($0.rawValue)" } ?? ""
    let attributes = attributes.map { " \($0)" } ?? ""
    return "a=extmap:\(id)\(direction) \(uri)\(attributes)"
  }
}

/// The stream and track that a media description belongs to (RFC 8830).
package struct MediaStreamIdentifier: Equatable, Sendable {
  package var stream: String
  package var track: String?

  package init(stream: String, track: String?) {
    self.stream = stream
    self.track = track
  }

  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    stream = try words.word()
    track = words.next().map { String($0) }
  }

  var line: String { "a=msid:\(([stream] + (track.map { [$0] } ?? [])).joined(separator: " "))" }
}

/// What is declared of one SSRC (RFC 5576 §4.1), all its lines together.
package struct DeclaredSource: Equatable, Sendable {
  package var ssrc: UInt32
  package var attributes: [SDPAttribute]

  package init(ssrc: UInt32, attributes: [SDPAttribute]) {
    self.ssrc = ssrc
    self.attributes = attributes
  }

  package var cname: String? { attributes.first { $0.name == "cname" }?.value }

  var lines: [String] {
    guard !attributes.isEmpty else { return ["a=ssrc:\(ssrc)"] }
    return attributes.map { attribute in
      "a=ssrc:\(ssrc) " + (attribute.value.map { "\(attribute.name):\($0)" } ?? attribute.name)
    }
  }
}

/// SSRCs that belong together (RFC 5576 §4.2): `FID` for a source and its retransmissions, `SIM` for layers.
package struct SourceGroup: Equatable, Sendable {
  package var semantics: String
  package var ssrcs: [UInt32]

  package init(_ semantics: String, _ ssrcs: [UInt32]) {
    self.semantics = semantics
    self.ssrcs = ssrcs
  }

  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    semantics = try words.word()
    ssrcs = []
    while let word = words.next() {
      guard ssrcs.count < SDPLimits.sourceCount else { throw .tooMany(.source) }
      ssrcs.append(try word.number(as: UInt32.self))
    }
  }

  var line: String { "a=ssrc-group:\(([semantics] + ssrcs.map { String($0) }).joined(separator: " "))" }
}

/// One encoding of a source (RFC 8851): `h send pt=96;max-width=1280`.
package struct RestrictionIdentifier: Equatable, Sendable {
  package enum Direction: String, Sendable {
    case send
    case recv
  }

  package var id: String
  package var direction: Direction
  package var restrictions: FormatParameters?

  package init(id: String, direction: Direction, restrictions: FormatParameters? = nil) {
    self.id = id
    self.direction = direction
    self.restrictions = restrictions
  }

  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    id = try words.word(where: Self.isIdentifier)
    guard let direction = Direction(rawValue: try words.word()) else { throw .invalidValue }
    self.direction = direction
    restrictions = words.text.isEmpty ? nil : FormatParameters(String(words.text))
  }

  /// Letters, digits, dashes and underscores (RFC 8851 §10), and short enough for a header extension.
  static func isIdentifier(_ text: Substring) -> Bool {
    (1...16).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"): return true
        case UInt8(ascii: "+"), UInt8(ascii: "/"): return false
        default: return isICECharacter(byte)
        }
      }
  }

  var line: String {
    "a=rid:\(id) \(direction.rawValue)" + (restrictions.map { " \($0.text)" } ?? "")
  }
}

/// Which encodings are sent and received at once (RFC 8853): `send h;m,n;~l`.
package struct SimulcastDescription: Equatable, Sendable {
  /// One rid, and whether it begins paused.
  package struct Encoding: Equatable, Sendable {
    package var rid: String
    package var isPaused: Bool

    package init(rid: String, isPaused: Bool = false) {
      self.rid = rid
      self.isPaused = isPaused
    }
  }

  /// For every stream its encodings, of which one is sent at a time.
  package var send: [[Encoding]] = []
  package var receive: [[Encoding]] = []

  package init(send: [[Encoding]] = [], receive: [[Encoding]] = []) {
    self.send = send
    self.receive = receive
  }

  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    while let direction = words.next() {
      let streams = try Self.streams(Substring(try words.word()))
      switch RestrictionIdentifier.Direction(rawValue: String(direction)) {
      case .send where send.isEmpty: send = streams
      case .recv where receive.isEmpty: receive = streams
      case .send, .recv, nil: throw .invalidValue
      }
    }
    guard !send.isEmpty || !receive.isEmpty else { throw .invalidValue }
  }

  private static func streams(_ text: Substring) throws(SDPError) -> [[Encoding]] {
    var streams: [[Encoding]] = []
    var count = 0
    for stream in text.parts(at: UInt8(ascii: ";")) {
      var encodings: [Encoding] = []
      for alternative in stream.parts(at: UInt8(ascii: ",")) {
        let rid = alternative.dropping("~")
        guard RestrictionIdentifier.isIdentifier(rid) else { throw .invalidValue }
        encodings.append(Encoding(rid: String(rid), isPaused: rid.utf8.count < alternative.utf8.count))
        count += 1
        guard count <= SDPLimits.restrictionIdentifierCount else { throw .tooMany(.restrictionIdentifier) }
      }
      streams.append(encodings)
    }
    return streams
  }

  var line: String {
    let parts = [("send", send), ("recv", receive)].filter { !$0.1.isEmpty }.map { direction, streams in
      let texts = streams.map { $0.map { ($0.isPaused ? "~" : "") + $0.rid }.joined(separator: ",") }
      return "\(direction) \(texts.joined(separator: ";"))"
    }
    return "a=simulcast:\(parts.joined(separator: " "))"
  }
}
