package import RTP

/// A STUN message: its header, and where its attributes stand in the datagram (RFC 8489 §5).
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0 0|     STUN Message Type     |         Message Length        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                   Magic Cookie = 0x2112A442                   |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                 Transaction ID (96 bits) …                    |
/// ```
/// Parsing checks the frame: the lengths, and that nothing stands behind the attributes that protect the message. What the
/// attributes say is read from `attributes`, one after another and without allocating.
package struct STUNMessage: Equatable, Sendable {
  package static let headerLength = 20
  package static let magicCookie: UInt32 = 0x2112_A442
  /// More attributes than any honest message has, fewer than would make reading it expensive.
  package static let maximumAttributeCount = 64

  package let type: STUNMessageType
  package let transactionID: STUNTransactionID
  /// The whole length, header included.
  package let byteCount: Int
  /// Where MESSAGE-INTEGRITY begins, its type and length included.
  package private(set) var integrityOffset: Int?
  /// Where MESSAGE-INTEGRITY-SHA256 begins.
  package private(set) var sha256Offset: Int?
  /// Where FINGERPRINT begins; it is the last attribute.
  package private(set) var fingerprintOffset: Int?

  /// Reads a datagram that holds one STUN message and nothing else.
  ///
  /// Throws `unsupportedVersion` without the magic cookie (RFC 3489 is not spoken), `unexpectedType` if the first two bits are
  /// not zero, `truncated`, `trailingBytes` or `invalidLength` if the lengths disagree, `invalidValue` if an attribute follows
  /// the ones that protect the message.
  package init(parsing datagram: RawSpan) throws(WireError) {
    var header = datagram
    let typeField = try header.readUInt16()
    guard typeField & 0xC000 == 0 else { throw .unexpectedType }
    let length = Int(try header.readUInt16())
    guard try header.readUInt32() == Self.magicCookie else { throw .unsupportedVersion }
    transactionID = STUNTransactionID(high: try header.readUInt32(), low: try header.readUInt64())
    guard length % 4 == 0 else { throw .invalidLength }
    guard header.byteCount >= length else { throw .truncated }
    guard header.byteCount == length else { throw .trailingBytes }
    type = STUNMessageType(wireValue: typeField)
    byteCount = Self.headerLength + length
    try locateProtection(in: datagram)
  }

  private mutating func locateProtection(in datagram: RawSpan) throws(WireError) {
    var walk = STUNAttributeWalk(until: byteCount)
    while let (attribute, value) = try walk.next(in: datagram) {
      guard fingerprintOffset == nil else { throw .invalidValue }
      let offset = value.lowerBound - 4
      switch attribute {
      case .messageIntegrity:
        guard integrityOffset == nil, sha256Offset == nil else { throw .invalidValue }
        guard value.count == 20 else { throw .invalidLength }
        integrityOffset = offset
      case .messageIntegritySHA256:
        guard sha256Offset == nil else { throw .invalidValue }
        guard (16...32).contains(value.count), value.count % 4 == 0 else { throw .invalidLength }
        sha256Offset = offset
      case .fingerprint:
        guard value.count == 4 else { throw .invalidLength }
        fingerprintOffset = offset
      default:
        guard integrityOffset == nil, sha256Offset == nil else { throw .invalidValue }
      }
    }
  }

  /// The attributes in order, to be read from the datagram that was parsed.
  package var attributes: STUNAttributeReader {
    STUNAttributeReader(STUNAttributeWalk(until: byteCount), transactionID)
  }
}

/// Steps from attribute to attribute (RFC 8489 §14): 16 bits of type, 16 of length, the value, padding up to four bytes.
package struct STUNAttributeWalk: Sendable {
  private var offset = STUNMessage.headerLength
  private let end: Int
  private var remaining = STUNMessage.maximumAttributeCount

  package init(until end: Int) {
    self.end = end
  }

  /// The next attribute's type and where its value stands, or nil at the end.
  package mutating func next(in datagram: RawSpan) throws(WireError) -> (STUNAttributeType, Range<Int>)? {
    guard offset < end else { return nil }
    guard remaining > 0 else { throw .invalidLength }
    let type = STUNAttributeType(rawValue: try datagram.loadUInt16(at: offset))
    let length = Int(try datagram.loadUInt16(at: offset + 2))
    let value = (offset + 4)..<(offset + 4 + length)
    let padded = value.upperBound + (4 - length % 4) % 4
    guard padded <= end else { throw .truncated }
    offset = padded
    remaining -= 1
    return (type, value)
  }
}

/// Reads the attributes of a message one after another: `while let attribute = try reader.next(in: datagram)`.
package struct STUNAttributeReader: Sendable {
  private var walk: STUNAttributeWalk
  private let transactionID: STUNTransactionID

  fileprivate init(_ walk: STUNAttributeWalk, _ transactionID: STUNTransactionID) {
    self.walk = walk
    self.transactionID = transactionID
  }

  /// The next attribute, or nil at the end; throws if a known one has an impossible value.
  package mutating func next(in datagram: RawSpan) throws(WireError) -> STUNAttribute? {
    guard let (type, value) = try walk.next(in: datagram) else { return nil }
    return try STUNAttribute(type, value, in: datagram, transactionID)
  }
}
