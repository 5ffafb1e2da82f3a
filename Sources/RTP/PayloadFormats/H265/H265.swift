/// H.265 in RTP packets, single stream mode without decoding order numbers (RFC 7798).
///
/// ```
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+     AP (48): | header : 16 | length : 16 | unit | …
/// |F|   type    |  layer id | TID |     FU (49): | header : 16 | S : 1 | E : 1 | type of the unit : 6 | part …
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
package enum H265: NALUnitFormat {
  /// Pictures that need no other (IRAP), and the parameter sets before them (VPS, SPS, PPS).
  private static let randomAccessPictures: ClosedRange<UInt8> = 16...21
  private static let parameterSets: ClosedRange<UInt8> = 32...34
  private static let sequenceParameterSet: UInt8 = 33
  /// Pictures from which on their temporal layer can be decoded (TSA and STSA).
  private static let subLayerAccess: ClosedRange<UInt8> = 2...5
  private static let aggregation: UInt8 = 48
  private static let fragment: UInt8 = 49

  package static let headerByteCount = 2

  /// The layer of a picture within the frame rate.
  package struct TemporalLayer: Equatable, Sendable {
    /// 0 to 6.
    package let id: UInt8
    /// Whether a receiver may begin with this layer here.
    package let isSwitchingPoint: Bool
  }

  private static func type(_ bytes: RawSpan) throws(WireError) -> UInt8 {
    UInt8(truncatingIfNeeded: try bytes.loadUInt16(at: 0) >> 9 & 0x3f)
  }

  package static func payload(_ bytes: RawSpan) throws(WireError) -> NALUnitPayload {
    switch try type(bytes) {
    case 0..<aggregation: return .single
    case aggregation: return .aggregation
    case fragment:
      let part = try bytes.loadUInt8(at: 2)
      return .fragment(isFirst: part & 0x80 != 0, isLast: part & 0x40 != 0)
    default: throw .unexpectedType
    }
  }

  package static func isKeyframeUnit(_ bytes: RawSpan) throws(WireError) -> Bool {
    let header = try type(bytes)
    let type = header == fragment ? try bytes.loadUInt8(at: 2) & 0x3f : header
    return randomAccessPictures.contains(type) || parameterSets.contains(type)
  }

  package static func isLeadingParameterSet(_ bytes: RawSpan) throws(WireError) -> Bool {
    try type(bytes) == parameterSets.lowerBound
  }

  package static func pictureSize(ofUnit bytes: RawSpan) throws(WireError) -> PictureSize? {
    guard try type(bytes) == sequenceParameterSet else { return nil }
    return try H265SequenceParameterSet(parsing: bytes).size
  }

  /// The temporal layer of a packet, whatever it holds: single units, parts and aggregations tell it at the same place.
  package static func temporalLayer(_ payload: RawSpan) throws(WireError) -> TemporalLayer {
    let header = try payload.loadUInt16(at: 0)
    guard header & 0x07 > 0 else { throw .invalidValue }
    let type = try type(payload) == fragment ? try payload.loadUInt8(at: 2) & 0x3f : try type(payload)
    return TemporalLayer(
      id: UInt8(truncatingIfNeeded: header & 0x07) - 1, isSwitchingPoint: subLayerAccess.contains(type))
  }

  package static func appendHeader(ofFragment fragment: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    frame.append(try fragment.loadUInt8(at: 0) & 0x81 | (try fragment.loadUInt8(at: 2) & 0x3f) << 1)
    frame.append(try fragment.loadUInt8(at: 1))
  }

  package static func writeFragmentHeader(
    of unit: RawSpan, isFirst: Bool, isLast: Bool, into output: inout OutputRawSpan
  ) throws(WireError) {
    let header = try unit.loadUInt16(at: 0)
    try output.writeUInt16(header & 0x81ff | UInt16(fragment) << 9)
    try output.writeUInt8((isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | (try type(unit)))
  }

  package static func writeAggregationHeader(
    of unit: RawSpan, into output: inout OutputRawSpan
  ) throws(WireError) {
    try output.writeUInt16(try unit.loadUInt16(at: 0) & 0x81ff | UInt16(aggregation) << 9)
  }
}
