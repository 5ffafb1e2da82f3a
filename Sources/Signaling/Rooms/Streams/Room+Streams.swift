/// The WHIP and WHEP sessions of a room: each is the one of a machine or viewer, until it ends or another takes it over.
struct StreamLinks {
  private var sessions: [ParticipantID: StreamSession] = [:]
  /// Whom media will answer, in its order, for each participant: an answer may be for a session that is over by then.
  private var awaited: [ParticipantID: [StreamSession]] = [:]

  func isCurrent(_ session: StreamSession, of id: ParticipantID) -> Bool { sessions[id] === session }

  /// Gives a participant to a session, and the one it had back.
  mutating func attach(_ session: StreamSession, to id: ParticipantID) -> StreamSession? {
    defer { sessions[id] = session }
    return sessions[id]
  }

  mutating func detach(_ id: ParticipantID) -> StreamSession? {
    awaited[id] = nil
    return sessions.removeValue(forKey: id)
  }

  /// Media will answer what this session has asked.
  mutating func expect(_ session: StreamSession, of id: ParticipantID) {
    awaited[id, default: []].append(session)
  }

  /// The session that this news is for.
  mutating func receiver(of news: StreamNews, _ id: ParticipantID) -> StreamSession? {
    guard news.isReply else { return sessions[id] }
    guard let first = awaited[id]?.first else { return nil }
    awaited[id]?.removeFirst()
    return first
  }
}

extension Room {
  /// What the room says to somebody at the door.
  enum StreamOutcome: Sendable {
    case admitted(AdmittedStream)
    case needsPassword(PasswordHash)
    case refused(SignalingError)
    /// The room would let it in, and its offer is of no use; nobody has heard of it.
    case unusable(MediaRefusal)
    /// The room ended meanwhile; another may be made.
    case ended
  }

  /// A session that is in: as whom, and which of its requests media will answer.
  struct AdmittedStream: Sendable {
    let participant: ParticipantID
    let request: StreamExchange.Request
  }

  /// Lets an encoder or a player in, if the room allows it, and passes its offer on to media.
  func open(_ session: StreamSession, _ entrant: Entrant, offer: String) -> StreamOutcome {
    guard !state.isEnded else { return .ended }
    let now = environment.clock.now()
    lookAtMedia()
    switch state.admission(of: entrant, at: now) {
    case .needsPassword(let hash): return .needsPassword(hash)
    case .refused(let error): return .refused(error)
    case .waits: preconditionFailure("whoever comes by a door without a page does not wait")
    case .enters: break
    }
    if let refusal = refusal(of: offer, by: entrant) { return .unusable(refusal) }
    let id = state.participant(for: entrant)
    guard let request = session.enter(self, as: id) else { return .refused(Self.over) }
    streams.attach(session, to: id)?.end()
    streams.expect(session, of: id)
    perform(state.join(entrant, offering: offer, at: now, using: &generator))
    return .admitted(AdmittedStream(participant: id, request: request))
  }

  private func refusal(of offer: String, by entrant: Entrant) -> MediaRefusal? {
    let isWatching = if case .watching = entrant.way { true } else { false }
    return environment.mediaPlane?.refusal(ofOffer: offer, watching: isWatching)
  }

  /// Passes a fragment on to media; gives the request that waits for its answer.
  func patch(
    _ fragment: String, _ condition: EntityCondition, of session: StreamSession, as id: ParticipantID
  ) throws(DoorFailure) -> StreamExchange.Request {
    guard streams.isCurrent(session, of: id) else { throw .unknownSession }
    let (request, mayRestart) = try session.take(patch: condition).get()
    streams.expect(session, of: id)
    perform([.media(.fragment(id, fragment, mayRestart: mayRestart))])
    return request
  }

  /// The session was ended by its client, or never came to be.
  func leave(_ session: StreamSession, as id: ParticipantID) {
    guard streams.isCurrent(session, of: id) else { return }
    perform(state.leave(stream: id, at: environment.clock.now()))
  }

  /// What a player wants of a track from now on.
  func wish(_ wish: MediaWish, for track: MediaTrack, of session: StreamSession, as id: ParticipantID) {
    guard streams.isCurrent(session, of: id) else { return }
    perform([.media(.subscribe(id, [track: wish]))])
  }

  /// Asks media what a player is sent.
  func report(to session: StreamSession, as id: ParticipantID) {
    guard streams.isCurrent(session, of: id) else { return }
    perform([.media(.report(id))])
  }

  private static let over = SignalingError(.shuttingDown, "The session is over.")
}
