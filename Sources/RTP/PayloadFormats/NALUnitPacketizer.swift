/// Divides H.264 or H.265 access units into packets: small NAL units together, large ones in parts.
package struct NALUnitPacketizer<Format: NALUnitFormat>: Packetizer {
  /// The 16 bits before each unit of an aggregation.
  private static var lengthByteCount: Int { 2 }

  private let maximumPayloadByteCount: Int
  private var cursor: NALUnitCursor
  /// The unit to be written next, wholly or from some part on.
  private var unit: Range<Int>?
  private var parts: EvenParts?

  /// Throws `invalidLength` for a frame without NAL units or with units that are no more than a header.
  package init(frame: RawSpan, framing: NALUnitFraming, maximumPayloadByteCount: Int) throws(WireError) {
    self.maximumPayloadByteCount = maximumPayloadByteCount
    cursor = NALUnitCursor(framing: framing)
    unit = try Self.nextUnit(&cursor, frame)
    guard unit != nil else { throw .invalidLength }
  }

  package var isFinished: Bool { unit == nil }

  package mutating func writeNext(of frame: RawSpan, into output: inout OutputRawSpan) throws(WireError) {
    guard let unit else { preconditionFailure("the whole frame has been written") }
    guard unit.count <= maximumPayloadByteCount else { return try writePart(of: unit, frame, &output) }
    let end = try endOfAggregation(frame, from: unit)
    if end.unitCount == 1 {
      try output.writeBytes(frame.extracting(unit))
    } else {
      try writeAggregation(of: end.unitCount, frame, &output)
    }
    self.unit = end.next
    cursor = end.cursor
  }

  private mutating func writePart(
    of unit: Range<Int>, _ frame: RawSpan, _ output: inout OutputRawSpan
  ) throws(WireError) {
    let body = (unit.lowerBound + Format.headerByteCount)..<unit.upperBound
    var parts =
      self.parts ?? EvenParts(body, limit: maximumPayloadByteCount - Format.fragmentHeaderByteCount)
    let isFirst = parts.position == body.lowerBound
    try Format.writeFragmentHeader(
      of: frame.extracting(unit), isFirst: isFirst, isLast: parts.isLast, into: &output)
    try output.writeBytes(frame.extracting(parts.next()))
    self.parts = parts
    guard parts.isFinished else { return }
    self.parts = nil
    self.unit = try Self.nextUnit(&cursor, frame)
  }

  /// How many units from `first` on fit one packet together, and what comes after them.
  private func endOfAggregation(
    _ frame: RawSpan, from first: Range<Int>
  ) throws(WireError) -> (unitCount: Int, next: Range<Int>?, cursor: NALUnitCursor) {
    var cursor = cursor
    var unitCount = 1
    var byteCount = Format.headerByteCount + Self.lengthByteCount + first.count
    while true {
      let next = try Self.nextUnit(&cursor, frame)
      guard let next else { return (unitCount, nil, cursor) }
      byteCount += Self.lengthByteCount + next.count
      guard byteCount <= maximumPayloadByteCount else { return (unitCount, next, cursor) }
      unitCount += 1
    }
  }

  private func writeAggregation(
    of unitCount: Int, _ frame: RawSpan, _ output: inout OutputRawSpan
  ) throws(WireError) {
    guard var unit else { return }
    var cursor = cursor
    try Format.writeAggregationHeader(of: frame.extracting(unit), into: &output)
    for index in 0..<unitCount {
      guard let count = UInt16(exactly: unit.count) else { throw .valueTooLarge }
      try output.writeUInt16(count)
      try output.writeBytes(frame.extracting(unit))
      if index + 1 < unitCount, let next = try Self.nextUnit(&cursor, frame) { unit = next }
    }
  }

  private static func nextUnit(_ cursor: inout NALUnitCursor, _ frame: RawSpan) throws(WireError) -> Range<Int>? {
    let unit = try cursor.next(in: frame)
    if let unit, unit.count < Format.headerByteCount { throw .invalidLength }
    return unit
  }
}
