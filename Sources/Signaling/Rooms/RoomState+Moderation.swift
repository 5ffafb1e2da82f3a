extension RoomState {
  mutating func moderate(
    _ request: ModerationRequest, by id: ParticipantID, at now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) {
    let targets = self.targets(of: request)
    for target in targets {
      if request.action.endsParticipation { voidHostKey(of: target.id, using: &generator) }
      note(
        request.action.rawValue, by: id, target: target.id, name: target.name, detail: request.reason, at: now)
      act(request.action, on: target, reason: request.reason, by: id, at: now)
    }
    if request.action == .ban {
      turnAway(waitingInOrder.filter { exclusions.isBanned($0.profile) }, request.reason, at: now)
    }
    emit(.reply(.count(targets.count)))
    settle(at: now)
  }

  mutating func setPermission(
    _ permission: Permission, of target: ParticipantID, _ allowed: Bool, by id: ParticipantID, at now: Timestamp
  ) throws(SignalingError) {
    guard let participant = participants[target] else { throw Self.noSuchParticipant }
    let permissions = Permissions(permission)
    guard !allowed || participant.role.permissions.intersection(participant.granted).isSuperset(of: permissions) else {
      throw SignalingError(.conflict, "The participant's role does not include this permission.")
    }
    emit(.reply(.done))
    change(target) { participant in
      if allowed { participant.revoked.subtract(permissions) } else { participant.revoked.formUnion(permissions) }
    }
    note(
      "setPermission", by: id, target: target, detail: "\(allowed ? "+" : "-")\(permission.name)", at: now)
    settle(at: now)
  }

  mutating func setRole(
    of target: ParticipantID, to role: Role, by id: ParticipantID, at now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) {
    emit(.reply(.done))
    if role != .host { voidHostKey(of: target, using: &generator) }
    change(target) { participant in
      participant.role = role
      if role == .host { participant.revoked = [] }
    }
    note("setRole", by: id, target: target, detail: role.rawValue, at: now)
    settle(at: now)
  }

  mutating func transferHost(
    to target: ParticipantID, by id: ParticipantID, at now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) {
    emit(.reply(.done))
    note("transferHost", by: id, target: target, at: now)
    transfer(from: id, to: target, using: &generator)
    settle(at: now)
  }

  /// Writes an act of moderation down.
  mutating func note(
    _ action: String, by id: ParticipantID, target: ParticipantID? = nil, name: DisplayName? = nil,
    detail: String? = nil, at now: Timestamp
  ) {
    guard let by = participants[id] else { return }
    audit.append(
      AuditEntry(
        time: now, by: id, byName: by.name, action: action, target: target,
        targetName: name ?? target.flatMap { participants[$0]?.name }, detail: detail))
  }

  /// Whom a request is about. A ban is about a browser, so about all its tabs.
  func targets(of request: ModerationRequest) -> [Participant] {
    let people = inOrder
    switch request.targets {
    case .everyone:
      let spared = people.filter { $0.permissions.contains(.moderate) || $0.role == .host }
      return people.filter { person in
        let isSpared = spared.contains { $0.id == person.id || request.action == .ban && $0.isTab(of: person) }
        return !isSpared && request.action.concerns(person)
      }
    case .these(let ids):
      let chosen = people.filter { ids.contains($0.id) }
      guard request.action == .ban else { return chosen }
      return people.filter { person in chosen.contains { $0.id == person.id || $0.isTab(of: person) } }
    }
  }

  private mutating func act(
    _ action: ModerationRequest.Action, on target: Participant, reason: String?, by id: ParticipantID, at now: Timestamp
  ) {
    switch action {
    case .mute: change(target.id) { $0.devices.audio = false }
    case .hideVideo: change(target.id) { $0.devices.video = false }
    case .stopScreen: change(target.id) { $0.devices.screen = false }
    case .lowerHand: change(target.id) { $0.hand = nil }
    // Nobody sits before an encoder who could be asked.
    case .askToUnmute where streams.contains(target.id): change(target.id) { $0.devices.audio = true }
    case .askToStartVideo where streams.contains(target.id): change(target.id) { $0.devices.video = true }
    case .askToUnmute, .askToStartVideo: break
    case .remove: return expel(target, .removed, reason)
    case .ban:
      exclusions.ban(target.profile, at: now)
      return expel(target, .banned, reason)
    }
    tell(.moderated(action, by: id, reason: reason), to: .one(target.id))
  }

  private mutating func expel(_ target: Participant, _ reason: ServerEvent.RemovalReason, _ message: String?) {
    tell(.removed(reason, message: message), to: .one(target.id))
    exclusions.remove(target.id)
    remove(target.id, reason == .banned ? .banned : .removed)
    emit(.close(target.id, .removed))
  }
}

extension Participant {
  /// Whether both are the same browser.
  fileprivate func isTab(of other: Participant) -> Bool { profile.isSameBrowser(as: other.profile) }
}

extension ModerationRequest.Action {
  /// Whether there is anything to do to this participant when it is done to everybody: whoever is silent is not told to be.
  fileprivate func concerns(_ participant: Participant) -> Bool {
    switch self {
    case .mute: participant.devices.audio
    case .hideVideo: participant.devices.video
    case .stopScreen: participant.devices.screen
    case .lowerHand: participant.hand != nil
    case .askToUnmute, .askToStartVideo, .remove, .ban: true
    }
  }
}
