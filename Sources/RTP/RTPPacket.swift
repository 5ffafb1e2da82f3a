/// A whole RTP packet in the clear: its header, and where payload and padding lie (RFC 3550 §5.1).
///
/// It holds places, not bytes: the caller keeps the packet's buffer and reads `payload` from it.
@usableFromInline package struct RTPPacket: Equatable, Sendable {
  @usableFromInline package let header: RTPHeader
  /// Bytes of padding at the end, including the one that counts them.
  @usableFromInline package let paddingByteCount: UInt8
  @usableFromInline let packetByteCount: UInt16

  /// Reads a packet that was not encrypted.
  @inlinable package init(parsing packet: RawSpan) throws(WireError) {
    self = try RTPPacket(header: RTPHeader(parsing: packet), decrypted: packet)
  }

  /// Completes a header that was read before decryption with what can be seen only after it.
  ///
  /// Throws `invalidPadding` if the padding bit is set and the last byte does not count bytes of the payload.
  @inlinable package init(header: RTPHeader, decrypted packet: RawSpan) throws(WireError) {
    let count = packet.byteCount
    guard count >= header.byteCount else { throw .truncated }
    guard count <= UInt16.max else { throw .invalidLength }
    self.header = header
    packetByteCount = UInt16(count)
    guard header.fields.hasPadding else {
      paddingByteCount = 0
      return
    }
    guard count > header.byteCount else { throw .invalidPadding }
    let padding = try packet.loadUInt8(at: count - 1)
    guard padding > 0, Int(padding) <= count - header.byteCount else { throw .invalidPadding }
    paddingByteCount = padding
  }

  /// Where the payload lies, without padding; empty in a packet that only probes or keeps a path open.
  @inlinable package var payload: Range<Int> {
    header.byteCount..<(Int(packetByteCount) - Int(paddingByteCount))
  }
}
