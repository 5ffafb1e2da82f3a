/// After a restart: who may come back to the room as the same participant.
struct Returning: Sendable {
  /// The places to come back to, each for one return.
  enum Places: Sendable {
    /// Those who were there and have not come back yet.
    case members([ParticipantID: RoomPolicy.Member])
    /// It is not known who was there: a signed token of this life of the room is enough, once.
    case tokens(used: Set<ParticipantID>)

    /// Gives a place to the one who came back: whoever leaves after that has left.
    mutating func take(_ id: ParticipantID) {
      switch self {
      case .members(var members):
        members[id] = nil
        self = .members(members)
      case .tokens(let used): self = .tokens(used: used.union([id]))
      }
    }
  }

  var places: Places
  let until: Timestamp
}

/// What must survive a restart of the server, so that a restart opens no locked room and makes no stranger host.
package struct RoomPolicy: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    package var name: DisplayName
    package var role: Role
    /// The role it came in with.
    package var entryRole: Role
    package var isOwner: Bool
    package var cameByHostKey: Bool
    package var revoked: Permissions
    package var granted: Permissions
    package var isNameFixed: Bool
    package var profile: BrowserProfile
    package var joinedAt: Timestamp
  }

  package var settings: RoomSettings
  package var life: String
  package var hostKeyHash: [UInt8]?
  package var owner: ParticipantID?
  package var removed: [ParticipantID]
  package var bans: [Ban]
  package var restrictions: [Restriction]
  package var streamKeys: [StreamKey]
  package var members: [ParticipantID: Member]
  /// Nobody can come back later than that: every resume token has expired.
  package var expiresAt: Timestamp
}
