import RTP

/// One attribute of a STUN message: numbers and addresses by value, texts and bytes as their place in the datagram.
package enum STUNAttribute: Hashable, Sendable {
  // RFC 8489 §14.
  case mappedAddress(TransportAddress)
  case xorMappedAddress(TransportAddress)
  case username(Range<Int>)
  case messageIntegrity(Range<Int>)
  case messageIntegritySHA256(Range<Int>)
  case fingerprint(UInt32)
  case errorCode(STUNErrorCode, reason: Range<Int>)
  case unknownAttributes(Range<Int>)
  case realm(Range<Int>)
  case nonce(Range<Int>)
  case software(Range<Int>)
  case alternateServer(TransportAddress)
  // RFC 8445 §7.1 and renomination.
  case priority(UInt32)
  case useCandidate
  case iceControlled(tieBreaker: UInt64)
  case iceControlling(tieBreaker: UInt64)
  case nomination(UInt32)
  // RFC 8656 §18.
  case channelNumber(UInt16)
  case lifetime(seconds: UInt32)
  case xorPeerAddress(TransportAddress)
  case xorRelayedAddress(TransportAddress)
  case data(Range<Int>)
  case requestedTransport(UInt8)
  case requestedAddressFamily(UInt8)
  case additionalAddressFamily(UInt8)
  case evenPort(reservesNext: Bool)
  case dontFragment
  case reservationToken(UInt64)
  /// An attribute that this table does not know; whether it may be ignored is in its type.
  case unknown(STUNAttributeType, Range<Int>)
}

extension STUNAttribute {
  /// Reads the value that stands at `place`; throws `invalidLength` or `invalidValue` if a known attribute is malformed.
  init(
    _ type: STUNAttributeType, _ place: Range<Int>, in datagram: RawSpan, _ transactionID: STUNTransactionID
  ) throws(WireError) {
    try datagram.require(place)
    let value = datagram.extracting(place)
    switch type {
    case .mappedAddress: self = .mappedAddress(try value.readAddress())
    case .xorMappedAddress: self = .xorMappedAddress(try value.readAddress(maskedBy: transactionID))
    case .username: self = .username(try place.limited(to: 513))
    case .messageIntegrity: self = .messageIntegrity(place)
    case .messageIntegritySHA256: self = .messageIntegritySHA256(place)
    case .fingerprint: self = .fingerprint(try value.onlyUInt32())
    case .errorCode: self = .errorCode(try value.errorCode(), reason: (place.lowerBound + 4)..<place.upperBound)
    case .unknownAttributes: self = .unknownAttributes(try place.multiple(of: 2))
    case .realm: self = .realm(try place.limited(to: 763))
    case .nonce: self = .nonce(try place.limited(to: 763))
    case .software: self = .software(try place.limited(to: 763))
    case .alternateServer: self = .alternateServer(try value.readAddress())
    case .priority: self = .priority(try value.onlyUInt32())
    case .useCandidate: self = try .empty(.useCandidate, place)
    case .iceControlled: self = .iceControlled(tieBreaker: try value.onlyUInt64())
    case .iceControlling: self = .iceControlling(tieBreaker: try value.onlyUInt64())
    case .nomination, .nominationUnassigned: self = .nomination(try value.onlyUInt32())
    case .channelNumber: self = .channelNumber(UInt16(truncatingIfNeeded: try value.onlyUInt32() >> 16))
    case .lifetime: self = .lifetime(seconds: try value.onlyUInt32())
    case .xorPeerAddress: self = .xorPeerAddress(try value.readAddress(maskedBy: transactionID))
    case .xorRelayedAddress: self = .xorRelayedAddress(try value.readAddress(maskedBy: transactionID))
    case .data: self = .data(place)
    case .requestedTransport: self = .requestedTransport(UInt8(try value.onlyUInt32() >> 24))
    case .requestedAddressFamily: self = .requestedAddressFamily(UInt8(try value.onlyUInt32() >> 24))
    case .additionalAddressFamily: self = .additionalAddressFamily(UInt8(try value.onlyUInt32() >> 24))
    case .evenPort: self = .evenPort(reservesNext: try value.onlyUInt8() & 0x80 != 0)
    case .dontFragment: self = try .empty(.dontFragment, place)
    case .reservationToken: self = .reservationToken(try value.onlyUInt64())
    default: self = .unknown(type, place)
    }
  }

  private static func empty(_ attribute: STUNAttribute, _ place: Range<Int>) throws(WireError) -> STUNAttribute {
    guard place.isEmpty else { throw .invalidLength }
    return attribute
  }
}

extension Range where Bound == Int {
  fileprivate func limited(to byteCount: Int) throws(WireError) -> Range {
    guard count <= byteCount else { throw .invalidLength }
    return self
  }

  fileprivate func multiple(of unit: Int) throws(WireError) -> Range {
    guard count % unit == 0 else { throw .invalidLength }
    return self
  }
}

extension RawSpan {
  fileprivate func onlyUInt8() throws(WireError) -> UInt8 {
    guard byteCount == 1 else { throw .invalidLength }
    return try loadUInt8(at: 0)
  }

  fileprivate func onlyUInt32() throws(WireError) -> UInt32 {
    guard byteCount == 4 else { throw .invalidLength }
    return try loadUInt32(at: 0)
  }

  fileprivate func onlyUInt64() throws(WireError) -> UInt64 {
    guard byteCount == 8 else { throw .invalidLength }
    var value = self
    return try value.readUInt64()
  }

  /// ERROR-CODE (RFC 8489 §14.8): 21 zero bits, the hundreds in 3, the rest in 8 bits, then the phrase.
  fileprivate func errorCode() throws(WireError) -> STUNErrorCode {
    let word = try loadUInt32(at: 0)
    let (hundreds, rest) = (UInt16(word >> 8 & 7), UInt16(word & 0xFF))
    guard (3...6).contains(hundreds), rest < 100 else { throw .invalidValue }
    return STUNErrorCode(rawValue: hundreds * 100 + rest)
  }

  /// An address attribute (RFC 8489 §14.1, §14.2), whose XOR form is masked by the magic cookie and the transaction.
  /// ```
  /// |0 0 0 0 0 0 0 0|    Family     |          (X-)Port             |
  /// |                 (X-)Address (32 or 128 bits)                  |
  /// ```
  fileprivate func readAddress(maskedBy transactionID: STUNTransactionID? = nil) throws(WireError) -> TransportAddress {
    var value = self
    try value.skip(1)
    let family = try value.readUInt8()
    let port = try value.readUInt16()
    let mask = STUNAddressMask(transactionID)
    switch IPAddress.Family(rawValue: family) {
    case .ipv4:
      let bits = try value.readUInt32() ^ mask.ipv4
      guard value.isEmpty else { throw .invalidLength }
      return TransportAddress(IPAddress(ipv4: bits), port: port ^ mask.port)
    case .ipv6:
      let high = try value.readUInt64() ^ mask.high
      let low = try value.readUInt64() ^ mask.low
      guard value.isEmpty else { throw .invalidLength }
      return TransportAddress(IPAddress(ipv6: high, low), port: port ^ mask.port)
    case nil:
      throw .invalidValue
    }
  }
}

/// What the XOR form of an address is combined with (RFC 8489 §14.2); all zero for the plain form.
struct STUNAddressMask {
  let port: UInt16
  let ipv4: UInt32
  let high: UInt64
  let low: UInt64

  init(_ transactionID: STUNTransactionID?) {
    guard let transactionID else {
      (port, ipv4, high, low) = (0, 0, 0, 0)
      return
    }
    port = UInt16(STUNMessage.magicCookie >> 16)
    ipv4 = STUNMessage.magicCookie
    high = UInt64(STUNMessage.magicCookie) << 32 | UInt64(transactionID.high)
    low = transactionID.low
  }
}
