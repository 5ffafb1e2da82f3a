/// What a datagram on the shared port is, by its first bytes (RFC 7983 §7, RFC 9443, RFC 5761 §4).
/// ```
///                +----------------+
///                |        [0..3] -+--> STUN
///                |      [20..63] -+--> DTLS, 1.3 records with their short header included
///                |      [64..79] -+--> TURN channel
///                |    [128..191] -+--> RTP or RTCP
///                +----------------+
/// ```
@usableFromInline package enum DatagramKind: Equatable, Sendable {
  case stun
  case dtls
  case turnChannel
  case rtp
  case rtcp
  /// Nothing that is spoken here.
  case unknown

  /// The second byte of RTCP: packet types 192 to 223, which RTP payload types 64 to 95 would look like.
  @usableFromInline static let rtcpTypes: ClosedRange<UInt8> = 192...223

  @inlinable package init(of datagram: RawSpan) {
    guard datagram.byteCount >= 2 else {
      self = .unknown
      return
    }
    let second = datagram.unsafeLoad(fromByteOffset: 1, as: UInt8.self)  // both bytes are there
    switch datagram.unsafeLoad(as: UInt8.self) {
    case 0...3: self = .stun
    case 20...63: self = .dtls
    case 64...79: self = .turnChannel
    case 128...191: self = Self.rtcpTypes.contains(second) ? .rtcp : .rtp
    default: self = .unknown
    }
  }
}
