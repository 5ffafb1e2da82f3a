/// Where somebody stands towards a room when it sends a request.
package enum Standing: Sendable {
  /// Nothing was said yet.
  case fresh
  /// `hello` was said.
  case greeted
  case waiting
  case member(role: Role, permissions: Permissions, isOwner: Bool)
}

/// What a request needs before anything else is looked at.
package enum MessageRule: Sendable, Equatable {
  /// Comes first and once.
  case opening
  /// Comes after `hello` and before being in a room.
  case entering
  /// At any time.
  case always
  /// Before the room in a connection test, and in a room that goes through the media plane.
  case connecting
  /// While waiting or in the room.
  case present
  /// In the room, whoever one is.
  case member
  /// In the room, with this permission.
  case permission(Permissions)
  /// In the room, as its host or a co-host.
  case hosting
  case host
  case owner
}

extension ClientMessage.Kind {
  /// The table of `docs/signaling.md`: what each request needs.
  package var rule: MessageRule {
    switch self {
    case .hello: .opening
    case .join, .resume: .entering
    // A connection test comes before the room and ends with the join.
    case .startEcho, .endEcho: .entering
    case .publish, .answerSubscription, .restartSubscription: .connecting
    case .ping: .always
    case .leave: .present
    case .setDevices, .rename, .raiseHand, .signal: .member
    case .subscribe, .unsubscribe, .getMedia, .reportLimitation, .moved, .meshFailed: .member
    case .react, .sendChat, .editChat, .reactToChat: .permission(.chat)
    // One may always take back what one said, and a moderator what others said.
    case .deleteChat: .member
    case .updateRoom, .moderate, .setPermission, .getAudit, .createStreamKey, .getStreamKeys, .revokeStreamKey:
      .permission(.moderate)
    case .admit, .deny, .messageWaiting: .permission(.admit)
    case .setRole: .hosting
    case .endRoom: .host
    case .transferHost: .owner
    }
  }
}

extension MessageRule {
  /// Why this standing does not allow it; nil if it does.
  package func refusal(for standing: Standing) -> SignalingError? {
    switch (self, standing) {
    case (.opening, .fresh), (.entering, .greeted), (.connecting, .greeted), (.always, _), (.present, .waiting),
      (.present, .member):
      nil
    case (.opening, _): SignalingError(.notReady, "“hello” was said already.")
    case (_, .fresh): SignalingError(.notReady, "Say “hello” first.")
    case (.entering, _): SignalingError(.notReady, "You are in a room already.")
    case (_, .greeted): SignalingError(.notReady, "Join a room first.")
    case (_, .waiting): SignalingError(.notReady, "You have not been let in yet.")
    case (_, .member(let role, let permissions, let isOwner)):
      isMet(role: role, permissions: permissions, isOwner: isOwner) ? nil : forbidden
    }
  }

  private func isMet(role: Role, permissions: Permissions, isOwner: Bool) -> Bool {
    switch self {
    case .opening, .entering: false
    case .always, .connecting, .present, .member: true
    case .permission(let needed): permissions.isSuperset(of: needed)
    case .hosting: permissions.contains(.moderate) && !role.isBelowCohost
    // An invitation may name a host and still grant it no power.
    case .host: role == .host && permissions.contains(.moderate)
    case .owner: role == .host && permissions.contains(.moderate) && isOwner
    }
  }

  private var forbidden: SignalingError {
    switch self {
    case .host: SignalingError(.forbidden, "Only a host may do this.")
    case .owner: SignalingError(.forbidden, "Only the owner of the room may do this.")
    default: SignalingError(.forbidden, "You are not allowed to do this in this room.")
    }
  }
}
