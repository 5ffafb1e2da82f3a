/// Somebody in the room.
package struct Participant: Sendable, Equatable {
  package let id: ParticipantID
  package var name: DisplayName
  package var role: Role
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
  /// What was taken from it alone.
  var revoked: Permissions = []
  /// What an access token leaves to it.
  var granted: Permissions = .all
  /// Whether the name is the access token's, which its bearer cannot change.
  var isNameFixed = false
  let profile: BrowserProfile
  /// When the resume token it has is to be replaced.
  var renewsTokenAt: Timestamp

  /// The fields of `Participant` in `docs/signaling.md`.
  package enum Field: String, Sendable, CaseIterable {
    case id, name, role, owner, permissions, devices, hand, connection, joinedAt
  }

  /// The fields in which this differs from what it was, as others see it.
  func changes(since old: Participant) -> [Field] {
    Field.allCases.filter { field in
      switch field {
      case .id, .joinedAt: false
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

/// What is known of the browser somebody comes with; only ever compared, so hashes will do.
package struct BrowserProfile: Sendable, Hashable {
  /// The value the client says is its own.
  package var client: String?
  /// The cookie the server made.
  package var cookie: String?
  package var address: String

  package init(client: String? = nil, cookie: String? = nil, address: String) {
    self.client = client
    self.cookie = cookie
    self.address = address
  }
}

/// Somebody in the lobby, who receives nothing of the room.
package struct Waiting: Sendable, Equatable {
  package enum Reason: String, Sendable, CaseIterable {
    case lobby
    /// Nobody who could admit is there.
    case host
  }

  package let id: ParticipantID
  package let name: DisplayName
  package let since: Timestamp
  package let order: Int
  var reason: Reason
  let role: Role
  let granted: Permissions
  let devices: Devices
  let isNameFixed: Bool
  let profile: BrowserProfile
  var presence = Presence.connected(departsAt: nil)
  var renewsTokenAt: Timestamp
}
