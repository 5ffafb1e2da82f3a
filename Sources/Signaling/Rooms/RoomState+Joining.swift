/// Somebody who wants to come in, and what the shell found out about them.
package struct Entrant: Sendable {
  package var id: ParticipantID
  package var name: DisplayName
  package var devices = Devices()
  package var profile: BrowserProfile
  /// The hash that the password given was found to match.
  package var provenPassword: PasswordHash?
  package var hostKey: String?
  package var grant: AccessGrant?
  /// Whether the name is the access token's.
  package var isNameFixed = false
  package var way = Way.session

  /// By which door somebody comes.
  package enum Way: Sendable, Equatable {
    /// By a WebSocket.
    case session
    /// By WHIP, with the stream key it shows.
    case publishing(key: String?)
    /// By WHEP.
    case watching(WatchQuery)
  }

  package init(id: ParticipantID, name: DisplayName, profile: BrowserProfile) {
    self.id = id
    self.name = name
    self.profile = profile
  }

  /// The most its invitation lets it do.
  var granted: Permissions { grant?.permissions ?? .all }
}

/// What a room says to somebody who wants to come in.
package enum Admission: Sendable, Equatable {
  /// The password must be shown to match this first.
  case needsPassword(PasswordHash)
  case refused(SignalingError)
  case waits(Waiting.Reason)
  case enters
}

extension RoomState {
  /// Decides about an entrant without changing anything. What is refused first tells the least: a stranger learns of lock and password
  /// before anything about who is there.
  package func admission(of entrant: Entrant, at now: Timestamp) -> Admission {
    guard !isEnded else { return .refused(SignalingError(.roomEnded, "This room has ended.")) }
    let passes = isModerator(entrant) || streamKey(of: entrant) != nil
    if entrant.hostKey != nil, hostKeyHash != nil, !bringsHostKey(entrant) {
      return .refused(SignalingError(.tokenInvalid, "This is not the room's host key."))
    }
    if showsWrongKey(entrant) { return .refused(Self.wrongKey) }
    if exclusions.isBanned(profile(of: entrant)), !mayReclaim(entrant) {
      return .refused(Self.banned)
    }
    if formerMachine(of: entrant) != nil { return refusal(ofStream: entrant).map(Admission.refused) ?? .enters }
    if !passes {
      if settings.locked { return .refused(SignalingError(.roomLocked, "The host has locked this room.")) }
      if let password = settings.password, entrant.grant == nil, entrant.provenPassword != password {
        return .needsPassword(password)
      }
    }
    if let refusal = fullness(for: entrant) { return .refused(refusal) }
    if !passes, let reason = exclusions.doubts(entrant.profile) ? .lobby : reasonToWait {
      return refusal(ofWaiting: entrant, at: now).map(Admission.refused) ?? .waits(reason)
    }
    if media.isFull, needsMedia(entrant), ghost(of: entrant) == nil { return .refused(.serverBusy) }
    guard entrant.way == .session else { return refusal(ofStream: entrant).map(Admission.refused) ?? .enters }
    if holder(of: entrant.name, except: ghost(of: entrant)) != nil {
      return .refused(SignalingError(.nameInUse, "Somebody in this room is called like that already."))
    }
    return .enters
  }

  /// Lets the entrant in, or has it wait. To be called when `admission(of:)` allows it.
  package mutating func join(
    _ entrant: Entrant, at now: Timestamp, using generator: inout some RandomNumberGenerator
  ) -> [RoomEffect] {
    if case .waits(let reason) = admission(of: entrant, at: now) {
      wait(entrant, because: reason, at: now)
      return takeEffects()
    }
    if let ghost = ghost(of: entrant) { remove(ghost, .timedOut) }
    let hasKey = bringsHostKey(entrant)
    let (role, makesOwner) = role(for: entrant)
    let hostKey = makesOwner && hostKeyHash == nil ? makeHostKey(using: &generator) : nil
    var participant = Participant(
      id: entrant.id, name: entrant.name, role: role, devices: entrant.devices, joinedAt: now, order: takeOrder(),
      cameByHostKey: hasKey && !makesOwner, granted: hasKey ? .all : entrant.granted,
      isNameFixed: entrant.isNameFixed, profile: entrant.profile, renewsTokenAt: now + parameters.tokenRenewal)
    if !hasKey { restrict(&participant) }
    hold(&participant)
    enter([participant], makesOwner: makesOwner, by: .result(hostKey: hostKey), at: now)
    return takeEffects()
  }

  /// Puts participants into the room: everything is settled and the others are told before they are given the room, so that
  /// their snapshot has it all and no event repeats it.
  mutating func enter(
    _ newcomers: [Participant], makesOwner: Bool = false, by welcome: RoomEffect.Welcome, at now: Timestamp
  ) {
    entering = newcomers.map(\.id)
    for participant in newcomers { participants[participant.id] = participant }
    if makesOwner, let owner = entering.first { takeOver(by: owner) }
    settleHosts(at: now)
    settleTopology(at: now)
    for id in entering {
      if let participant = participants[id] { tell(.participantJoined(participant)) }
    }
    for id in entering { emit(.welcome(id, view(for: id), welcome)) }
    entering = []
    emit(.keep)
    settle(at: now)
  }

  // MARK: Deciding

  /// Whether somebody comes as a host or co-host, whom no lock, password or lobby keeps out.
  func isModerator(_ entrant: Entrant) -> Bool {
    bringsHostKey(entrant) || entrant.grant?.role.map { !$0.isBelowCohost } ?? false
  }

  private func bringsHostKey(_ entrant: Entrant) -> Bool {
    guard let key = entrant.hostKey, let hostKeyHash else { return false }
    return HMAC.areEqual(sha256(Array(key.utf8)), hostKeyHash)
  }

  /// Whether the entrant proves that the room is its own while nobody present owns it: no ban by whoever stood in keeps it out.
  private func mayReclaim(_ entrant: Entrant) -> Bool {
    if case .owner = ownership { return false }
    return bringsHostKey(entrant)
  }

  /// Whether whoever comes in next takes something of the media plane, or has the room moved there.
  private func needsMedia(_ entrant: Entrant) -> Bool {
    guard entrant.way == .session else { return true }
    return needsMedia(participantCount: participants.count + 1)
  }

  /// Why this entrant does not fit; nil if it does. Players are not counted among the participants.
  private func fullness(for entrant: Entrant) -> SignalingError? {
    if case .watching = entrant.way { return nil }
    return fullness(forOwner: bringsHostKey(entrant))
  }

  /// Why nobody more fits; nil if somebody does. The number its moderators have set does not keep a room's owner out.
  func fullness(forOwner: Bool) -> SignalingError? {
    let full = SignalingError(.roomFull, "This room is full.")
    guard forOwner || participants.count < settings.maxParticipants else { return full }
    guard participants.count + waiting.count < parameters.limits.sessionsPerRoom else { return full }
    guard participants.count < meshCapacity else {
      return SignalingError(
        .roomFull,
        "This room connects its participants directly and takes \(parameters.limits.meshParticipants) at most.")
    }
    return nil
  }

  /// Why somebody without a way past the lobby has to wait now.
  var reasonToWait: Waiting.Reason? {
    if settings.lobby { return hasAdmitter ? .lobby : .host }
    if settings.waitForHost, !hasAdmitter { return .host }
    return nil
  }

  /// The role somebody comes in with, and whether the room becomes its own.
  private func role(for entrant: Entrant) -> (Role, makesOwner: Bool) {
    if bringsHostKey(entrant) {
      if case .owner = ownership { return (.host, false) }
      return (.host, true)
    }
    let mayOwn = entrant.granted.isSuperset(of: .hosting) && restriction(of: entrant.profile)?.role == nil
    if let role = entrant.grant?.role { return (role, role == .host && mayOwn && givesWayToInvited) }
    // Whoever lets an encoder in first has not given the room to it.
    let isUnowned = hostKeyHash == nil && ownership == .none && participants.count == streams.machines.count
    if isUnowned, mayOwn, !parameters.ownersAreInvited { return (.host, true) }
    return (roleOfGuest, false)
  }

  /// The role of whoever comes by its name alone.
  var roleOfGuest: Role { settings.topology == .broadcast ? .audience : .participant }

  /// Whether the room is nobody's own, so that a host by invitation comes before whoever stands in.
  private var givesWayToInvited: Bool {
    switch ownership {
    case .none, .interim: true
    case .owner, .awaited: false
    }
  }

  /// Who is called like that, as far as names are compared.
  func holder(of name: DisplayName, except: ParticipantID? = nil) -> ParticipantID? {
    let folded = name.folded
    return participants.values.first { $0.id != except && $0.name.folded == folded }?.id
  }

  /// The entrant's own former self: the same browser, the same name, and its session gone.
  private func ghost(of entrant: Entrant) -> ParticipantID? {
    guard let client = entrant.profile.client, let holder = holder(of: entrant.name).flatMap({ participants[$0] }),
      !holder.presence.isConnected, holder.profile.client == client, holder.profile.cookie == entrant.profile.cookie
    else { return nil }
    return holder.id
  }

  private mutating func wait(_ entrant: Entrant, because reason: Waiting.Reason, at now: Timestamp) {
    let role = entrant.grant?.role ?? roleOfGuest
    waiting[entrant.id] = Waiting(
      id: entrant.id, name: entrant.name, since: now, order: takeOrder(), role: role, granted: entrant.granted,
      devices: entrant.devices, isNameFixed: entrant.isNameFixed, profile: entrant.profile,
      renewsTokenAt: now + parameters.tokenRenewal)
    emit(.putOff(entrant.id, reason))
    announceWaiting(at: now)
    settle(at: now)
  }
}
