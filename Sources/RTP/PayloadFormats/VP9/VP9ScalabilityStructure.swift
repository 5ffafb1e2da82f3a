/// The spatial layers of a VP9 stream, sent with its keyframes (scalability structure, RFC 9628 §4.2.1).
///
/// ```
/// | N_S : 3 | Y : 1 | G : 1 | reserved : 3 |
/// | width : 16 | height : 16 |             if Y, N_S + 1 times
/// | N_G : 8 |                              if G, and then N_G times:
/// | TID : 3 | U : 1 | R : 2 | reserved : 2 | P_DIFF : 8, R times |
/// ```
///
/// The picture group is only passed over: what it says of a picture stands in that picture's packets too.
@usableFromInline package struct VP9ScalabilityStructure: Equatable, Sendable {
  /// 1 to 8.
  @usableFromInline package var spatialLayerCount: Int
  /// By spatial id; empty if sizes are not announced.
  @usableFromInline package var widths = InlineList<8, UInt16>()
  @usableFromInline package var heights = InlineList<8, UInt16>()

  package init(spatialLayerCount: Int) {
    self.spatialLayerCount = spatialLayerCount
  }

  @usableFromInline init(reading bytes: inout RawSpan) throws(WireError) {
    let first = try bytes.readUInt8()
    spatialLayerCount = Int(first >> 5) + 1
    if first & 0x10 != 0 {
      for _ in 0..<spatialLayerCount {
        try widths.append(try bytes.readUInt16())
        try heights.append(try bytes.readUInt16())
      }
    }
    guard first & 0x08 != 0 else { return }
    for _ in 0..<(try bytes.readUInt8()) {
      let picture = try bytes.readUInt8()
      try bytes.skip(Int(picture >> 2 & 0x03))
    }
  }

  var byteCount: Int { 1 + 4 * widths.count }

  func write(into output: inout OutputRawSpan) throws(WireError) {
    guard 1...8 ~= spatialLayerCount else { throw .valueTooLarge }
    let hasSizes = widths.count > 0
    guard !hasSizes || widths.count == spatialLayerCount, heights.count == widths.count else { throw .invalidValue }
    try output.writeUInt8(UInt8(spatialLayerCount - 1) << 5 | (hasSizes ? 0x10 : 0))
    for index in widths.indices {
      try output.writeUInt16(widths[index])
      try output.writeUInt16(heights[index])
    }
  }
}
