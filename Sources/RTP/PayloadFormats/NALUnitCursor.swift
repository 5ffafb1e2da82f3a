/// Walks over the NAL units of a frame in either framing.
package struct NALUnitCursor: Sendable {
  private let framing: NALUnitFraming
  private var position: Int

  package init(framing: NALUnitFraming) {
    self.framing = framing
    position = 0
  }

  /// Where the next unit lies in `frame`, without its framing; `nil` at the end. Empty units are passed over.
  package mutating func next(in frame: RawSpan) throws(WireError) -> Range<Int>? {
    while position < frame.byteCount {
      let unit =
        switch framing {
        case .lengthPrefix: try nextAfterLength(frame)
        case .startCode: try nextAfterStartCode(frame)
        }
      if !unit.isEmpty { return unit }
    }
    return nil
  }

  private mutating func nextAfterLength(_ frame: RawSpan) throws(WireError) -> Range<Int> {
    let count = Int(try frame.loadUInt32(at: position))
    let start = position + NALUnitFraming.byteCount
    guard count <= frame.byteCount - start else { throw .truncated }
    position = start + count
    return start..<position
  }

  private mutating func nextAfterStartCode(_ frame: RawSpan) throws(WireError) -> Range<Int> {
    guard let start = try Self.endOfStartCode(in: frame, from: position) else {
      position = frame.byteCount
      return position..<position
    }
    let nextStart = try Self.endOfStartCode(in: frame, from: start)
    var end = nextStart.map { $0 - 3 } ?? frame.byteCount
    position = end
    while end > start, try frame.loadUInt8(at: end - 1) == 0 { end -= 1 }  // zeros belong to the next start code
    return start..<end
  }

  /// The place after the next `00 00 01`.
  private static func endOfStartCode(in frame: RawSpan, from start: Int) throws(WireError) -> Int? {
    var index = start + 2
    while index < frame.byteCount {
      switch try frame.loadUInt8(at: index) {
      case 0: index += 1
      case 1 where try frame.loadUInt16(at: index - 2) == 0: return index + 1
      default: index += 3
      }
    }
    return nil
  }
}
