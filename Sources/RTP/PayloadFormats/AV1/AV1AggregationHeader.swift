/// The byte before the OBU elements of a packet (AV1 RTP specification §4.4).
///
/// ```
///  0 1 2 3 4 5 6 7
/// +-+-+-+-+-+-+-+-+
/// |Z|Y| W |N|-|-|-|
/// +-+-+-+-+-+-+-+-+
/// ```
package struct AV1AggregationHeader: Equatable, Sendable {
  /// Whether the first element continues one of the packet before (Z).
  package var continuesElement: Bool
  /// Whether the last element goes on in the next packet (Y).
  package var endsWithinElement: Bool
  /// How many elements there are, 1 to 3, of which the last has no length; 0 if every element has one (W).
  package var elementCount: UInt8
  /// Whether the packet is the first of a coded video sequence, that is, begins a keyframe (N).
  package var startsKeyframe: Bool

  package init(
    continuesElement: Bool = false, endsWithinElement: Bool = false, elementCount: UInt8 = 0,
    startsKeyframe: Bool = false
  ) {
    self.continuesElement = continuesElement
    self.endsWithinElement = endsWithinElement
    self.elementCount = elementCount
    self.startsKeyframe = startsKeyframe
  }

  /// Takes the header from the front of a payload; throws `invalidValue` for a sequence that begins within an element.
  package init(reading payload: inout RawSpan) throws(WireError) {
    let byte = try payload.readUInt8()
    continuesElement = byte & 0x80 != 0
    endsWithinElement = byte & 0x40 != 0
    elementCount = byte >> 4 & 0x03
    startsKeyframe = byte & 0x08 != 0
    guard !(startsKeyframe && continuesElement) else { throw .invalidValue }
  }

  var byte: UInt8 {
    (continuesElement ? 0x80 : 0) | (endsWithinElement ? 0x40 : 0) | (elementCount & 0x03) << 4
      | (startsKeyframe ? 0x08 : 0)
  }

  /// Whether a packet with this payload begins a keyframe.
  package static func startsKeyframe(_ payload: RawSpan) -> Bool {
    var payload = payload
    do throws(WireError) { return try AV1AggregationHeader(reading: &payload).startsKeyframe } catch { return false }
  }
}

/// Walks over the OBU elements of a packet.
package struct AV1ElementCursor: Sendable {
  /// An element's place in the payload.
  package struct Element: Equatable, Sendable {
    package let range: Range<Int>
    /// Whether it continues one of the packet before.
    package let isContinuation: Bool
    /// Whether it goes on in the next packet.
    package let isContinued: Bool
  }

  package let header: AV1AggregationHeader
  private var position = 1
  private var index: UInt8 = 0

  package init(_ payload: RawSpan) throws(WireError) {
    var rest = payload
    header = try AV1AggregationHeader(reading: &rest)
    guard rest.byteCount > 0 else { throw .truncated }
  }

  /// The next element of `payload`, from which the cursor was made. Throws `invalidLength` for an element beyond the payload
  /// or of no length.
  package mutating func next(in payload: RawSpan) throws(WireError) -> Element? {
    guard position < payload.byteCount else {
      guard header.elementCount == 0 || index == header.elementCount else { throw .invalidLength }
      return nil
    }
    guard header.elementCount == 0 || index < header.elementCount else { throw .trailingBytes }
    let range = try nextRange(payload)
    guard !range.isEmpty else { throw .invalidLength }
    defer { index = index == .max ? index : index + 1 }
    position = range.upperBound
    let isLast = position == payload.byteCount
    return Element(
      range: range, isContinuation: index == 0 && header.continuesElement,
      isContinued: isLast && header.endsWithinElement)
  }

  private func nextRange(_ payload: RawSpan) throws(WireError) -> Range<Int> {
    guard index + 1 != header.elementCount else { return position..<payload.byteCount }
    var rest = payload.extracting(droppingFirst: position)
    let count = try rest.readLEB128()
    guard count <= UInt64(rest.byteCount) else { throw .invalidLength }
    let start = payload.byteCount - rest.byteCount
    return start..<(start + Int(count))
  }
}
