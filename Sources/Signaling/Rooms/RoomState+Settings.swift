extension RoomState {
  mutating func updateRoom(_ update: RoomUpdate, by id: ParticipantID, at now: Timestamp) throws(SignalingError) {
    if let mode = update.mode, !offers(mode) {
      throw SignalingError(.mediaUnavailable, "This server cannot connect the room like that.")
    }
    emit(.reply(.done))
    changeSettings { settings in settings.apply(update, at: now) }
    note("updateRoom", by: id, detail: update.summary, at: now)
    settle(at: now)
  }
}

extension RoomSettings {
  fileprivate mutating func apply(_ update: RoomUpdate, at now: Timestamp) {
    mode = update.mode ?? mode
    locked = update.locked ?? locked
    lobby = update.lobby ?? lobby
    waitForHost = update.waitForHost ?? waitForHost
    maxParticipants = update.maxParticipants ?? maxParticipants
    maxViewers = update.maxViewers ?? maxViewers
    if let message = update.lobbyMessage { lobbyMessage = message.isEmpty ? nil : message }
    if let duration = update.endsAfter { endsAt = duration == .zero ? nil : now + duration }
    rules = rules.union(update.allowed).subtracting(update.forbidden)
    switch update.password {
    case nil, .plain: break
    case .removed: password = nil
    case .hashed(let hash): password = hash
    }
  }
}

extension RoomUpdate {
  /// What is changed, for the audit; never a password.
  fileprivate var summary: String {
    var parts: [String] = []
    if let mode { parts.append("mode \(mode.rawValue)") }
    if let locked { parts.append(locked ? "locked" : "unlocked") }
    if let lobby { parts.append(lobby ? "lobby on" : "lobby off") }
    if let waitForHost { parts.append(waitForHost ? "wait for host" : "do not wait for host") }
    if let maxParticipants { parts.append("at most \(maxParticipants)") }
    if let maxViewers { parts.append("at most \(maxViewers) viewers") }
    if let endsAfter { parts.append("ends after \(endsAfter.components.seconds) s") }
    if lobbyMessage != nil { parts.append("lobby message") }
    parts += allowed.each.map { "+\($0.name)" } + forbidden.each.map { "-\($0.name)" }
    switch password {
    case nil: break
    case .removed: parts.append("password removed")
    case .plain, .hashed: parts.append("password set")
    }
    return parts.joined(separator: ", ")
  }
}
