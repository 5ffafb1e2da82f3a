package import RTP

/// The header of a handshake message, or of a part of one (RFC 6347 §4.2.2).
package struct DTLSHandshakeFragment: Equatable {
  /// The messages that we look for ourselves (RFC 5246 §7.4).
  enum MessageType {
    static let clientHello: UInt8 = 1
    static let finished: UInt8 = 20
  }

  package static let headerByteCount = 12
  /// No message of a handshake is longer: a hello with a post-quantum key share has 1.5 kB, a chain of certificates a few.
  static let maximumMessageByteCount = 16 * 1024
  /// No handshake has more messages from one side (RFC 5246 §7.3 counts eight).
  static let maximumMessageNumber: UInt16 = 15

  package let messageType: UInt8
  package let messageByteCount: Int
  package let messageNumber: UInt16
  package let offset: Int
  package let byteCount: Int

  /// Takes the fragment at the front of a record's body, header and content.
  ///
  /// Throws `invalidLength` for a fragment that lies outside its message or a message that is too long for any handshake.
  package init(reading bytes: inout RawSpan) throws(WireError) {
    messageType = try bytes.readUInt8()
    messageByteCount = Int(try bytes.readUInt24())
    messageNumber = try bytes.readUInt16()
    offset = Int(try bytes.readUInt24())
    byteCount = Int(try bytes.readUInt24())
    guard messageByteCount <= Self.maximumMessageByteCount, messageNumber <= Self.maximumMessageNumber,
      offset + byteCount <= messageByteCount
    else { throw .invalidLength }
    try bytes.skip(byteCount)
  }

  /// Whether every handshake message that lies readable in `datagram` is one that a handshake can have.
  ///
  /// What OpenSSL would allocate for (a message of the length that a single fragment claims, and several ahead of their turn) is
  /// bounded by this before it sees a byte; what it would answer with a fatal alert is dropped as the junk it is.
  static func areAcceptable(in datagram: RawSpan, records: [DTLSRecord]) -> Bool {
    for record in records where record.type == .handshake && record.epoch == 0 {
      var body = datagram.extracting(record.body)
      guard !body.isEmpty else { return false }
      while !body.isEmpty {
        guard (try? DTLSHandshakeFragment(reading: &body)) != nil else { return false }
      }
    }
    return true
  }
}
