extension RoomState {
  /// Why this request is refused to its sender; nil if it may be handled. The one place where role and permission are looked at.
  package func refusal(of message: ClientMessage, from id: ParticipantID) -> SignalingError? {
    if let refusal = message.kind.rule.refusal(for: standing(of: id)) { return refusal }
    guard let sender = participants[id] else { return nil }
    return switch message {
    case .hello, .join, .resume, .leave, .ping, .raiseHand, .react, .admit, .deny, .messageWaiting, .endRoom,
      .getAudit, .startEcho, .endEcho, .moved, .meshFailed, .createStreamKey, .getStreamKeys, .revokeStreamKey:
      nil
    case .publish, .reportLimitation: refusal(ofPublishingBy: sender)
    case .answerSubscription, .restartSubscription, .unsubscribe, .getMedia: refusal(ofMediaFor: id)
    case .subscribe(let wishes, let only):
      refusal(ofMediaFor: id) ?? refusal(ofWishes: wishes, only: only, by: id)
    case .rename:
      sender.isNameFixed ? SignalingError(.forbidden, "Your name was given by your invitation.") : nil
    case .setDevices(let devices): refusal(ofDevices: devices, from: sender)
    case .sendChat(let draft): refusal(of: draft, from: sender)
    case .editChat(let message, _): refusal(ofEditing: message, by: sender)
    case .deleteChat(let message): refusal(ofDeleting: message, by: sender)
    case .reactToChat(let message, _, _): visible(message, to: sender) == nil ? Self.noSuchMessage : nil
    case .signal(let signal): refusal(of: signal, from: sender)
    case .updateRoom(let update):
      update.mode == nil ? nil : MessageRule.host.refusal(for: standing(of: id))
    case .moderate(let request): refusal(of: request, from: sender)
    case .setPermission(let target, let permission, let allowed):
      refusal(ofSetting: permission, of: target, allowed, by: sender)
    case .setRole(let target, let role): refusal(ofSettingRoleOf: target, to: role, by: sender)
    case .transferHost(let target): refusal(ofTransferTo: target)
    }
  }

  static let noSuchParticipant = SignalingError(.notFound, "This participant is not in the room.")
  package static let banned = SignalingError(.banned, "You have been banned from this room.")
  static let noSuchMessage = SignalingError(.notFound, "This message is not there.")
  private static let forbidden = SignalingError(.forbidden, "You are not allowed to do this in this room.")

  // MARK: Media

  private func refusal(ofDevices devices: DeviceChange, from sender: Participant) -> SignalingError? {
    let wanted = devices.applied(to: Devices()).kinds
    guard sender.permissions.isSuperset(of: Permissions(publishing: wanted)) else {
      return SignalingError(.forbidden, "The host does not allow you to switch this on.")
    }
    return nil
  }

  /// What it sends is dropped unless its devices are on; who could switch none on has nothing to send.
  private func refusal(ofPublishingBy sender: Participant) -> SignalingError? {
    sender.permissions.isDisjoint(with: .publishing) ? Self.forbidden : refusal(ofMediaFor: sender.id)
  }

  private func refusal(of signal: SignalRequest, from sender: Participant) -> SignalingError? {
    guard settings.topology == .mesh || settings.former == .mesh else {
      return SignalingError(.conflict, "The participants of this room are not connected directly.")
    }
    guard signal.to != sender.id, participants[signal.to] != nil else { return Self.noSuchParticipant }
    return nil
  }

  // MARK: Chat

  private func visible(_ message: MessageID, to sender: Participant) -> ChatMessage? {
    chat.message(message, visibleTo: sender.id)
  }

  private func refusal(of draft: ChatDraft, from sender: Participant) -> SignalingError? {
    guard let to = draft.to else { return nil }
    guard to != sender.id, let receiver = participants[to] else { return Self.noSuchParticipant }
    let isAllowed =
      sender.permissions.contains(.chatPrivately) || sender.permissions.contains(.moderate)
      || receiver.permissions.contains(.moderate)
    return isAllowed ? nil : SignalingError(.forbidden, "You may write privately only to the hosts.")
  }

  private func refusal(ofEditing message: MessageID, by sender: Participant) -> SignalingError? {
    guard let message = visible(message, to: sender) else { return Self.noSuchMessage }
    return message.from == sender.id ? nil : Self.forbidden
  }

  private func refusal(ofDeleting message: MessageID, by sender: Participant) -> SignalingError? {
    guard let message = visible(message, to: sender) else { return Self.noSuchMessage }
    let mayDelete = message.from == sender.id || message.to == nil && sender.permissions.contains(.moderate)
    return mayDelete ? nil : Self.forbidden
  }

  // MARK: Moderation

  /// Nobody without the host's role acts upon a host.
  private func refusal(ofActingOn target: ParticipantID, by sender: Participant) -> SignalingError? {
    guard let target = participants[target] else { return Self.noSuchParticipant }
    if target.role == .host, sender.role != .host {
      return SignalingError(.forbidden, "Only a host may do this to a host.")
    }
    return nil
  }

  private func refusal(
    ofSetting permission: Permission, of target: ParticipantID, _ allowed: Bool, by sender: Participant
  ) -> SignalingError? {
    if let refusal = refusal(ofActingOn: target, by: sender) { return refusal }
    if !allowed, participants[target]?.role == .host {
      return SignalingError(.forbidden, "Nothing can be taken from a host.")
    }
    guard Permissions.hosting.contains(Permissions(permission)) else { return nil }
    return sender.role == .host ? nil : SignalingError(.forbidden, "Only a host may do this.")
  }

  private func refusal(of request: ModerationRequest, from sender: Participant) -> SignalingError? {
    guard case .these = request.targets else { return nil }
    let targets = targets(of: request)
    guard !targets.isEmpty else { return Self.noSuchParticipant }
    for target in targets {
      if let refusal = refusal(ofActingOn: target.id, by: sender) { return refusal }
    }
    guard request.action.endsParticipation else { return nil }
    if targets.contains(where: { $0.id == sender.id }) {
      return SignalingError(.forbidden, "You cannot remove yourself: leave instead.")
    }
    if targets.contains(where: \.isOwner) {
      return SignalingError(.forbidden, "The owner of the room cannot be removed.")
    }
    return nil
  }

  private func refusal(
    ofSettingRoleOf target: ParticipantID, to role: Role, by sender: Participant
  ) -> SignalingError? {
    if let refusal = refusal(ofActingOn: target, by: sender) { return refusal }
    guard let target = participants[target] else { return Self.noSuchParticipant }
    guard role != .machine, target.role != .machine else {
      return SignalingError(.forbidden, "The role of a machine is not given or taken.")
    }
    guard !target.isOwner else { return SignalingError(.forbidden, "The owner of the room stays its host.") }
    guard sender.role == .host || role.isBelowCohost && target.role.isBelowCohost else {
      return SignalingError(.forbidden, "Only a host may give or take this role.")
    }
    guard role.isBelowCohost || target.granted.isSuperset(of: .hosting) else {
      return SignalingError(.forbidden, "This participant's invitation does not allow this role.")
    }
    return nil
  }

  private func refusal(ofTransferTo target: ParticipantID) -> SignalingError? {
    guard let target = participants[target] else { return Self.noSuchParticipant }
    guard !target.isOwner else { return SignalingError(.conflict, "The room is yours already.") }
    guard target.mayOwn else {
      return SignalingError(.forbidden, "This participant's role or invitation does not allow owning a room.")
    }
    return nil
  }
}

extension ModerationRequest.Action {
  /// Whether the target is no longer in the room afterwards.
  var endsParticipation: Bool { self == .remove || self == .ban }
}
