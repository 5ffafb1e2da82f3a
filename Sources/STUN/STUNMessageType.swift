/// What a STUN message is about (RFC 8489 §3, RFC 8656 §17): the 12-bit method.
package struct STUNMethod: RawRepresentable, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) {
    self.rawValue = rawValue & 0xFFF
  }

  package static let binding = STUNMethod(rawValue: 0x001)
  package static let allocate = STUNMethod(rawValue: 0x003)
  package static let refresh = STUNMethod(rawValue: 0x004)
  package static let send = STUNMethod(rawValue: 0x006)
  package static let data = STUNMethod(rawValue: 0x007)
  package static let createPermission = STUNMethod(rawValue: 0x008)
  package static let channelBind = STUNMethod(rawValue: 0x009)
}

/// Which part of a transaction a message is (RFC 8489 §5): the two class bits.
package enum STUNClass: UInt16, Sendable {
  case request = 0
  case indication = 1
  case successResponse = 2
  case errorResponse = 3
}

/// Method and class as they are interleaved in the first 14 bits after the two zero bits (RFC 8489 §5).
/// ```
///  +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
///  |M |M |M|M|M|C|M|M|M|C|M|M|M|M|
///  |11|10|9|8|7|1|6|5|4|0|3|2|1|0|
///  +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
package struct STUNMessageType: Hashable, Sendable {
  package var method: STUNMethod
  package var messageClass: STUNClass

  package init(_ method: STUNMethod, _ messageClass: STUNClass) {
    self.method = method
    self.messageClass = messageClass
  }

  package init(wireValue: UInt16) {
    method = STUNMethod(rawValue: wireValue & 0xF | wireValue >> 1 & 0x70 | wireValue >> 2 & 0xF80)
    messageClass = STUNClass(rawValue: wireValue >> 4 & 1 | wireValue >> 7 & 2)!  // two bits name one of four cases
  }

  package var wireValue: UInt16 {
    let bits = method.rawValue
    let spread = bits & 0xF | (bits & 0x70) << 1 | (bits & 0xF80) << 2
    return spread | (messageClass.rawValue & 1) << 4 | (messageClass.rawValue & 2) << 7
  }
}

/// The 96 random bits that tie a response to its request (RFC 8489 §5).
package struct STUNTransactionID: Hashable, Sendable {
  package let high: UInt32
  package let low: UInt64

  package init(high: UInt32, low: UInt64) {
    self.high = high
    self.low = low
  }

  package init(using generator: inout some RandomNumberGenerator) {
    high = .random(in: 0...UInt32.max, using: &generator)
    low = .random(in: 0...UInt64.max, using: &generator)
  }
}
