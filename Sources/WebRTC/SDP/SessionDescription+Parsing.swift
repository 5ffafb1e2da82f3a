extension SessionDescription {
  /// Reads a description; lines may end with CRLF or LF alone.
  ///
  /// Throws for what breaks a limit or cannot be what it says. Unknown attributes, lines without meaning for WebRTC and
  /// candidates of unknown form are permitted oddities.
  package init(parsing text: String) throws(SDPError) {
    var lines = try SDPLines(text)
    guard let version = try lines.next(), version.type == UInt8(ascii: "v"), version.value.utf8.elementsEqual("0".utf8)
    else { throw .notSDP }
    self.init(origin: Origin(sessionID: "0", version: "0"))
    var assembly: MediaAssembly?
    while let line = try lines.next() {
      do throws(SDPError) {
        if line.type == UInt8(ascii: "m") {
          if let assembly { media.append(assembly.finished()) }
          guard media.count < SDPLimits.mediaCount else { throw .tooMany(.media) }
          assembly = try MediaAssembly(parsing: line.value)
        } else if assembly != nil {
          try assembly?.read(line)
        } else {
          try read(line)
        }
      } catch {
        guard error == .invalidValue else { throw error }
        throw .malformed(line: line.number)
      }
    }
    if let assembly { media.append(assembly.finished()) }
  }

  private mutating func read(_ line: SDPLines.Line) throws(SDPError) {
    switch line.type {
    case UInt8(ascii: "o"): origin = try Origin(parsing: line.value)
    case UInt8(ascii: "s"): name = String(line.value)
    case UInt8(ascii: "c"): connection = String(line.value)
    case UInt8(ascii: "a"): try readAttribute(line.value)
    default: break
    }
  }

  private mutating func readAttribute(_ text: Substring) throws(SDPError) {
    let (nameText, valueText) = text.halves(at: UInt8(ascii: ":"))
    let name = String(nameText)
    let value = valueText ?? ""
    if try transport.read(name, value) { return }
    switch name {
    case "group":
      guard groups.count < SDPLimits.mediaCount else { throw .tooMany(.attribute) }
      groups.append(try MediaGroup(parsing: value))
    case "ice-lite": isICELite = true
    case "extmap-allow-mixed": allowsMixedExtensions = true
    default:
      if let direction = MediaDirection(rawValue: name) {
        self.direction = direction
      } else {
        try otherAttributes.append(SDPAttribute(name, valueText.map { String($0) }), limit: .attribute)
      }
    }
  }
}

extension SessionDescription.Origin {
  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    username = try words.word()
    sessionID = try words.word()
    version = try words.word()
    address = String(words.text)
  }
}

extension Array {
  /// Appends unless there are too many of them already.
  mutating func append(
    _ element: Element, limit part: SDPError.Part, of count: Int = SDPLimits.otherAttributeCount
  ) throws(SDPError) {
    guard self.count < count else { throw .tooMany(part) }
    append(element)
  }
}

/// The lines of a description, one after another, within the limits.
struct SDPLines {
  struct Line {
    let number: Int
    /// The letter before the equals sign.
    let type: UInt8
    let value: Substring
  }

  private var rest: Substring.UTF8View
  private var number = 0

  init(_ text: String) throws(SDPError) {
    guard text.utf8.count <= SDPLimits.textLength else { throw .tooLong }
    rest = Substring(text).utf8
  }

  /// The next line that is not empty; throws `malformed` if it has no type.
  mutating func next() throws(SDPError) -> Line? {
    while !rest.isEmpty {
      number += 1
      guard number <= SDPLimits.lineCount else { throw .tooMany(.line) }
      var line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = line.endIndex == rest.endIndex ? rest[rest.endIndex...] : rest[rest.index(after: line.endIndex)...]
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      guard !line.isEmpty else { continue }
      guard line.count <= SDPLimits.lineLength else { throw .lineTooLong }
      let equals = line.index(after: line.startIndex)
      guard equals < line.endIndex, line[equals] == UInt8(ascii: "="), !line.contains(0), !line.contains(0x0D) else {
        throw .malformed(line: number)
      }
      return Line(number: number, type: line[line.startIndex], value: Substring(line[line.index(after: equals)...]))
    }
    return nil
  }
}
