/// The payload of a retransmitted packet: the original sequence number, then the original payload (RFC 4588 §4).
///
/// ```
/// | original sequence number (OSN) : 16 | original payload … |
/// ```
///
/// A retransmission has its own SSRC, payload type and sequence numbers, and the timestamp and marker of the original.
@usableFromInline package struct RTXPayload: Equatable, Sendable {
  /// The bytes before the original payload.
  @inlinable package static var headerByteCount: Int { 2 }

  @usableFromInline package let originalSequenceNumber: SequenceNumber
  /// Where the original payload lies in the packet.
  @usableFromInline package let payload: Range<Int>

  /// Reads a packet of the retransmission stream; `nil` for one without payload, which only probes the path.
  @inlinable package init?(_ packet: RTPPacket, in bytes: RawSpan) throws(WireError) {
    guard !packet.payload.isEmpty else { return nil }
    let start = packet.payload.lowerBound + Self.headerByteCount
    guard start <= packet.payload.upperBound else { throw .truncated }
    originalSequenceNumber = SequenceNumber(rawValue: try bytes.loadUInt16(at: packet.payload.lowerBound))
    payload = start..<packet.payload.upperBound
  }

  /// The header fields of the original, given what the session says of its stream.
  @inlinable package func originalFields(
    of retransmission: RTPHeaderFields, payloadType: UInt8, ssrc: SSRC
  ) -> RTPHeaderFields {
    RTPHeaderFields(
      marker: retransmission.marker, payloadType: payloadType, sequenceNumber: originalSequenceNumber,
      timestamp: retransmission.timestamp, ssrc: ssrc)
  }

  /// The header fields of a retransmission of `original`, before whose payload its sequence number is to be written.
  @inlinable package static func fields(
    retransmitting original: RTPHeaderFields, payloadType: UInt8, sequenceNumber: SequenceNumber, ssrc: SSRC
  ) -> RTPHeaderFields {
    RTPHeaderFields(
      marker: original.marker, payloadType: payloadType, sequenceNumber: sequenceNumber,
      timestamp: original.timestamp, ssrc: ssrc)
  }

  /// Appends what precedes the original payload.
  @inlinable package static func writeHeader(
    originalSequenceNumber: SequenceNumber, into output: inout OutputRawSpan
  ) throws(WireError) {
    try output.writeUInt16(originalSequenceNumber.rawValue)
  }
}
