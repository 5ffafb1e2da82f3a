/// H.264 in RTP packets, packetization mode 1 (RFC 6184).
///
/// ```
/// +-+-+-+-+-+-+-+-+      single: the unit as it is        STAP-A (24): | header | length : 16 | unit | …
/// |F|NRI|  type   |      FU-A (28): | header | S : 1 | E : 1 | 0 : 1 | type of the unit : 5 | part of the unit …
/// +-+-+-+-+-+-+-+-+
/// ```
package enum H264: NALUnitFormat {
  private static let idr: UInt8 = 5
  private static let sequenceParameterSet: UInt8 = 7
  private static let aggregation: UInt8 = 24
  private static let fragment: UInt8 = 28

  package static let headerByteCount = 1

  package static func payload(_ bytes: RawSpan) throws(WireError) -> NALUnitPayload {
    switch try bytes.loadUInt8(at: 0) & 0x1f {
    case 1...23: return .single
    case aggregation: return .aggregation
    case fragment:
      let part = try bytes.loadUInt8(at: 1)
      return .fragment(isFirst: part & 0x80 != 0, isLast: part & 0x40 != 0)
    default: throw .unexpectedType
    }
  }

  package static func isKeyframeUnit(_ bytes: RawSpan) throws(WireError) -> Bool {
    let header = try bytes.loadUInt8(at: 0) & 0x1f
    let type = header == fragment ? try bytes.loadUInt8(at: 1) & 0x1f : header
    return type == idr || type == sequenceParameterSet
  }

  package static func isLeadingParameterSet(_ bytes: RawSpan) throws(WireError) -> Bool {
    try bytes.loadUInt8(at: 0) & 0x1f == sequenceParameterSet
  }

  package static func pictureSize(ofUnit bytes: RawSpan) throws(WireError) -> PictureSize? {
    guard try isLeadingParameterSet(bytes) else { return nil }
    return try H264SequenceParameterSet(parsing: bytes).size
  }

  package static func appendHeader(ofFragment fragment: RawSpan, to frame: inout [UInt8]) throws(WireError) {
    frame.append(try fragment.loadUInt8(at: 0) & 0xe0 | (try fragment.loadUInt8(at: 1) & 0x1f))
  }

  package static func writeFragmentHeader(
    of unit: RawSpan, isFirst: Bool, isLast: Bool, into output: inout OutputRawSpan
  ) throws(WireError) {
    let header = try unit.loadUInt8(at: 0)
    try output.writeUInt8(header & 0xe0 | fragment)
    try output.writeUInt8((isFirst ? 0x80 : 0) | (isLast ? 0x40 : 0) | header & 0x1f)
  }

  /// Importance (NRI) is set to the highest, as the units may differ in it.
  package static func writeAggregationHeader(
    of unit: RawSpan, into output: inout OutputRawSpan
  ) throws(WireError) {
    try output.writeUInt8(0x60 | aggregation)
  }
}
