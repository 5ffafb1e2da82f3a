/// One request of a client, checked for form but not yet for what its sender may do: one case per message of `docs/signaling.md`.
package enum ClientMessage: Sendable {
  case hello(versions: [Int64])
  case join(JoinRequest)
  case resume(ResumeRequest)
  case leave
  case ping
  /// Begins a connection test.
  case startEcho
  case publish(PublishRequest)
  case answerSubscription(SubscriptionAnswer)
  /// Its subscription is to be offered with new ICE credentials, or, `anew`, as another connection.
  case restartSubscription(anew: Bool)
  case endEcho
  /// What it wants of tracks, besides what it wanted before or, with `only`, instead of that.
  case subscribe([MediaTrack: MediaWish], only: Bool)
  case unsubscribe([MediaTrack])
  /// Asks what goes on between the sender and the media plane.
  case getMedia
  /// What holds the sender's device back from publishing what it should; nil for nothing.
  case reportLimitation(MediaLimitation?)
  /// All that the sender receives comes by the new topology.
  case moved(to: Topology)
  /// The sender has no direct path to this participant.
  case meshFailed(ParticipantID)
  case setDevices(DeviceChange)
  case rename(DisplayName)
  case raiseHand(Bool)
  case react(emoji: String)
  case sendChat(ChatDraft)
  case editChat(MessageID, text: String)
  case deleteChat(MessageID)
  case reactToChat(MessageID, emoji: String, on: Bool)
  case signal(SignalRequest)
  case updateRoom(RoomUpdate)
  case admit(Selection)
  case deny(Selection, message: String?)
  case messageWaiting(text: String)
  case moderate(ModerationRequest)
  case setPermission(ParticipantID, Permission, allowed: Bool)
  case setRole(ParticipantID, Role)
  case transferHost(ParticipantID)
  case endRoom
  case getAudit
  /// A secret for one encoder, which it will be shown under this name.
  case createStreamKey(DisplayName)
  case getStreamKeys
  case revokeStreamKey(StreamKeyID)

  /// The request types as they are written; what tables are keyed by.
  package enum Kind: String, Sendable, CaseIterable {
    case hello, join, resume, leave, ping
    case startEcho, publish, answerSubscription, restartSubscription, endEcho
    case subscribe, unsubscribe, getMedia, reportLimitation, moved, meshFailed
    case setDevices, rename, raiseHand, react, sendChat, editChat, deleteChat, reactToChat, signal
    case updateRoom, admit, deny, messageWaiting, moderate, setPermission, setRole, transferHost, endRoom, getAudit
    case createStreamKey, getStreamKeys, revokeStreamKey
  }

  package var kind: Kind {
    switch self {
    case .hello: .hello
    case .join: .join
    case .resume: .resume
    case .leave: .leave
    case .ping: .ping
    case .startEcho: .startEcho
    case .publish: .publish
    case .answerSubscription: .answerSubscription
    case .restartSubscription: .restartSubscription
    case .endEcho: .endEcho
    case .subscribe: .subscribe
    case .unsubscribe: .unsubscribe
    case .getMedia: .getMedia
    case .reportLimitation: .reportLimitation
    case .moved: .moved
    case .meshFailed: .meshFailed
    case .setDevices: .setDevices
    case .rename: .rename
    case .raiseHand: .raiseHand
    case .react: .react
    case .sendChat: .sendChat
    case .editChat: .editChat
    case .deleteChat: .deleteChat
    case .reactToChat: .reactToChat
    case .signal: .signal
    case .updateRoom: .updateRoom
    case .admit: .admit
    case .deny: .deny
    case .messageWaiting: .messageWaiting
    case .moderate: .moderate
    case .setPermission: .setPermission
    case .setRole: .setRole
    case .transferHost: .transferHost
    case .endRoom: .endRoom
    case .getAudit: .getAudit
    case .createStreamKey: .createStreamKey
    case .getStreamKeys: .getStreamKeys
    case .revokeStreamKey: .revokeStreamKey
    }
  }
}

/// A request to enter a room.
package struct JoinRequest: Sendable {
  package var room: RoomName
  package var name: DisplayName
  package var password: String?
  package var hostKey: String?
  package var token: String?
  package var devices = Devices()
  /// Tells the joins of one browser profile from those of another.
  package var client: String?
}

/// A request to take over the participant a token speaks of.
package struct ResumeRequest: Sendable {
  package var token: String
  /// The last event the client has seen; nil asks for a fresh snapshot.
  package var lastSeen: Int64?
}

/// The offer of the sender's publishing connection.
package struct PublishRequest: Sendable, Equatable {
  /// SDP.
  package var offer: String
  /// What its media descriptions show, by `mid`.
  package var sources: [String: MediaSource]

  package init(offer: String, sources: [String: MediaSource] = [:]) {
    self.offer = offer
    self.sources = sources
  }
}

/// The answer to an offer of the sender's subscription.
package struct SubscriptionAnswer: Sendable, Equatable {
  /// SDP.
  package var answer: String
  /// The number of the offer; nil for the last one.
  package var offerNumber: Int64?

  package init(answer: String, offerNumber: Int64? = nil) {
    self.answer = answer
    self.offerNumber = offerNumber
  }
}

/// Why a device publishes less than it should, as only its client knows.
package enum MediaLimitation: String, Sendable, CaseIterable {
  /// Its encoder does not keep up.
  case cpu
}

/// Devices to be switched; nil leaves one as it is.
package struct DeviceChange: Sendable {
  package var audio: Bool?
  package var video: Bool?
  package var screen: Bool?

  /// The devices as they will be.
  package func applied(to devices: Devices) -> Devices {
    Devices(
      audio: audio ?? devices.audio, video: video ?? devices.video, screen: screen ?? devices.screen)
  }
}

/// A chat message to be.
package struct ChatDraft: Sendable {
  package var text: String
  /// The one it is for; nil for everybody.
  package var to: ParticipantID?
  package var replyTo: MessageID?
}

/// Something to be relayed to one participant and never read: its members are kept as they were written.
package struct SignalRequest: Sendable {
  package var to: ParticipantID
  package var connection: String
  /// JSON members: `description`, perhaps with `streams`, or `candidate`.
  package var payload: [UInt8]
}

/// Settings of a room to be changed; nil leaves one as it is.
package struct RoomUpdate: Sendable {
  package enum Password: Sendable {
    case removed
    case plain(String)
    case hashed(PasswordHash)
  }

  package var mode: RoomMode?
  package var locked: Bool?
  package var password: Password?
  package var lobby: Bool?
  package var waitForHost: Bool?
  /// Empty for none.
  package var lobbyMessage: String?
  package var maxParticipants: Int?
  package var maxViewers: Int?
  /// From now; zero for no limit.
  package var endsAfter: Duration?
  package var allowed: Permissions = []
  package var forbidden: Permissions = []
}

/// Whom a request is about.
package enum Selection: Sendable {
  case everyone
  case these([ParticipantID])
}

/// What a moderator does to participants.
package struct ModerationRequest: Sendable {
  package enum Action: String, Sendable, CaseIterable {
    case mute, hideVideo, stopScreen, lowerHand, askToUnmute, askToStartVideo, remove, ban
  }

  package var action: Action
  package var targets: Selection
  package var reason: String?
}

/// How the topology of a room is chosen.
package enum RoomMode: String, Sendable, CaseIterable {
  /// By the server, from the number of participants.
  case auto
  case mesh
  case routed
  case broadcast
}
