/// What an AV1 sequence header says of the pictures (AV1 bitstream specification §5.5.1), as far as their size needs it.
package struct AV1SequenceHeader: Equatable, Sendable {
  /// The largest picture, which in WebRTC is the size of all.
  package let size: PictureSize

  /// Reads the body of the unit, behind its header and size.
  package init(parsing body: RawSpan) throws(WireError) {
    var reader = BitReader()
    _ = try reader.read(4, from: body)  // profile, still picture
    if try reader.readFlag(from: body) {
      _ = try reader.read(5, from: body)  // the level of a reduced header
    } else {
      try Self.skipOperatingPoints(&reader, body)
    }
    let widthBits = Int(try reader.read(4, from: body)) + 1
    let heightBits = Int(try reader.read(4, from: body)) + 1
    let width = Int(try reader.read(widthBits, from: body)) + 1
    let height = Int(try reader.read(heightBits, from: body)) + 1
    size = try PictureSize(checking: width, height)
  }

  private static func skipOperatingPoints(_ reader: inout BitReader, _ body: RawSpan) throws(WireError) {
    var delayBits: Int?
    if try reader.readFlag(from: body) {
      _ = try reader.read(32, from: body)  // units in a tick
      _ = try reader.read(32, from: body)  // ticks in a second
      if try reader.readFlag(from: body) { _ = try reader.readExpGolomb(from: body) }
      if try reader.readFlag(from: body) {
        delayBits = Int(try reader.read(5, from: body)) + 1
        _ = try reader.read(32, from: body)
        _ = try reader.read(10, from: body)
      }
    }
    let hasInitialDelay = try reader.readFlag(from: body)
    for _ in 0...(try reader.read(5, from: body)) {
      _ = try reader.read(12, from: body)  // the layers of the operating point
      if try reader.read(5, from: body) > 7 { _ = try reader.readFlag(from: body) }  // level, tier
      if let delayBits, try reader.readFlag(from: body) {
        _ = try reader.read(delayBits, from: body)
        _ = try reader.read(delayBits, from: body)
        _ = try reader.readFlag(from: body)
      }
      if hasInitialDelay, try reader.readFlag(from: body) { _ = try reader.read(4, from: body) }
    }
  }

  /// The size that a packet tells which begins with a sequence header; nil if it does not.
  package static func pictureSize(_ payload: RawSpan) -> PictureSize? {
    do throws(WireError) {
      var cursor = try AV1ElementCursor(payload)
      while let element = try cursor.next(in: payload), !element.isContinuation {
        let bytes = payload.extracting(element.range)
        let unit = try AV1OBU(parsing: bytes)
        guard unit.type != AV1OBU.sequenceHeader else {
          return try AV1SequenceHeader(parsing: bytes.extracting(unit.body)).size
        }
      }
    } catch {
      return nil
    }
    return nil
  }
}
