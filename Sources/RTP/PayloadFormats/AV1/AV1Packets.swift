/// Puts AV1 temporal units together, as OBUs with sizes and without temporal delimiters (AV1 RTP specification §4.5).
package struct AV1Depacketizer: Depacketizer {
  /// The element whose end has not come; empty if there is none.
  private var open: [UInt8] = []

  package init() {}

  package mutating func append(_ payload: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    var cursor = try AV1ElementCursor(payload)
    while let element = try cursor.next(in: payload) {
      guard element.isContinuation == !open.isEmpty else { throw .missingContext }
      let bytes = payload.extracting(element.range)
      if element.isContinued || element.isContinuation {
        try open.append(bytes)
        if !element.isContinued { try closeElement(&frame) }
      } else {
        try Self.append(element: bytes, to: &frame)
      }
    }
  }

  package mutating func finish() throws(WireError) {
    defer { open.removeAll(keepingCapacity: true) }
    guard open.isEmpty else { throw .missingContext }
  }

  private mutating func closeElement(_ frame: inout [UInt8]) throws(WireError) {
    try Self.append(element: open.span.bytes, to: &frame)
    open.removeAll(keepingCapacity: true)
  }

  private static func append(element: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    let unit = try AV1OBU(parsing: element)
    guard unit.body.upperBound == element.byteCount else { throw .trailingBytes }
    guard !unit.isLeftOut else { return }
    try unit.append(from: element, to: &frame)
  }
}

/// Divides AV1 temporal units, OBUs with sizes, into packets; every element gets a length, the last of a packet may go on in
/// the next (AV1 RTP specification §4.4).
package struct AV1Packetizer: Packetizer {
  /// The shortest fragment that is worth its length field.
  private static let shortestFragmentByteCount = 8
  /// A length field of up to 16383 bytes, more than any packet.
  private static let lengthByteCount = 2

  private let maximumPayloadByteCount: Int
  /// The unit to be written next, and how much of its header and body has been.
  private var unit: AV1OBU?
  private var written = 0
  private var isFirstPacket = true
  private let startsKeyframe: Bool

  /// Throws `invalidLength` for a frame without a unit to send.
  package init(frame: RawSpan, maximumPayloadByteCount: Int) throws(WireError) {
    precondition(32...16383 ~= maximumPayloadByteCount, "a payload has room for some elements and a short length")
    self.maximumPayloadByteCount = maximumPayloadByteCount
    unit = try Self.unit(of: frame, at: 0)
    guard unit != nil else { throw .invalidLength }
    startsKeyframe = unit?.type == AV1OBU.sequenceHeader
  }

  package var isFinished: Bool { unit == nil }

  package mutating func writeNext(of frame: RawSpan, into output: inout OutputRawSpan) throws(WireError) {
    precondition(!isFinished, "the whole frame has been written")
    guard output.freeCapacity >= maximumPayloadByteCount else { throw .bufferFull }
    let start = output.byteCount
    var header = AV1AggregationHeader(continuesElement: written > 0, startsKeyframe: isFirstPacket && startsKeyframe)
    isFirstPacket = false
    try output.writeUInt8(0)
    while let unit {
      let room = maximumPayloadByteCount - (output.byteCount - start) - Self.lengthByteCount
      let left = unit.headerByteCount + unit.body.count - written
      guard left <= room || room >= Self.shortestFragmentByteCount else { break }
      try writeElement(of: unit, byteCount: min(left, room), frame, &output)
      guard left <= room else {
        header.endsWithinElement = true
        break
      }
      written = 0
      self.unit = try Self.unit(of: frame, at: unit.body.upperBound)
    }
    var bytes = output.mutableBytes
    bytes.setUInt8(header.byte, at: start)
  }

  private mutating func writeElement(
    of unit: AV1OBU, byteCount: Int, _ frame: RawSpan, _ output: inout OutputRawSpan
  ) throws(WireError) {
    try output.writeLEB128(UInt32(byteCount))
    let end = written + byteCount
    if written == 0 {  // a fragment is longer than the header, so that is never divided
      try output.writeUInt8(unit.first & ~AV1OBU.sizeFlag)
      if let layers = unit.layers { try output.writeUInt8(layers) }
    }
    let bodyStart = unit.body.lowerBound + max(0, written - unit.headerByteCount)
    let bodyEnd = unit.body.lowerBound + end - unit.headerByteCount
    try output.writeBytes(frame.extracting(bodyStart..<bodyEnd))
    written = end
  }

  /// The next unit to be sent at or after `offset`.
  private static func unit(of frame: RawSpan, at offset: Int) throws(WireError) -> AV1OBU? {
    var offset = offset
    while offset < frame.byteCount {
      let unit = try AV1OBU(parsing: frame, at: offset)
      if !unit.isLeftOut { return unit }
      offset = unit.body.upperBound
    }
    return nil
  }
}
