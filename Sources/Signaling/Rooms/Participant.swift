/// Somebody in the room.
package struct Participant: Sendable, Equatable {
  package let id: ParticipantID
  package var name: DisplayName
  package var role: Role
  /// The role it came in with.
  package let entryRole: Role
  package var isOwner = false
  /// What it may do now: the role's preset less rules and revocations.
  package var permissions: Permissions = []
  package var devices: Devices
  /// When the hand was raised.
  package var hand: Timestamp?
  package var presence = Presence.connected(departsAt: nil)
  package let joinedAt: Timestamp
  /// Counts those who joined, for an order that equal times do not disturb.
  package let order: Int
  /// Whether the host key made it one more host beside the owner.
  package var cameByHostKey = false
  /// What was taken from it alone; rests while it is host.
  package var revoked: Permissions = []
  /// What an access token leaves to it.
  package var granted: Permissions = .all
  /// Whether the name is the access token's, which its bearer cannot change.
  package var isNameFixed = false
  package var profile: BrowserProfile
  /// When the resume token it has is to be replaced.
  package var renewsTokenAt: Timestamp
  /// How its media does, as far as everybody was told.
  package var quality = MediaQuality()

  package init(
    id: ParticipantID, name: DisplayName, role: Role, entryRole: Role? = nil, isOwner: Bool = false,
    permissions: Permissions = [], devices: Devices, hand: Timestamp? = nil,
    presence: Presence = .connected(departsAt: nil), joinedAt: Timestamp,
    order: Int, cameByHostKey: Bool = false, revoked: Permissions = [], granted: Permissions = .all,
    isNameFixed: Bool = false,
    profile: BrowserProfile, renewsTokenAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.role = role
    self.entryRole = entryRole ?? role
    self.isOwner = isOwner
    self.permissions = permissions
    self.devices = devices
    self.hand = hand
    self.presence = presence
    self.joinedAt = joinedAt
    self.order = order
    self.cameByHostKey = cameByHostKey
    self.revoked = revoked
    self.granted = granted
    self.isNameFixed = isNameFixed
    self.profile = profile
    self.renewsTokenAt = renewsTokenAt
  }

  /// Whether the room may be left to it: by its role, and by what its invitation grants.
  package var mayOwn: Bool { role.succession != nil && granted.isSuperset(of: .hosting) }

  /// The fields of `Participant` in `docs/signaling.md`.
  package enum Field: String, Sendable, CaseIterable {
    case id, name, role, owner, permissions, devices, hand, connection, joinedAt, quality
  }

  /// The fields in which this differs from what it was, as others see it.
  func changes(since old: Participant) -> [Field] {
    Field.allCases.filter { field in
      switch field {
      // Of the quality of many an event of its own tells at once.
      case .id, .joinedAt, .quality: false
      case .name: name != old.name
      case .role: role != old.role
      case .owner: isOwner != old.isOwner
      case .permissions: permissions != old.permissions
      case .devices: devices != old.devices
      case .hand: hand != old.hand
      case .connection: presence.isShownLost != old.presence.isShownLost
      }
    }
  }
}

/// Whether somebody's session lives, and what happens when if it does not come back.
package enum Presence: Sendable, Equatable {
  /// There is a session; the page may have said that it goes away.
  case connected(departsAt: Timestamp?)
  /// The session is gone. Others are told after a while (`isShown`), and later the place is lost.
  case lost(showsAt: Timestamp, isShown: Bool, endsAt: Timestamp)

  package var isConnected: Bool {
    if case .connected = self { true } else { false }
  }

  var isShownLost: Bool {
    if case .lost(_, true, _) = self { true } else { false }
  }

  /// When something happens of itself.
  var deadline: Timestamp? {
    switch self {
    case .connected(let departsAt): departsAt
    case .lost(_, true, let endsAt): endsAt
    case .lost(let showsAt, false, let endsAt): min(showsAt, endsAt)
    }
  }

  /// When the place is lost.
  var endsAt: Timestamp? {
    switch self {
    case .connected(let departsAt): departsAt
    case .lost(_, _, let endsAt): endsAt
    }
  }
}

/// Somebody in the lobby, who receives nothing of the room.
package struct Waiting: Sendable, Equatable {
  /// Why somebody has to wait.
  package enum Reason: String, Sendable, CaseIterable {
    case lobby
    /// Nobody who could admit is there.
    case host
  }

  package let id: ParticipantID
  package let name: DisplayName
  package let since: Timestamp
  package let order: Int
  package let role: Role
  package let granted: Permissions
  package let devices: Devices
  package let isNameFixed: Bool
  package let profile: BrowserProfile
  package var presence = Presence.connected(departsAt: nil)
  package var renewsTokenAt: Timestamp

  package init(
    id: ParticipantID, name: DisplayName, since: Timestamp, order: Int, role: Role,
    granted: Permissions, devices: Devices, isNameFixed: Bool, profile: BrowserProfile,
    presence: Presence = .connected(departsAt: nil), renewsTokenAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.since = since
    self.order = order
    self.role = role
    self.granted = granted
    self.devices = devices
    self.isNameFixed = isNameFixed
    self.profile = profile
    self.presence = presence
    self.renewsTokenAt = renewsTokenAt
  }
}
