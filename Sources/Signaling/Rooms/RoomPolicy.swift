/// After a restart: who may come back to the room as the same participant.
struct Returning: Sendable {
  /// Nil if it is not known who was there: then a signed token of this life of the room is enough.
  let members: [ParticipantID: RoomPolicy.Member]?
  let until: Timestamp
}

/// What must survive a restart of the server, so that a restart opens no locked room and makes no stranger host.
package struct RoomPolicy: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    package var name: DisplayName
    package var role: Role
    package var isOwner: Bool
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
  package var bans: [BrowserProfile]
  package var members: [ParticipantID: Member]
  /// Nobody can come back later than that: every resume token has expired.
  package var expiresAt: Timestamp
}
