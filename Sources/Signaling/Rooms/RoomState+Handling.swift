extension RoomState {
  /// Handles one request of somebody waiting or in the room. The rules come first: what they refuse reaches no handler and changes nothing.
  package mutating func handle(
    _ message: ClientMessage, from id: ParticipantID, at now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) throws(SignalingError) -> [RoomEffect] {
    if let refusal = refusal(of: message, from: id) { throw refusal }
    stay(id, at: now)
    switch message {
    case .hello, .join, .resume, .startEcho, .endEcho:
      throw SignalingError(.notReady, "You are in a room already.")
    case .ping: emit(.reply(.done))
    case .leave: leave(id, at: now)
    case .setDevices(let devices): setDevices(devices, of: id)
    case .rename(let name): try rename(id, to: name)
    case .raiseHand(let raised): raiseHand(of: id, raised, at: now)
    case .react(let emoji): react(id, with: emoji)
    case .sendChat(let draft): try sendChat(draft, from: id, at: now, using: &generator)
    case .editChat(let message, let text): try editChat(message, text, by: id, at: now)
    case .deleteChat(let message): try deleteChat(message, by: id, at: now)
    case .reactToChat(let message, let emoji, let on): try react(to: message, with: emoji, on, by: id)
    case .signal(let signal): self.signal(signal, from: id)
    case .publish(let request): try publish(request, from: id)
    case .answerSubscription(let answer): try answerSubscription(answer, from: id)
    case .restartSubscription(let anew): restartSubscription(of: id, anew: anew)
    case .subscribe(let wishes, let only): subscribe(wishes, only: only, by: id)
    case .unsubscribe(let tracks): unsubscribe(tracks, by: id)
    case .getMedia: try getMedia(of: id)
    case .reportLimitation(let limitation): limit(id, by: limitation, at: now)
    case .moved(let topology): moved(id, to: topology, at: now)
    case .meshFailed(let other): meshFailed(id, to: other, at: now)
    case .updateRoom(let update): try updateRoom(update, by: id, at: now)
    case .admit(let selection): try admit(selection, by: id, at: now)
    case .deny(let selection, let message): try deny(selection, message, by: id, at: now)
    case .messageWaiting(let text): messageWaiting(text, by: id, at: now)
    case .moderate(let request): moderate(request, by: id, at: now, using: &generator)
    case .setPermission(let target, let permission, let allowed):
      try setPermission(permission, of: target, allowed, by: id, at: now)
    case .setRole(let target, let role): setRole(of: target, to: role, by: id, at: now, using: &generator)
    case .transferHost(let target): transferHost(to: target, by: id, at: now, using: &generator)
    case .endRoom:
      emit(.reply(.done))
      end(.host)
    case .getAudit: emit(.reply(.audit(audit.entries)))
    case .createStreamKey(let name): try createStreamKey(for: name, by: id, at: now, using: &generator)
    case .getStreamKeys: tellStreamKeys()
    case .revokeStreamKey(let key): try revokeStreamKey(key, by: id, at: now)
    }
    return takeEffects()
  }

  // MARK: Oneself

  private mutating func setDevices(_ devices: DeviceChange, of id: ParticipantID) {
    change(id) { $0.devices = devices.applied(to: $0.devices) }
    emit(.reply(.devices(participants[id]?.devices ?? Devices())))
  }

  private mutating func rename(_ id: ParticipantID, to name: DisplayName) throws(SignalingError) {
    guard holder(of: name, except: id) == nil else {
      throw SignalingError(.nameInUse, "Somebody in this room is called like that already.")
    }
    emit(.reply(.done))
    change(id) { $0.name = name }
  }

  private mutating func raiseHand(of id: ParticipantID, _ raised: Bool, at now: Timestamp) {
    emit(.reply(.done))
    change(id) { $0.hand = raised ? $0.hand ?? now : nil }
  }

  private mutating func react(_ id: ParticipantID, with emoji: String) {
    emit(.reply(.done))
    tell(.reaction(id, emoji: emoji))
  }

  private mutating func signal(_ signal: SignalRequest, from id: ParticipantID) {
    emit(.reply(.done))
    tell(.signal(from: id, connection: signal.connection, payload: signal.payload), to: .one(signal.to))
  }
}
