/// A short name for a stream in a packet: the value of MID, RID and repaired RID (RFC 8843 §15, RFC 8852 §3).
///
/// The names are SDES items, UTF-8 by their RFCs and ASCII tokens in practice. They are kept inline, so that reading one allocates
/// nothing and comparing two is comparing three words. Sixteen bytes are what the one-byte header form can carry.
@usableFromInline package struct StreamIdentifier: HeaderExtension, Hashable, CustomStringConvertible {
  /// The longest name that is accepted.
  @usableFromInline package static let maximumByteCount = 16

  /// The first eight bytes, the first one uppermost; bytes beyond the name are zero.
  @usableFromInline let high: UInt64
  @usableFromInline let low: UInt64
  @usableFromInline let count: UInt8

  /// Throws `invalidLength` for an empty name or more than 16 bytes, `invalidValue` for what is no token character.
  @usableFromInline package init(parsing value: RawSpan) throws(WireError) {
    guard 1...Self.maximumByteCount ~= value.byteCount else { throw .invalidLength }
    var words: (high: UInt64, low: UInt64) = (0, 0)
    for index in 0..<value.byteCount {
      let byte = try value.loadUInt8(at: index)
      guard Self.isTokenCharacter(byte) else { throw .invalidValue }
      let shift = UInt64(56 - index % 8 * 8)
      if index < 8 { words.high |= UInt64(byte) << shift } else { words.low |= UInt64(byte) << shift }
    }
    high = words.high
    low = words.low
    count = UInt8(value.byteCount)
  }

  /// The identifier named in SDP; `nil` if it cannot stand in a packet.
  package init?(_ name: String) {
    let bytes = Array(name.utf8)
    do throws(WireError) { try self.init(parsing: bytes.span.bytes) } catch { return nil }
  }

  @usableFromInline package var byteCount: Int { Int(count) }

  @usableFromInline package func write(into output: inout OutputRawSpan) throws(WireError) {
    for index in 0..<byteCount { try output.writeUInt8(byte(at: index)) }
  }

  @usableFromInline package var description: String {
    String(decoding: (0..<byteCount).map(byte(at:)), as: UTF8.self)
  }

  private func byte(at index: Int) -> UInt8 {
    let word = index < 8 ? high : low
    return UInt8(truncatingIfNeeded: word >> UInt64(56 - index % 8 * 8))
  }

  /// The characters of an SDP token, which MID and RID are (RFC 8866 §9).
  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x30...0x39, 0x41...0x5a, 0x5e...0x7e: true
    default: false
    }
  }
}
