/// Says who sends the streams; of its items WebRTC uses the CNAME, which binds streams of one clock (SDES, RFC 3550 §6.5).
///
/// ```
/// | SSRC : 32 | type : 8 | length : 8 | text … | … | 0, then zeros up to the next word |     count times
/// ```
package struct SourceDescription: Equatable, Sendable {
  /// One statement about a source.
  package struct Item: Equatable, Sendable {
    package static let canonicalName: UInt8 = 1

    /// The kind of item (IANA "RTP SDES Item Types").
    package var type: UInt8
    /// At most 255 bytes of UTF-8, not checked: it comes from the other side and is never shown.
    package var text: [UInt8]

    package init(type: UInt8, text: [UInt8]) {
      self.type = type
      self.text = text
    }
  }

  /// All that is said about one source.
  package struct Chunk: Equatable, Sendable {
    package var source: SSRC
    package var items: [Item]

    package init(source: SSRC, items: [Item]) {
      self.source = source
      self.items = items
    }
  }

  /// At most 31.
  package var chunks: [Chunk]

  package init(chunks: [Chunk]) {
    self.chunks = chunks
  }

  /// The description that our own reports carry.
  package init(source: SSRC, canonicalName: String) {
    chunks = [Chunk(source: source, items: [Item(type: Item.canonicalName, text: Array(canonicalName.utf8))])]
  }

  package init(parsing body: RawSpan, count: UInt8) throws(WireError) {
    var bytes = body
    chunks = []
    for _ in 0..<count {
      let source = SSRC(rawValue: try bytes.readUInt32())
      chunks.append(Chunk(source: source, items: try Self.items(reading: &bytes, endingAlignedIn: body)))
    }
  }

  private static func items(reading bytes: inout RawSpan, endingAlignedIn body: RawSpan) throws(WireError) -> [Item] {
    var items: [Item] = []
    while true {
      let type = try bytes.readUInt8()
      guard type != 0 else { break }
      let count = Int(try bytes.readUInt8())
      items.append(Item(type: type, text: try bytes.readArray(count)))
    }
    let read = body.byteCount - bytes.byteCount
    try bytes.skip(-read & 3)
    return items
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    let bodyByteCount = chunks.reduce(0) { $0 + $1.byteCount }
    try RTCPHeader.write(.sourceDescription, count: chunks.count, bodyByteCount: bodyByteCount, into: &output)
    for chunk in chunks { try chunk.write(into: &output) }
  }
}

extension SourceDescription.Chunk {
  private var itemByteCount: Int { items.reduce(0) { $0 + 2 + $1.text.count } }

  /// Source, items, and the one to four zeros that end them.
  fileprivate var byteCount: Int { 4 + (itemByteCount + 4) / 4 * 4 }

  fileprivate func write(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt32(source.rawValue)
    for item in items {
      guard item.type != 0 else { throw .invalidValue }
      guard let count = UInt8(exactly: item.text.count) else { throw .valueTooLarge }
      try output.writeUInt8(item.type)
      try output.writeUInt8(count)
      try output.writeBytes(item.text)
    }
    try output.writeZeros(byteCount - 4 - itemByteCount)
  }
}
