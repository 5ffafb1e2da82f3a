/// How far those who may admit know who waits.
///
/// The list is told as a whole, so a crowd that arrives at once is told of at most once in a while.
enum LobbyNews: Sendable {
  /// Short enough that nobody waits unseen, long enough that a full lobby costs its hosts little.
  static let interval = Duration.seconds(1)

  /// Nothing was told yet.
  case none
  case told(at: Timestamp)
  /// There are changes to be told then.
  case due(at: Timestamp)
}

extension RoomState {
  mutating func admit(_ selection: Selection, by id: ParticipantID, at now: Timestamp) throws(SignalingError) {
    let chosen = try chosen(selection)
    guard !media.isFull || !needsMedia(participantCount: participants.count + chosen.count) else { throw .serverBusy }
    let count = letIn(chosen, at: now)
    guard count > 0 || chosen.isEmpty else { throw SignalingError(.roomFull, "This room is full.") }
    emit(.reply(.count(count)))
    for person in chosen.prefix(count) { note("admit", by: id, target: person.id, name: person.name, at: now) }
    settle(at: now)
  }

  mutating func deny(
    _ selection: Selection, _ message: String?, by id: ParticipantID, at now: Timestamp
  ) throws(SignalingError) {
    let chosen = try chosen(selection)
    for person in chosen { note("deny", by: id, target: person.id, name: person.name, at: now) }
    turnAway(chosen, message, at: now)
    emit(.reply(.count(chosen.count)))
    settle(at: now)
  }

  mutating func messageWaiting(_ text: String, by id: ParticipantID, at now: Timestamp) {
    tell(.lobbyMessage(text: text), to: .waiting)
    note("messageWaiting", by: id, detail: text, at: now)
    emit(.reply(.count(waiting.count)))
  }

  /// Tells these that they are not let in, and ends their waiting.
  mutating func turnAway(_ people: [Waiting], _ message: String?, at now: Timestamp) {
    guard !people.isEmpty else { return }
    for person in people {
      tell(.denied(message: message), to: .one(person.id))
      denials.append(person.profile, at: now)
    }
    stopWaiting(people.map(\.id), .denied)
    tellWaiting(at: now)
  }

  /// Why somebody may not wait in the lobby; nil if it may.
  func refusal(ofWaiting entrant: Entrant, at now: Timestamp) -> SignalingError? {
    if entrant.way != .session { return Self.noWaiting }
    if let pause = denials.wait(entrant.profile, at: now) {
      return SignalingError(.denied, "The host did not let you in.", retryAfter: pause)
    }
    let neighbours = waiting.values.count { $0.profile.address == entrant.profile.address }
    guard neighbours < parameters.limits.waitingPerAddress else {
      return SignalingError(.roomFull, "Too many people wait before this room.", retryAfter: .seconds(30))
    }
    return nil
  }

  /// Lets those in for whom there is no reason to wait any more.
  mutating func releaseWaiting(at now: Timestamp) {
    guard !waiting.isEmpty, !settings.lobby, !settings.locked else { return }
    guard !settings.waitForHost || hasAdmitter else { return }
    _ = letIn(waitingInOrder.filter { !exclusions.doubts($0.profile) }, at: now)
  }

  /// Lets in as many of these as fit and says how many.
  private mutating func letIn(_ chosen: [Waiting], at now: Timestamp) -> Int {
    var admitted: [Participant] = []
    for person in chosen {
      // The place in the lobby is given up for one in the room, so only the room's own limits count.
      guard participants.count + admitted.count < min(settings.maxParticipants, meshCapacity) else { break }
      waiting[person.id] = nil
      admitted.append(participant(from: person, beside: admitted, at: now))
    }
    guard !admitted.isEmpty else { return 0 }
    tellWaiting(at: now)
    enter(admitted, by: .admitted, at: now)
    return admitted.count
  }

  private mutating func participant(
    from person: Waiting, beside others: [Participant], at now: Timestamp
  ) -> Participant {
    var participant = Participant(
      id: person.id, name: freeName(like: person.name, beside: others), role: person.role, devices: person.devices,
      presence: person.presence, joinedAt: now, order: takeOrder(), granted: person.granted,
      isNameFixed: person.isNameFixed, profile: person.profile,
      renewsTokenAt: now + parameters.tokenRenewal)
    restrict(&participant)
    hold(&participant)
    return participant
  }

  /// Whoever waits is not told which names are taken; a second Ada becomes Ada (2).
  func freeName(like name: DisplayName, beside others: [Participant] = []) -> DisplayName {
    let isTaken = { (name: DisplayName) in
      holder(of: name) != nil || others.contains { $0.name.folded == name.folded }
    }
    var number = 1
    var candidate = name
    while isTaken(candidate) {
      number += 1
      candidate = name.numbered(number)
    }
    return candidate
  }

  private func chosen(_ selection: Selection) throws(SignalingError) -> [Waiting] {
    switch selection {
    case .everyone: return waitingInOrder
    case .these(let ids):
      let chosen = waitingInOrder.filter { ids.contains($0.id) }
      guard !chosen.isEmpty else { throw SignalingError(.notFound, "Nobody of these is waiting.") }
      return chosen
    }
  }
}

extension RoomState {
  /// Tells those who may admit that others wait than before: at once after a quiet while, else at its end.
  mutating func announceWaiting(at now: Timestamp) {
    switch lobbyNews {
    case .due: return
    case .told(let time) where now < time + LobbyNews.interval: lobbyNews = .due(at: time + LobbyNews.interval)
    case .none, .told: tellWaiting(at: now)
    }
  }

  /// Tells those who may admit who waits now.
  mutating func tellWaiting(at now: Timestamp) {
    tell(.waitingChanged(waitingInOrder), to: .admitters)
    lobbyNews = .told(at: now)
  }

  /// Tells what was held back, when its time has come.
  mutating func tellDueWaiting(at now: Timestamp) {
    guard case .due(let time) = lobbyNews, time <= now else { return }
    tellWaiting(at: now)
  }
}
