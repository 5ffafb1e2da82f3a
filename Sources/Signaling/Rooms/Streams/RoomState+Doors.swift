extension RoomState {
  package static let wrongKey = SignalingError(.tokenInvalid, "This is not a stream key of this room.")
  package static let nobodyPublishes = SignalingError(
    .conflict, "Nobody publishes in this room at present.", retryAfter: .seconds(2))
  static let noMedia = SignalingError(
    .conflict, "The host lets the participants of this room be connected directly only.", retryAfter: .seconds(30))
  static let noWaiting = SignalingError(
    .forbidden, "This room lets people in one by one, and programs only with a stream key or as hosts.")

  // MARK: Admission

  /// The room's stream key that an entrant has shown.
  func streamKey(of entrant: Entrant) -> StreamKey? {
    guard case .publishing(let key?) = entrant.way else { return nil }
    return streamKeys.key(key)
  }

  /// Whether somebody shows a stream key that is none of the room's.
  func showsWrongKey(_ entrant: Entrant) -> Bool {
    guard case .publishing(.some) = entrant.way else { return false }
    return streamKey(of: entrant) == nil
  }

  /// Why somebody who comes by a door, and passes lock, password and lobby, does not come in; nil if it does.
  func refusal(ofStream entrant: Entrant) -> SignalingError? {
    guard settings.mode != .mesh else { return Self.noMedia }
    if case .failed = media.plane {
      return SignalingError(.mediaUnavailable, "The room's media is being set up again.", retryAfter: .seconds(2))
    }
    switch entrant.way {
    case .session: return nil
    case .publishing:
      return grantedToMachine(entrant).isDisjoint(with: .publishing)
        ? SignalingError(.forbidden, "You may not publish in this room.") : nil
    case .watching(let query):
      guard streams.viewers.count < settings.maxViewers else {
        return SignalingError(.roomFull, "No more may watch this room.", retryAfter: .seconds(30))
      }
      return publisher(for: query) == nil ? Self.nobodyPublishes : nil
    }
  }

  /// The encoder that comes back: the same key, or the same subject of an access token.
  func formerMachine(of entrant: Entrant) -> ParticipantID? {
    let identity = identity(of: entrant)
    guard case .publishing = entrant.way, identity != .nobody else { return nil }
    return streams.machines.first { $0.value.identity == identity }?.key
  }

  /// As whom an entrant will be in the room.
  package func participant(for entrant: Entrant) -> ParticipantID { formerMachine(of: entrant) ?? entrant.id }

  private func identity(of entrant: Entrant) -> Streams.Machine.Identity {
    if let key = streamKey(of: entrant) { return .key(key.id) }
    return entrant.grant.map { .subject($0.subject) } ?? .nobody
  }

  /// By what somebody is known again. An encoder has no browser: what was taken from it, and a ban, hold for its key or its bearer.
  func profile(of entrant: Entrant) -> BrowserProfile {
    var profile = entrant.profile
    guard case .publishing = entrant.way else { return profile }
    switch identity(of: entrant) {
    case .key(let key): profile.client = "stream key " + key.rawValue
    case .subject(let subject): profile.client = "subject " + subject
    case .nobody: break
    }
    return profile
  }

  /// What is granted to an encoder: with a key what every machine may do, else what its bearer could have published by joining.
  private func grantedToMachine(_ entrant: Entrant) -> Permissions {
    let ruled = Role.machine.permissions.intersection(settings.rules)
    guard streamKey(of: entrant) == nil else { return ruled }
    return ruled.intersection(entrant.granted).intersection((entrant.grant?.role ?? roleOfGuest).permissions)
  }

  // MARK: Coming

  /// Lets an encoder or a player in and passes its offer on. To be called when `admission(of:)` allows it.
  package mutating func join(
    _ entrant: Entrant, offering offer: String, at now: Timestamp, using generator: inout some RandomNumberGenerator
  ) -> [RoomEffect] {
    switch entrant.way {
    case .session: preconditionFailure("who has a session offers nothing at the door")
    case .publishing: publish(entrant, offer, at: now)
    case .watching(let query): watch(entrant, query, offer, at: now)
    }
    return takeEffects()
  }

  private mutating func publish(_ entrant: Entrant, _ offer: String, at now: Timestamp) {
    if let former = formerMachine(of: entrant) {
      takeOver(machine: former, by: entrant, at: now)
    } else {
      addMachine(entrant, at: now)
    }
    emit(.media(.offer(participant(for: entrant), offer, sources: [:])))
  }

  private mutating func addMachine(_ entrant: Entrant, at now: Timestamp) {
    let key = streamKey(of: entrant)
    streams.machines[entrant.id] = Streams.Machine(identity: identity(of: entrant))
    var machine = Participant(
      id: entrant.id, name: freeName(like: key?.name ?? entrant.name), role: .machine,
      devices: Devices(audio: true, video: true), presence: connecting(at: now), joinedAt: now, order: takeOrder(),
      granted: grantedToMachine(entrant), isNameFixed: true, profile: profile(of: entrant),
      renewsTokenAt: now + parameters.tokenRenewal)
    restrict(&machine)
    hold(&machine)
    enter([machine], by: .door, at: now)
  }

  /// The encoder is back before its old connection was found dead: that one ends, and what was switched off stays off.
  private mutating func takeOver(machine id: ParticipantID, by entrant: Entrant, at now: Timestamp) {
    guard let machine = streams.machines[id], let participant = participants[id] else { return }
    let muted = machine.kinds.subtracting(participant.devices.kinds)
    streams.machines[id]?.kinds = [.audio, .video]
    streams.machines[id]?.unanswered += 1
    if media.has(id) { emit(.media(.remove(id))) }
    media.attendance[id] = nil
    let presence = connecting(at: now, isShown: participant.presence.isShownLost)
    let (granted, profile) = (grantedToMachine(entrant), profile(of: entrant))
    change(id) { participant in
      participant.granted = granted
      participant.profile = profile
      participant.presence = presence
      participant.devices.kinds = MediaKinds([.audio, .video]).subtracting(muted)
    }
    settle(at: now)
  }

  /// Its connection is not up yet, and is given up if it takes too long.
  private func connecting(at now: Timestamp, isShown: Bool = false) -> Presence {
    .lost(
      showsAt: now + parameters.times.reconnecting, isShown: isShown, endsAt: now + parameters.times.streamConnection)
  }

  private mutating func watch(_ entrant: Entrant, _ query: WatchQuery, _ offer: String, at now: Timestamp) {
    guard let publisher = publisher(for: query) else { preconditionFailure("admission has found a publisher") }
    let selection = publisher.selection(query.source)
    streams.viewers[entrant.id] = Streams.Viewer(
      profile: entrant.profile, passesLobby: isModerator(entrant), query: query, watched: publisher.id,
      selection: selection, connectsBy: now + parameters.times.streamConnection)
    settle(at: now)
    emit(.media(.add(entrant.id, publishing: [])))
    emit(.media(.watch(entrant.id, offer, of: selection)))
    emit(.stream(entrant.id, .viewers(settings.viewers)))
  }

  // MARK: Going

  /// The session of a machine or viewer was ended by its client.
  package mutating func leave(stream id: ParticipantID, at now: Timestamp) -> [RoomEffect] {
    guard !isEnded else { return [] }
    if streams.viewers[id] != nil {
      endViewers([id])
    } else {
      remove(id, .left)
      emit(.close(id, .left))
    }
    settle(at: now)
    return takeEffects()
  }

  mutating func endViewers(_ ids: some Sequence<ParticipantID>) {
    for id in ids where streams.viewers.removeValue(forKey: id) != nil {
      emit(.media(.remove(id)))
      emit(.close(id, .left))
    }
  }
}
