extension RoomState {
  /// The session of this participant is gone; its place is kept for the grace time.
  package mutating func lose(_ id: ParticipantID, at now: Timestamp) -> [RoomEffect] {
    let graceEnd = now + parameters.times.grace
    let showsAt = now + parameters.times.reconnecting
    setPresence(of: id) { presence in
      guard case .connected(let departsAt) = presence else { return }
      presence = .lost(showsAt: showsAt, isShown: false, endsAt: min(departsAt ?? graceEnd, graceEnd))
    }
    settleTopology(at: now)
    return takeEffects()
  }

  /// The page of this participant went away (the beacon): the place is lost soon unless it comes back.
  package mutating func depart(_ id: ParticipantID, at now: Timestamp) -> [RoomEffect] {
    let departure = now + parameters.times.departure
    setPresence(of: id) { presence in
      switch presence {
      case .connected: presence = .connected(departsAt: departure)
      case .lost(let showsAt, let isShown, let endsAt):
        presence = .lost(showsAt: showsAt, isShown: isShown, endsAt: min(departure, endsAt))
      }
    }
    return takeEffects()
  }

  /// By so much a page's last words on its socket come later than its goodbye.
  private static let overtaking = Duration.seconds(1)

  /// A new session took this participant over.
  package mutating func reconnect(_ id: ParticipantID, at now: Timestamp) -> [RoomEffect] {
    setPresence(of: id) { $0 = .connected(departsAt: nil) }
    setRenewal(of: id, at: now + parameters.tokenRenewal)
    settleTopology(at: now)
    return takeEffects()
  }

  /// Whoever still talks has not gone away, whatever its page has said. What was said just before it comes on another
  /// connection, and may be later: for a moment it proves nothing.
  mutating func stay(_ id: ParticipantID, at now: Timestamp) {
    guard case .connected(let departsAt?)? = participants[id]?.presence ?? waiting[id]?.presence,
      now + parameters.times.departure >= departsAt + Self.overtaking
    else { return }
    setPresence(of: id) { $0 = .connected(departsAt: nil) }
  }

  /// Somebody leaves at its own wish.
  mutating func leave(_ id: ParticipantID, at now: Timestamp) {
    emit(.reply(.done))
    if participants[id] != nil {
      remove(id, .left)
      emit(.close(id, .left))
    } else {
      stopWaiting([id], .left)
      announceWaiting(at: now)
    }
    settle(at: now)
  }

  /// Does what has become due.
  package mutating func advance(to now: Timestamp) -> [RoomEffect] {
    guard !isEnded else { return [] }
    if let endsAt = settings.endsAt, endsAt <= now {
      end(.duration)
      return takeEffects()
    }
    showLosses(at: now)
    endLosses(at: now)
    renewTokens(at: now)
    tellDueWaiting(at: now)
    if let returning, returning.until <= now { self.returning = nil }
    settle(at: now)
    return takeEffects()
  }

  /// Takes a participant out of the room. What was sent to it is forgotten with its session, which the caller closes if it lives.
  mutating func remove(_ id: ParticipantID, _ reason: ServerEvent.LeavingReason) {
    guard let gone = participants.removeValue(forKey: id) else { return }
    streams.machines[id] = nil
    keepRestriction(on: gone)
    tell(.participantLeft(id, reason))
    removeFromMedia(id)
    meshFailures.forget(id)
    if reason == .timedOut { emit(.close(id, .left)) }
    emit(.keep)
  }

  /// Ends the waiting of these. The caller tells those who may admit.
  mutating func stopWaiting(_ ids: [ParticipantID], _ reason: CloseReason) {
    for id in ids where waiting.removeValue(forKey: id) != nil { emit(.close(id, reason)) }
  }

  // MARK: What time does

  private mutating func showLosses(at now: Timestamp) {
    for participant in inOrder {
      guard case .lost(let showsAt, false, let endsAt) = participant.presence, showsAt <= now else { continue }
      change(participant.id) { $0.presence = .lost(showsAt: showsAt, isShown: true, endsAt: endsAt) }
    }
    for (id, person) in waiting {
      guard case .lost(let showsAt, false, let endsAt) = person.presence, showsAt <= now else { continue }
      waiting[id]?.presence = .lost(showsAt: showsAt, isShown: true, endsAt: endsAt)
    }
  }

  private mutating func endLosses(at now: Timestamp) {
    for participant in inOrder {
      guard let endsAt = participant.presence.endsAt, endsAt <= now else { continue }
      remove(participant.id, participant.presence.isConnected ? .left : .timedOut)
      if participant.presence.isConnected { emit(.close(participant.id, .left)) }
    }
    let gone = waitingInOrder.filter { $0.presence.endsAt.map { $0 <= now } ?? false }.map(\.id)
    guard !gone.isEmpty else { return }
    stopWaiting(gone, .left)
    announceWaiting(at: now)
  }

  private mutating func renewTokens(at now: Timestamp) {
    for participant in inOrder where participant.renewsTokenAt <= now {
      setRenewal(of: participant.id, at: now + parameters.tokenRenewal)
      emit(.renewToken(participant.id))
      emit(.keep)
    }
    for person in waitingInOrder where person.renewsTokenAt <= now {
      setRenewal(of: person.id, at: now + parameters.tokenRenewal)
      emit(.renewToken(person.id))
    }
  }

  private mutating func setPresence(of id: ParticipantID, _ body: (inout Presence) -> Void) {
    if var person = waiting[id] {
      body(&person.presence)
      waiting[id] = person
    } else {
      change(id) { body(&$0.presence) }
    }
  }

  private mutating func setRenewal(of id: ParticipantID, at time: Timestamp) {
    participants[id]?.renewsTokenAt = time
    waiting[id]?.renewsTokenAt = time
  }
}
