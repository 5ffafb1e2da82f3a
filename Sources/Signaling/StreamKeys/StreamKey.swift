/// Names a stream key where the key itself must not be told; opaque.
package struct StreamKeyID: Hashable, Sendable {
  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }

  static func random(using generator: inout some RandomNumberGenerator) -> StreamKeyID {
    StreamKeyID(rawValue: "k_" + randomCharacters(13, using: &generator))
  }
}

/// A secret with which one encoder publishes in a room, under a name that a host has given it. Only its hash is kept.
package struct StreamKey: Sendable, Equatable {
  /// What every key begins with, so that it is known for one.
  package static let prefix = "sk_"

  package let id: StreamKeyID
  package let name: DisplayName
  package let hash: [UInt8]
  package let createdAt: Timestamp

  package init(id: StreamKeyID, name: DisplayName, hash: [UInt8], createdAt: Timestamp) {
    (self.id, self.name, self.hash, self.createdAt) = (id, name, hash, createdAt)
  }

  /// A new key and its text, which is nowhere else.
  static func make(
    for name: DisplayName, at now: Timestamp, using generator: inout some RandomNumberGenerator
  ) -> (key: StreamKey, text: String) {
    // 26 characters of five bits: not to be guessed, so that a plain hash protects it.
    let text = prefix + randomCharacters(26, using: &generator)
    let key = StreamKey(
      id: .random(using: &generator), name: name, hash: sha256(Array(text.utf8)), createdAt: now)
    return (key, text)
  }

  func isMade(of text: String) -> Bool { HMAC.areEqual(sha256(Array(text.utf8)), hash) }
}

/// The stream keys of a room, oldest first.
package struct StreamKeys: Sendable, Equatable {
  /// More encoders than any production has cameras.
  package static let maximum = 16

  package private(set) var all: [StreamKey]

  package init(_ keys: [StreamKey] = []) {
    all = Array(keys.prefix(Self.maximum))
  }

  var isFull: Bool { all.count >= Self.maximum }

  /// The key that this is the text of.
  func key(_ text: String) -> StreamKey? { all.first { $0.isMade(of: text) } }

  subscript(id: StreamKeyID) -> StreamKey? { all.first { $0.id == id } }

  mutating func add(_ key: StreamKey) {
    all.append(key)
  }

  mutating func remove(_ id: StreamKeyID) {
    all.removeAll { $0.id == id }
  }
}

/// A stream key as its room's moderators see it.
package struct StreamKeyNotice: Sendable, Equatable {
  package var id: StreamKeyID
  package var name: DisplayName
  package var createdAt: Timestamp
  /// Who publishes with it now.
  package var participant: ParticipantID?

  package init(id: StreamKeyID, name: DisplayName, createdAt: Timestamp, participant: ParticipantID? = nil) {
    (self.id, self.name, self.createdAt, self.participant) = (id, name, createdAt, participant)
  }
}
