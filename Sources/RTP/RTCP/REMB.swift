/// The bit rate that the receiver believes it can take (receiver estimated maximum bitrate, draft-alvestrand-rmcat-remb-03 §2.2).
///
/// ```
/// | SSRC of sender : 32 | unused, zero : 32 | "REMB" : 32 |
/// | number of SSRCs : 8 | exponent : 6 | mantissa : 18 | SSRC : 32, repeated |
/// ```
package struct REMB: Equatable, Sendable {
  /// The format of application layer feedback, which others use too: what follows names itself.
  package static let format: UInt8 = 15
  private static let name: UInt32 = 0x52_45_4d_42  // "REMB"
  private static let mantissaBitCount = 18

  package var sender: SSRC
  /// Bits per second over all `sources` together; what does not fit 18 bits is rounded down when written.
  package var bitsPerSecond: UInt64
  /// At most 255.
  package var sources: [SSRC]

  package init(sender: SSRC, bitsPerSecond: UInt64, sources: [SSRC]) {
    self.sender = sender
    self.bitsPerSecond = bitsPerSecond
    self.sources = sources
  }

  /// Whether the body of an application layer feedback is an estimate.
  static func isNamed(in body: RawSpan) -> Bool {
    do throws(WireError) { return try body.loadUInt32(at: 8) == name } catch { return false }
  }

  /// Throws `unexpectedType` for other application layer feedback, `invalidValue` for a rate beyond 64 bits.
  package init(parsing body: RawSpan) throws(WireError) {
    guard Self.isNamed(in: body) else { throw .unexpectedType }
    var body = body
    sender = SSRC(rawValue: try body.readUInt32())
    try body.skip(8)
    let count = Int(try body.readUInt8())
    let bits = try body.readUInt24()
    let exponent = UInt64(bits >> UInt32(Self.mantissaBitCount))
    let mantissa = UInt64(bits & (1 << UInt32(Self.mantissaBitCount) - 1))
    guard mantissa == 0 || exponent <= UInt64(mantissa.leadingZeroBitCount) else { throw .invalidValue }
    bitsPerSecond = mantissa << exponent
    guard body.byteCount == count * 4 else { throw .invalidLength }
    sources = []
    for _ in 0..<count { sources.append(SSRC(rawValue: try body.readUInt32())) }
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    guard let count = UInt8(exactly: sources.count) else { throw .valueTooLarge }
    let exponent = max(0, UInt64.bitWidth - bitsPerSecond.leadingZeroBitCount - Self.mantissaBitCount)
    let mantissa = UInt32(bitsPerSecond >> UInt64(exponent))
    let bodyByteCount = 16 + sources.count * 4
    try RTCPHeader.write(
      .payloadSpecificFeedback, count: Int(Self.format), bodyByteCount: bodyByteCount, into: &output)
    try output.writeUInt32(sender.rawValue)
    try output.writeUInt32(0)
    try output.writeUInt32(Self.name)
    try output.writeUInt8(count)
    try output.writeUInt24(UInt32(exponent) << UInt32(Self.mantissaBitCount) | mantissa)
    for source in sources { try output.writeUInt32(source.rawValue) }
  }
}
