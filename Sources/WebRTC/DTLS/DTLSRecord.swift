package import RTP

/// One record of a DTLS 1.2 datagram, or the first of several (RFC 6347 §4.1).
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+-------------------------------+---------------+
/// | content type  |            version            |               |
/// +---------------+---------------+---------------+    epoch      |
/// |    epoch      |        sequence number (48 bits)              |
/// +---------------+                               +---------------+
/// |                                               |   length ...  |
/// +-----------------------------------------------+---------------+
/// ```
package struct DTLSRecord: Equatable {
  /// What a record carries (RFC 5246 §6.2.1).
  package enum ContentType: UInt8, CaseIterable, Sendable {
    case changeCipherSpec = 20
    case alert = 21
    case handshake = 22
    case applicationData = 23
  }

  package static let headerByteCount = 13
  /// The most that a record may hold: 2^14 bytes and what encryption adds (RFC 5246 §6.2.3).
  static let maximumBodyByteCount = 1 << 14 + 2048
  /// Where in the header the sequence number lies.
  static let sequenceNumberRange = 5..<11
  /// DTLS 1.2; the first hello of a client may carry 1.0.
  static let version: UInt16 = 0xfefd
  private static let firstVersion: UInt16 = 0xfeff

  package let type: ContentType
  package let version: UInt16
  /// 0 before ChangeCipherSpec, 1 after it; there is no renegotiation that would lead further.
  package let epoch: UInt16
  package let sequenceNumber: UInt64
  /// Where the body lies in the datagram.
  package let body: Range<Int>

  /// The place of the whole record in the datagram.
  package var range: Range<Int> { (body.lowerBound - Self.headerByteCount)..<body.upperBound }

  /// Reads the record that begins at `offset` of `datagram`.
  ///
  /// Throws `truncated`, `unexpectedType` for a type that DTLS 1.2 does not know, `unsupportedVersion` or `invalidLength`.
  package init(parsing datagram: RawSpan, at offset: Int) throws(WireError) {
    var bytes = datagram
    try bytes.skip(offset)
    guard let type = ContentType(rawValue: try bytes.readUInt8()) else { throw .unexpectedType }
    let version = try bytes.readUInt16()
    guard version == Self.version || version == Self.firstVersion else { throw .unsupportedVersion }
    self.type = type
    self.version = version
    epoch = try bytes.readUInt16()
    sequenceNumber = UInt64(try bytes.readUInt16()) << 32 | UInt64(try bytes.readUInt32())
    let byteCount = Int(try bytes.readUInt16())
    guard byteCount <= Self.maximumBodyByteCount else { throw .invalidLength }
    guard byteCount <= bytes.byteCount else { throw .truncated }
    let start = offset + Self.headerByteCount
    body = start..<(start + byteCount)
  }

  /// All records of a datagram, which must leave no byte over.
  package static func records(of datagram: RawSpan) throws(WireError) -> [DTLSRecord] {
    var records: [DTLSRecord] = []
    var offset = 0
    while offset < datagram.byteCount {
      let record = try DTLSRecord(parsing: datagram, at: offset)
      records.append(record)
      offset = record.body.upperBound
    }
    return records
  }
}
