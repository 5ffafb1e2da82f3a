/// Names a message of the chat; opaque.
package struct MessageID: Hashable, Sendable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }
}

extension ParticipantID {
  package static func random(using generator: inout some RandomNumberGenerator) -> ParticipantID {
    ParticipantID(rawValue: "p_" + randomCharacters(13, using: &generator))
  }
}

extension MessageID {
  static func random(using generator: inout some RandomNumberGenerator) -> MessageID {
    MessageID(rawValue: "m_" + randomCharacters(13, using: &generator))
  }
}

extension RoomID {
  static func random(using generator: inout some RandomNumberGenerator) -> RoomID {
    RoomID(rawValue: "r_" + randomCharacters(13, using: &generator))
  }
}

/// Thirteen characters are 65 bits, and with the prefix a string of 15 bytes, which Swift keeps without an allocation.
func randomCharacters(_ count: Int, using generator: inout some RandomNumberGenerator) -> String {
  var bits = UInt64(0)
  var available = 0
  var characters: [UInt8] = []
  let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
  for _ in 0..<count {
    if available < 5 { (bits, available) = (generator.next(), 64) }
    characters.append(alphabet[Int(bits & 31)])
    bits >>= 5
    available -= 5
  }
  return String(decoding: characters, as: UTF8.self)
}
