/// Says that streams have ended (BYE, RFC 3550 §6.6).
///
/// ```
/// | SSRC : 32, count times | length : 8 | reason …, zeros up to a whole word; optional |
/// ```
package struct Goodbye: Equatable, Sendable {
  /// At most 31.
  package var sources: [SSRC]
  /// UTF-8 by the RFC, not checked: it comes from the other side and is never shown. Empty if none is given.
  package var reason: [UInt8]

  package init(sources: [SSRC], reason: [UInt8] = []) {
    self.sources = sources
    self.reason = reason
  }

  package init(parsing body: RawSpan, count: UInt8) throws(WireError) {
    var body = body
    sources = []
    for _ in 0..<count { sources.append(SSRC(rawValue: try body.readUInt32())) }
    guard body.byteCount > 0 else {
      reason = []
      return
    }
    let length = Int(try body.readUInt8())
    reason = try body.readArray(length)
    guard body.byteCount < 4 else { throw .trailingBytes }
  }

  package func write(into output: inout OutputRawSpan) throws(WireError) {
    guard let length = UInt8(exactly: reason.count) else { throw .valueTooLarge }
    let reasonByteCount = reason.isEmpty ? 0 : (reason.count + 4) / 4 * 4
    let bodyByteCount = sources.count * 4 + reasonByteCount
    try RTCPHeader.write(.goodbye, count: sources.count, bodyByteCount: bodyByteCount, into: &output)
    for source in sources { try output.writeUInt32(source.rawValue) }
    guard !reason.isEmpty else { return }
    try output.writeUInt8(length)
    try output.writeBytes(reason)
    try output.writeZeros(reasonByteCount - 1 - reason.count)
  }
}
