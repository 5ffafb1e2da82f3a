/// What the payload of one packet holds of an H.264 or H.265 stream.
package enum NALUnitPayload: Equatable, Sendable {
  /// One whole NAL unit.
  case single
  /// Several whole NAL units, each after its length in 16 bits.
  case aggregation
  /// A part of one NAL unit.
  case fragment(isFirst: Bool, isLast: Bool)
}

/// How NAL units stand one after the other in a frame.
package enum NALUnitFraming: Sendable {
  /// After `00 00 00 01` (Annex B); the form of decoders, elementary streams and MPEG-TS.
  case startCode
  /// After their length in 32 bits; the form of MP4, Matroska and RTMP.
  case lengthPrefix

  static let byteCount = 4
}

/// In what the payload formats of H.264 and H.265 differ: the header of a NAL unit and what is made of it in packets.
package protocol NALUnitFormat: Sendable {
  static var headerByteCount: Int { get }

  /// What a payload holds; throws `unexpectedType` for structures that WebRTC does not use.
  static func payload(_ bytes: RawSpan) throws(WireError) -> NALUnitPayload

  /// Whether a unit belongs to the beginning of a keyframe. `bytes` begin with its header, or with that of its first fragment.
  static func isKeyframeUnit(_ bytes: RawSpan) throws(WireError) -> Bool

  /// Whether a unit is the parameter set that comes first before a keyframe. `bytes` begin with its header.
  static func isLeadingParameterSet(_ bytes: RawSpan) throws(WireError) -> Bool

  /// The size that a unit tells, if it is a sequence parameter set. `bytes` begin with its header.
  static func pictureSize(ofUnit bytes: RawSpan) throws(WireError) -> PictureSize?

  /// Appends the header of the unit that a first fragment is a part of.
  static func appendHeader(ofFragment fragment: RawSpan, to frame: inout [UInt8]) throws(WireError)

  /// Appends what precedes a part of `unit`.
  static func writeFragmentHeader(
    of unit: RawSpan, isFirst: Bool, isLast: Bool, into output: inout OutputRawSpan
  ) throws(WireError)

  /// Appends what precedes several units, of which `unit` is the first.
  static func writeAggregationHeader(of unit: RawSpan, into output: inout OutputRawSpan) throws(WireError)
}

extension NALUnitFormat {
  /// The unit's header and the byte that says which part of it follows.
  static var fragmentHeaderByteCount: Int { headerByteCount + 1 }

  /// Whether a packet begins a keyframe: it holds parameter sets or the beginning of a picture that needs no other.
  package static func startsKeyframe(_ payload: RawSpan) -> Bool {
    do throws(WireError) {
      switch try self.payload(payload) {
      case .single, .fragment(isFirst: true, isLast: _): return try isKeyframeUnit(payload)
      case .fragment(isFirst: false, isLast: _): return false
      case .aggregation: return try aggregationStartsKeyframe(payload)
      }
    } catch {
      return false
    }
  }

  /// Whether a packet holds the parameter set that comes first before a keyframe: nothing of that was sent earlier.
  package static func hasLeadingParameterSet(_ payload: RawSpan) -> Bool {
    var isFound = false
    try? forEachUnit(payload) { unit throws(WireError) in
      if try isLeadingParameterSet(unit) { isFound = true }
    }
    return isFound
  }

  /// The size that the sequence parameter set of a packet tells; nil if there is none.
  package static func pictureSize(_ payload: RawSpan) -> PictureSize? {
    var size: PictureSize?
    try? forEachUnit(payload) { unit throws(WireError) in size = try pictureSize(ofUnit: unit) ?? size }
    return size
  }

  private static func aggregationStartsKeyframe(_ payload: RawSpan) throws(WireError) -> Bool {
    var isFound = false
    try forEachUnit(payload) { unit throws(WireError) in
      if !isFound { isFound = try isKeyframeUnit(unit) }
    }
    return isFound
  }

  /// Calls `body` with each whole unit of a packet.
  private static func forEachUnit(
    _ payload: RawSpan, _ body: (RawSpan) throws(WireError) -> Void
  ) throws(WireError) {
    switch try self.payload(payload) {
    case .single: try body(payload)
    case .fragment: return
    case .aggregation:
      var rest = payload
      try rest.skip(headerByteCount)
      while rest.byteCount > 0 {
        let count = Int(try rest.readUInt16())
        guard count <= rest.byteCount else { throw .truncated }
        try body(rest.extracting(first: count))
        try rest.skip(count)
      }
    }
  }
}
