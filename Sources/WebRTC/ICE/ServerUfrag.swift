import RTP
import STUN

/// The user name fragment that this server gives to a peer: 16 characters that also say where the peer lives.
/// ```
/// generation (1)  worker (2)  random (13)
/// ```
/// A datagram from an unknown address thereby finds the right process during an upgrade and the right worker on the shared
/// port, before any table is asked. All characters are ice-char (RFC 8839 §5.4), six bits each, so 78 of them are random.
package struct ServerUfrag: Hashable, Sendable {
  package static let length = 16
  package static let workerLimit = 64 * 64
  package static let generationLimit = 64

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The 16 ASCII characters, the first eight in `high`.
  private let high: UInt64
  private let low: UInt64

  /// A new fragment for a peer of `worker`, made by the process of `generation` (taken modulo 64).
  package init(generation: Int, worker: Int, using generator: inout some RandomNumberGenerator) {
    precondition((0..<Self.workerLimit).contains(worker), "a server ufrag has no room for this worker's number")
    precondition(generation >= 0, "generations are counted upwards from zero")
    var digits = [generation % Self.generationLimit, worker / 64, worker % 64]
    for _ in digits.count..<Self.length { digits.append(.random(in: 0..<64, using: &generator)) }
    self.init(ascii: digits.map { Self.alphabet[$0] })
  }

  /// The fragment with these characters, or nil if it cannot be one of this server's.
  package init?(_ text: some StringProtocol) {
    let ascii = Array(text.utf8.prefix(Self.length + 1))
    guard ascii.count == Self.length, ascii.allSatisfy(isICECharacter) else { return nil }
    self.init(ascii: ascii)
  }

  /// The fragment that a connectivity check is addressed to: what stands before the colon of its USERNAME (RFC 8445 §7.2.2).
  ///
  /// Nil for everything that is not a Binding request of ICE. Nothing of the message is verified yet.
  package init?(addressedBy datagram: RawSpan) {
    guard let message = try? STUNMessage(parsing: datagram), message.type == STUNMessageType(.binding, .request)
    else { return nil }
    var reader = message.attributes
    while let attribute = try? reader.next(in: datagram) {
      guard case .username(let place) = attribute else { continue }
      self.init(beginning: datagram.extracting(place))
      return
    }
    return nil
  }

  /// The fragment before the colon of a user name.
  init?(beginning username: RawSpan) {
    var bytes = username
    guard let high = try? bytes.readUInt64(), let low = try? bytes.readUInt64(), let colon = try? bytes.readUInt8(),
      colon == UInt8(ascii: ":")
    else { return nil }
    (self.high, self.low) = (high, low)
  }

  private init(ascii: [UInt8]) {
    high = ascii[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = ascii[8...].reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Which process made the fragment; nil if its first character is none of ours.
  package var generation: Int? { digit(0) }

  /// Which worker the peer belongs to; nil if the characters are none of ours.
  package var worker: Int? {
    guard let first = digit(1), let second = digit(2) else { return nil }
    return first * 64 + second
  }

  private func digit(_ index: Int) -> Int? {
    Self.alphabet.firstIndex(of: UInt8(truncatingIfNeeded: high >> UInt64(56 - 8 * index)))
  }
}

extension ServerUfrag: CustomStringConvertible {
  /// The characters as they stand in `a=ice-ufrag`.
  package var description: String {
    let ascii = [high, low].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
    return String(decoding: ascii, as: UTF8.self)
  }
}

/// Whether the byte is an ice-char: a letter, a digit, `+` or `/` (RFC 8839 §5.4).
func isICECharacter(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
    return true
  default: return false
  }
}
