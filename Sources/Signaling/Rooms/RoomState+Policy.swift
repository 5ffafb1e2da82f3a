extension RoomState {
  /// What must survive a restart.
  package func policy(at now: Timestamp) -> RoomPolicy {
    var owner: ParticipantID?
    if case .owner(let id) = ownership { owner = id }
    var members: [ParticipantID: RoomPolicy.Member] = [:]
    if case .members(let absent)? = returning?.places { members = absent }
    // An encoder comes back by its key.
    for participant in participants.values where !streams.contains(participant.id) {
      members[participant.id] = member(participant)
    }
    return RoomPolicy(
      settings: settings, life: life, hostKeyHash: hostKeyHash, owner: owner, removed: exclusions.removed,
      bans: exclusions.bans, restrictions: restrictions.kept, streamKeys: streamKeys.all, members: members,
      expiresAt: now + parameters.times.resumeToken)
  }

  /// Makes a room anew as it was kept, without anybody in it yet.
  package init(policy: RoomPolicy, parameters: RoomParameters, at now: Timestamp) {
    self.init(name: policy.settings.name, life: policy.life, parameters: parameters, at: now)
    settings = policy.settings
    // Nobody is there whom media could connect; the topology is chosen again by those who come.
    settings.topology = .mesh
    settings.former = nil
    hostKeyHash = policy.hostKeyHash
    exclusions = Exclusions(removed: policy.removed, bans: policy.bans)
    restrictions = Restrictions(policy.restrictions)
    streamKeys = StreamKeys(policy.streamKeys)
    returning = Returning(places: .members(policy.members), until: now + parameters.times.restartGrace)
    ownership = .awaited(policy.owner, until: now + parameters.times.grace)
  }

  /// Makes a room anew from nothing but the token of one who was in it.
  package init(statement: ResumeToken, name: RoomName, parameters: RoomParameters, at now: Timestamp) {
    self.init(name: name, life: statement.life, parameters: parameters, at: now)
    hostKeyHash = statement.hostKeyHash
    returning = Returning(places: .tokens(used: []), until: now + parameters.times.restartGrace)
    ownership = .awaited(nil, until: now + parameters.times.grace)
  }

  /// Puts somebody back who was in the room before the restart, under the same id.
  package mutating func comeBack(
    _ statement: ResumeToken, profile: BrowserProfile, at now: Timestamp
  ) throws(SignalingError) -> [RoomEffect] {
    let member = try returningMember(statement, profile: profile, at: now)
    // Its place may have gone to somebody who came first; the number the moderators have set had room for it before.
    if let refusal = fullness(forOwner: true) { throw refusal }
    returning?.places.take(statement.participant)
    var participant = Participant(
      id: statement.participant, name: freeName(like: member.name), role: member.role, entryRole: member.entryRole,
      devices: Devices(), joinedAt: member.joinedAt, order: takeOrder(), cameByHostKey: member.cameByHostKey,
      revoked: member.revoked, granted: member.granted, isNameFixed: member.isNameFixed, profile: member.profile,
      renewsTokenAt: now + parameters.tokenRenewal)
    hold(&participant)
    // Of two old tokens that both name the owner, the first to come counts.
    var isOwned = false
    if case .owner = ownership { isOwned = true }
    enter([participant], makesOwner: member.isOwner && !isOwned, by: .result(hostKey: nil), at: now)
    return takeEffects()
  }

  private func returningMember(
    _ statement: ResumeToken, profile: BrowserProfile, at now: Timestamp
  ) throws(SignalingError) -> RoomPolicy.Member {
    let gone = SignalingError(.tokenExpired, "Your place in this room is gone: join again.")
    guard !exclusions.isBanned(profile) else {
      throw Self.banned
    }
    guard !isEnded, let returning, statement.life == life, !exclusions.removed.contains(statement.participant) else {
      throw gone
    }
    switch returning.places {
    case .members(let members):
      guard let member = members[statement.participant] else { throw gone }
      guard !exclusions.bansBrowser(of: member.profile) else { throw gone }
      return member
    case .tokens(let used):
      // Whoever waited had no place in the room.
      guard !used.contains(statement.participant), !statement.isWaiting else { throw gone }
      return statement.member(profile: profile, at: now)
    }
  }

  /// What the participant's next resume token says.
  package func statement(of id: ParticipantID, at now: Timestamp) -> ResumeToken {
    let member = participants[id].map(member)
    let person = waiting[id]
    return ResumeToken(
      room: settings.name.text, life: life, participant: id,
      name: (member?.name ?? person?.name)?.text ?? "", role: member?.role ?? person?.role ?? .observer,
      isOwner: member?.isOwner ?? false, isWaiting: member == nil, hostKeyHash: hostKeyHash, issuedAt: now,
      expiresAt: now + parameters.times.resumeToken)
  }

  /// A participant as it is kept. Whoever stands in for the owner is kept as what it was before.
  private func member(_ participant: Participant) -> RoomPolicy.Member {
    RoomPolicy.Member(
      name: participant.name, role: ownRole(of: participant), entryRole: participant.entryRole,
      isOwner: ownership == .owner(participant.id), cameByHostKey: participant.cameByHostKey,
      revoked: participant.revoked, granted: participant.granted, isNameFixed: participant.isNameFixed,
      profile: participant.profile, joinedAt: participant.joinedAt)
  }
}

extension ResumeToken {
  fileprivate func member(profile: BrowserProfile, at now: Timestamp) -> RoomPolicy.Member {
    let name = (try? DisplayName(name)) ?? DisplayName.unknown
    return RoomPolicy.Member(
      name: name, role: role, entryRole: role, isOwner: isOwner, cameByHostKey: false, revoked: [], granted: .all,
      isNameFixed: false, profile: profile, joinedAt: now)
  }
}
