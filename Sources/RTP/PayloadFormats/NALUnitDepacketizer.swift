/// Puts H.264 or H.265 access units together, each NAL unit in the framing asked for.
package struct NALUnitDepacketizer<Format: NALUnitFormat>: Depacketizer {
  private let framing: NALUnitFraming
  /// Where the fragmented unit begins in the frame, while its last part has not come.
  private var openUnit: Int?

  package init(framing: NALUnitFraming) {
    self.framing = framing
  }

  package mutating func append(_ payload: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    switch try Format.payload(payload) {
    case .single:
      guard openUnit == nil else { throw .missingContext }
      try append(unit: payload, to: &frame)
    case .aggregation:
      guard openUnit == nil else { throw .missingContext }
      try append(aggregation: payload, to: &frame)
    case .fragment(let isFirst, let isLast):
      try append(fragment: payload, isFirst: isFirst, isLast: isLast, to: &frame)
    }
  }

  package mutating func finish() throws(WireError) {
    defer { openUnit = nil }
    guard openUnit == nil else { throw .missingContext }
  }

  private func append(unit: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    let start = frame.count
    appendFraming(to: &frame)
    try frame.append(unit)
    closeUnit(at: start, in: &frame)
  }

  private func append(aggregation payload: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    var rest = payload
    try rest.skip(Format.headerByteCount)
    guard rest.byteCount > 0 else { throw .truncated }
    while rest.byteCount > 0 {
      let count = Int(try rest.readUInt16())
      guard count <= rest.byteCount else { throw .truncated }
      guard count >= Format.headerByteCount else { throw .invalidLength }
      try append(unit: rest.extracting(first: count), to: &frame)
      try rest.skip(count)
    }
  }

  private mutating func append(
    fragment: RawSpan, isFirst: Bool, isLast: Bool, to frame: inout [UInt8]
  ) throws(WireError) {
    guard isFirst == (openUnit == nil) else { throw .missingContext }
    guard !(isFirst && isLast) else { throw .invalidValue }  // RFC 6184 §5.8: such a unit is not fragmented
    if isFirst {
      openUnit = frame.count
      appendFraming(to: &frame)
      try Format.appendHeader(ofFragment: fragment, to: &frame)
    }
    guard fragment.byteCount > Format.fragmentHeaderByteCount else { throw .truncated }
    try frame.append(fragment.extracting(droppingFirst: Format.fragmentHeaderByteCount))
    guard isLast, let start = openUnit else { return }
    closeUnit(at: start, in: &frame)
    openUnit = nil
  }

  private func appendFraming(to frame: inout [UInt8]) {
    frame.append(contentsOf: [0, 0, 0, 1])
  }

  /// Writes the length in place of the start code, which is as long, if that is the framing.
  private func closeUnit(at start: Int, in frame: inout [UInt8]) {
    guard case .lengthPrefix = framing else { return }
    let count = UInt32(truncatingIfNeeded: frame.count - start - NALUnitFraming.byteCount)
    for index in 0..<NALUnitFraming.byteCount {
      frame[start + index] = UInt8(truncatingIfNeeded: count >> UInt32(24 - index * 8))
    }
  }
}
