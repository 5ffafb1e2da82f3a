/// What can be said of a room as a whole: what its moderators set, and what follows from it.
package struct RoomSettings: Sendable, Equatable {
  package let name: RoomName
  package var mode = RoomMode.auto
  package var topology = Topology.mesh
  /// The topology whose paths are still alive while the room moves.
  package var former: Topology?
  package let createdAt: Timestamp
  package var endsAt: Timestamp?
  package var locked = false
  package var password: PasswordHash?
  package var lobby = false
  package var waitForHost = false
  package var lobbyMessage: String?
  package var maxParticipants: Int
  /// How many may watch by WHEP, beside the participants.
  package var maxViewers: Int
  /// How many do, as far as everybody was told.
  package var viewers = 0
  /// What the rules leave to those who do not moderate.
  package var rules = Permissions.rules
  /// Who leads the conversation, where it goes through the media plane.
  package var dominantSpeaker: ParticipantID?

  package init(name: RoomName, createdAt: Timestamp, maxParticipants: Int, maxViewers: Int) {
    self.name = name
    self.createdAt = createdAt
    self.maxParticipants = maxParticipants
    self.maxViewers = maxViewers
  }

  /// The fields of `Room` in `docs/signaling.md`.
  package enum Field: String, Sendable, CaseIterable {
    case name, mode, topology, former, createdAt, endsAt, locked, hasPassword, lobby, waitForHost, lobbyMessage
    case maxParticipants, maxViewers, viewers, rules, dominantSpeaker
  }

  /// The fields in which this differs from what it was.
  func changes(since old: RoomSettings) -> [Field] {
    Field.allCases.filter { field in
      switch field {
      case .name, .createdAt: false
      case .mode: mode != old.mode
      case .topology: topology != old.topology
      case .former: former != old.former
      case .endsAt: endsAt != old.endsAt
      case .locked: locked != old.locked
      case .hasPassword: (password == nil) != (old.password == nil)
      case .lobby: lobby != old.lobby
      case .waitForHost: waitForHost != old.waitForHost
      case .lobbyMessage: lobbyMessage != old.lobbyMessage
      case .maxParticipants: maxParticipants != old.maxParticipants
      case .maxViewers: maxViewers != old.maxViewers
      case .viewers: viewers != old.viewers
      case .rules: rules != old.rules
      case .dominantSpeaker: dominantSpeaker != old.dominantSpeaker
      }
    }
  }
}
