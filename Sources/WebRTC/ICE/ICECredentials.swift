import STUN

/// What one side gives the other to authenticate its connectivity checks with (RFC 8839 §5.4).
package struct ICECredentials: Equatable, Sendable {
  package static let ufragLengths = 4...256
  package static let passwordLengths = 22...256

  package let ufrag: String
  package let password: String

  /// The credentials a peer sent; nil if they are shorter than RFC 8839 allows, absurdly long, or of other characters.
  ///
  /// Some stacks use base64url or hexadecimal with dashes, so `-`, `_` and `=` pass as well.
  package init?(ufrag: String, password: String) {
    guard Self.ufragLengths.contains(ufrag.utf8.count), Self.passwordLengths.contains(password.utf8.count),
      ufrag.utf8.allSatisfy(Self.isTolerated), password.utf8.allSatisfy(Self.isTolerated)
    else { return nil }
    self.ufrag = ufrag
    self.password = password
  }

  private static func isTolerated(_ byte: UInt8) -> Bool {
    isICECharacter(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "=")
  }
}

/// The credentials that this server gives to a peer.
package struct ServerCredentials: Sendable {
  /// 32 characters are 192 random bits; RFC 8445 §5.3 asks for 128.
  static let passwordLength = 32

  package let ufrag: ServerUfrag
  package let password: String
  let key: STUNIntegrityKey

  package init(generation: Int, worker: Int, using generator: inout some RandomNumberGenerator) {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    ufrag = ServerUfrag(generation: generation, worker: worker, using: &generator)
    let characters = (0..<Self.passwordLength).map { _ in alphabet[.random(in: 0..<64, using: &generator)] }
    password = String(decoding: characters, as: UTF8.self)
    key = STUNIntegrityKey(password: characters)
  }

  /// The two texts that go into a session description.
  package var texts: ICECredentials {
    guard let texts = ICECredentials(ufrag: ufrag.description, password: password) else {
      preconditionFailure("our own credentials are within the limits")
    }
    return texts
  }
}
