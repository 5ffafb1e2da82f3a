/// How loud the audio in this packet is (client-to-mixer audio level, RFC 6464 §3).
///
/// ```
///  0 1 2 3 4 5 6 7
/// +-+-+-+-+-+-+-+-+
/// |V|    level    |
/// +-+-+-+-+-+-+-+-+
/// ```
@usableFromInline package struct AudioLevel: HeaderExtension {
  /// The level of digital silence.
  @inlinable package static var silence: UInt8 { 127 }

  /// Whether the sender believes that there is speech in the packet.
  @usableFromInline package var hasVoice: Bool
  /// Decibels below overload: 0 is the loudest, 127 is silence.
  @usableFromInline package var decibelsBelowOverload: UInt8

  @inlinable package init(hasVoice: Bool, decibelsBelowOverload: UInt8) {
    self.hasVoice = hasVoice
    self.decibelsBelowOverload = min(decibelsBelowOverload, Self.silence)
  }

  @inlinable package init(parsing value: RawSpan) throws(WireError) {
    guard value.byteCount == 1 else { throw .invalidLength }
    let byte = try value.loadUInt8(at: 0)
    hasVoice = byte & 0x80 != 0
    decibelsBelowOverload = byte & 0x7f
  }

  @inlinable package var byteCount: Int { 1 }

  @inlinable package func write(into output: inout OutputRawSpan) throws(WireError) {
    try output.writeUInt8((hasVoice ? 0x80 : 0) | min(decibelsBelowOverload, Self.silence))
  }
}
