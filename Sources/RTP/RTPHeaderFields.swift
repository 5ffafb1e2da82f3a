/// The fields of an RTP header that say what a packet is, without its layout: what a sender chooses and a router rewrites.
@usableFromInline package struct RTPHeaderFields: Equatable, Sendable {
  @usableFromInline package var marker: Bool
  /// Whether the payload ends in padding, whose last byte is its length.
  @usableFromInline package var hasPadding: Bool
  /// 0 to 127; values from 64 to 95 cannot be told from RTCP on the same port (RFC 5761 §4).
  @usableFromInline package var payloadType: UInt8
  @usableFromInline package var sequenceNumber: SequenceNumber
  /// In units of the payload's clock rate.
  @usableFromInline package var timestamp: UInt32
  @usableFromInline package var ssrc: SSRC

  @inlinable package init(
    marker: Bool = false, hasPadding: Bool = false, payloadType: UInt8, sequenceNumber: SequenceNumber,
    timestamp: UInt32, ssrc: SSRC
  ) {
    self.marker = marker
    self.hasPadding = hasPadding
    self.payloadType = payloadType
    self.sequenceNumber = sequenceNumber
    self.timestamp = timestamp
    self.ssrc = ssrc
  }

  /// Version 2 in the first two bits, with the padding bit, the extension bit and the count of contributing sources.
  @inlinable func firstByte(hasExtensions: Bool, csrcCount: Int) -> UInt8 {
    0x80 | (hasPadding ? 0x20 : 0) | (hasExtensions ? 0x10 : 0) | UInt8(truncatingIfNeeded: csrcCount & 0x0f)
  }

  /// The marker bit before the payload type.
  @inlinable var secondByte: UInt8 {
    (marker ? 0x80 : 0) | payloadType & 0x7f
  }

  /// Overwrites these fields in the packet at the start of `bytes`; its sources, extensions and payload stay.
  @inlinable package func overwrite(in bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount >= RTPHeader.fixedByteCount, "only a whole header can be overwritten")
    let kept = bytes.unsafeLoad(as: UInt8.self) & 0xdf  // twelve bytes are there
    bytes.setUInt8(hasPadding ? kept | 0x20 : kept, at: 0)
    bytes.setUInt8(secondByte, at: 1)
    bytes.setUInt16(sequenceNumber.rawValue, at: 2)
    bytes.setUInt32(timestamp, at: 4)
    bytes.setUInt32(ssrc.rawValue, at: 8)
  }
}
