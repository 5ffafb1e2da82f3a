/// What kind of RTCP packet follows (IANA "RTCP Control Packet Types").
package enum RTCPPacketType: UInt8, Sendable {
  case senderReport = 200
  case receiverReport = 201
  case sourceDescription = 202
  case goodbye = 203
  /// Generic feedback about packets (RFC 4585 §6.2).
  case transportLayerFeedback = 205
  /// Feedback about the media (RFC 4585 §6.3).
  case payloadSpecificFeedback = 206
  case extendedReport = 207
}

/// The four bytes that every RTCP packet begins with, and where its body lies (RFC 3550 §6.4.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|  count  |  packet type  |     length in words - 1       |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
package struct RTCPHeader: Equatable, Sendable {
  package static let byteCount = 4
  /// What five bits can count.
  static let maximumCount = 31

  /// How many reports, sources or chunks the body has; in feedback packets the format of the feedback. 0 to 31.
  package let count: UInt8
  /// One of `RTCPPacketType`, or a type we do not know.
  package let packetType: UInt8
  /// Where the body lies in the datagram, without padding.
  package let body: Range<Int>
  /// Where the next packet begins in the datagram.
  let end: Int

  /// Reads the header at `offset` of a datagram.
  ///
  /// Only the last packet of a datagram may be padded; padding that is no multiple of four is let pass, as it is in the
  /// transport-wide feedback of browsers.
  init(parsing datagram: RawSpan, at offset: Int) throws(WireError) {
    let first = try datagram.loadUInt8(at: offset)
    guard first >> 6 == 2 else { throw .unsupportedVersion }
    count = first & 0x1f
    packetType = try datagram.loadUInt8(at: offset + 1)
    let start = offset + Self.byteCount
    end = start + Int(try datagram.loadUInt16(at: offset + 2)) * 4
    guard end <= datagram.byteCount else { throw .truncated }
    guard first & 0x20 != 0 else {
      body = start..<end
      return
    }
    guard end == datagram.byteCount, end > start else { throw .invalidPadding }
    let padding = Int(try datagram.loadUInt8(at: end - 1))
    guard 1...(end - start) ~= padding else { throw .invalidPadding }
    body = start..<(end - padding)
  }

  /// Appends the header of a packet whose body will have `bodyByteCount` bytes, a multiple of four.
  static func write(
    _ type: RTCPPacketType, count: Int, bodyByteCount: Int, into output: inout OutputRawSpan
  ) throws(WireError) {
    precondition(bodyByteCount % 4 == 0, "an RTCP body is whole words")
    guard 0...maximumCount ~= count, bodyByteCount / 4 <= UInt16.max else { throw .valueTooLarge }
    guard output.freeCapacity >= byteCount + bodyByteCount else { throw .bufferFull }
    try output.writeUInt8(0x80 | UInt8(count))
    try output.writeUInt8(type.rawValue)
    try output.writeUInt16(UInt16(bodyByteCount / 4))
  }
}

/// Walks over the packets of an RTCP datagram, compound (RFC 3550 §6.1) or reduced in size (RFC 5506).
///
/// A compound datagram must begin with a report; a reduced one may hold a single feedback packet. As both are accepted from
/// everyone who was authenticated, only structure is checked, not the order.
package struct RTCPCursor: Sendable {
  /// More packets than any sender has reason to put in one datagram; what has more is made to cost us.
  static let maximumPacketCount = 64

  private var offset = 0
  private var packetCount = 0

  package init() {}

  /// The next packet's header, or `nil` at the end of the datagram.
  package mutating func next(in datagram: RawSpan) throws(WireError) -> RTCPHeader? {
    guard offset < datagram.byteCount else { return nil }
    guard packetCount < Self.maximumPacketCount else { throw .invalidLength }
    let header = try RTCPHeader(parsing: datagram, at: offset)
    offset = header.end
    packetCount += 1
    return header
  }
}
