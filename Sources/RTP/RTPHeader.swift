/// The header of an RTP packet, with the places of its parts (RFC 3550 §5.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           timestamp                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                             SSRC                              |
/// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
/// |                     CSRC, CC times                            |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  defined by profile (X set)   |       length in words         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                      header extensions                        |
/// ```
///
/// The header is not encrypted by SRTP, so it is read before the packet is known to be authentic, and nothing is decided by it
/// that authentication would have to take back. Padding lies in the encrypted part and is looked at by `RTPPacket`.
@usableFromInline package struct RTPHeader: Equatable, Sendable {
  /// The length of a header with neither sources nor extensions.
  @inlinable package static var fixedByteCount: Int { 12 }

  @usableFromInline package var fields: RTPHeaderFields
  /// How many contributing sources follow the fixed part, 0 to 15.
  @usableFromInline package let csrcCount: UInt8
  /// How the header extensions are written.
  @usableFromInline package let extensionForm: HeaderExtensionForm
  @usableFromInline let extensionByteCount: UInt16
  @usableFromInline let headerByteCount: UInt16

  /// Reads the header at the start of a packet; what follows it is not looked at.
  ///
  /// Throws `unsupportedVersion` for anything but version 2, `truncated` when the packet ends within its header, and
  /// `invalidLength` for more bytes than a datagram can have.
  @inlinable package init(parsing packet: RawSpan) throws(WireError) {
    guard packet.byteCount <= UInt16.max else { throw .invalidLength }
    var bytes = packet
    let first = try bytes.readUInt8()
    guard first >> 6 == 2 else { throw .unsupportedVersion }
    let second = try bytes.readUInt8()
    fields = RTPHeaderFields(
      marker: second & 0x80 != 0,
      hasPadding: first & 0x20 != 0,
      payloadType: second & 0x7f,
      sequenceNumber: SequenceNumber(rawValue: try bytes.readUInt16()),
      timestamp: try bytes.readUInt32(),
      ssrc: SSRC(rawValue: try bytes.readUInt32()))
    csrcCount = first & 0x0f
    try bytes.skip(Int(csrcCount) * 4)
    guard first & 0x10 != 0 else {
      extensionForm = .none
      extensionByteCount = 0
      headerByteCount = UInt16(packet.byteCount - bytes.byteCount)
      return
    }
    extensionForm = HeaderExtensionForm(profile: try bytes.readUInt16())
    let length = Int(try bytes.readUInt16()) * 4
    try bytes.skip(length)
    extensionByteCount = UInt16(length)  // it was there to skip, so it is less than a datagram
    headerByteCount = UInt16(packet.byteCount - bytes.byteCount)
  }

  /// The length of the whole header; the payload begins here.
  @inlinable package var byteCount: Int { Int(headerByteCount) }

  /// Where the header extensions lie in the packet, without their four bytes of profile and length.
  @inlinable package var extensionRange: Range<Int> {
    Int(headerByteCount - extensionByteCount)..<Int(headerByteCount)
  }

  /// Where the contributing sources lie in the packet.
  @inlinable package var csrcRange: Range<Int> {
    Self.fixedByteCount..<(Self.fixedByteCount + Int(csrcCount) * 4)
  }

  /// One of the contributing sources of this header's packet.
  package func csrc(_ index: Int, in packet: RawSpan) throws(WireError) -> SSRC {
    precondition(index < csrcCount, "a packet has no contributing source beyond its count")
    return SSRC(rawValue: try packet.loadUInt32(at: Self.fixedByteCount + index * 4))
  }

  @inlinable package var marker: Bool { fields.marker }
  @inlinable package var payloadType: UInt8 { fields.payloadType }
  @inlinable package var sequenceNumber: SequenceNumber { fields.sequenceNumber }
  @inlinable package var timestamp: UInt32 { fields.timestamp }
  @inlinable package var ssrc: SSRC { fields.ssrc }
}
