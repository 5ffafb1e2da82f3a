import NIOCore

/// Writes JSON (RFC 8259) into a buffer, commas included.
struct JSONWriter {
  private(set) var buffer: ByteBuffer
  private var needsComma: Bool

  init(capacity: Int = 256) {
    buffer = ByteBufferAllocator().buffer(capacity: capacity)
    needsComma = false
  }

  /// Writes members that will follow others of an object begun elsewhere.
  static func members(capacity: Int = 256, _ body: (inout JSONWriter) -> Void) -> ByteBuffer {
    var writer = JSONWriter(capacity: capacity)
    writer.needsComma = true
    body(&writer)
    return writer.buffer
  }

  /// How many bytes a value takes as an element of an array, its comma included.
  static func byteCount(_ body: (inout JSONWriter) -> Void) -> Int {
    members(body).readableBytes
  }

  mutating func object(_ body: (inout JSONWriter) -> Void) {
    separate()
    write("{")
    needsComma = false
    body(&self)
    write("}")
    needsComma = true
  }

  mutating func array<Element>(_ elements: some Sequence<Element>, _ each: (inout JSONWriter, Element) -> Void) {
    separate()
    write("[")
    needsComma = false
    for element in elements { each(&self, element) }
    write("]")
    needsComma = true
  }

  /// The name of a member; its value must follow.
  mutating func name(_ name: StaticString) {
    separate()
    buffer.writeInteger(UInt8(ascii: "\""))
    buffer.writeStaticString(name)
    write("\":")
    needsComma = false
  }

  /// The name of a member, where names are data.
  mutating func name(_ name: String) {
    string(name)
    write(":")
    needsComma = false
  }

  mutating func string(_ text: String) {
    separate()
    buffer.writeInteger(UInt8(ascii: "\""))
    writeEscaped(text)
    buffer.writeInteger(UInt8(ascii: "\""))
    needsComma = true
  }

  mutating func integer(_ value: Int64) {
    separate()
    buffer.writeString(String(value))
    needsComma = true
  }

  mutating func bool(_ value: Bool) {
    separate()
    write(value ? "true" : "false")
    needsComma = true
  }

  mutating func null() {
    separate()
    write("null")
    needsComma = true
  }

  /// Bytes that are JSON already: a value, or members without the first comma.
  mutating func raw(_ bytes: some Sequence<UInt8>) {
    separate()
    buffer.writeBytes(bytes)
    needsComma = true
  }

  // MARK: Members

  mutating func field(_ name: StaticString, _ value: String) {
    self.name(name)
    string(value)
  }

  mutating func field(_ name: StaticString, _ value: Bool) {
    self.name(name)
    bool(value)
  }

  mutating func field(_ name: StaticString, _ value: Int64) {
    self.name(name)
    integer(value)
  }

  /// Writes null where there is nothing: fields of events are always there.
  mutating func field(_ name: StaticString, _ value: String?) {
    self.name(name)
    if let value { string(value) } else { null() }
  }

  mutating func field(_ name: StaticString, _ value: Timestamp?) {
    self.name(name)
    if let value { integer(value.milliseconds) } else { null() }
  }

  // MARK: Bytes

  private mutating func separate() {
    if needsComma { buffer.writeInteger(UInt8(ascii: ",")) }
  }

  private mutating func write(_ text: StaticString) {
    buffer.writeStaticString(text)
  }

  private mutating func writeEscaped(_ text: String) {
    guard text.utf8.contains(where: Self.needsEscape) else {
      buffer.writeString(text)
      return
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): write("\\\"")
      case UInt8(ascii: "\\"): write("\\\\")
      case 0x0A: write("\\n")
      case 0x0D: write("\\r")
      case 0x09: write("\\t")
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        buffer.writeString("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: buffer.writeInteger(byte)
      }
    }
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }
}
