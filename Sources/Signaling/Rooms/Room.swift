/// A room at work: owns its state, and does what follows from each change, in order and without waiting.
///
/// Actors are re-entrant, so nothing here awaits: the state changes first, messages are appended to the queues of sessions
/// synchronously, and media commands go into the room's own queue, from which one task takes them.
package actor Room {
  /// The answer to a request to come in.
  enum JoinOutcome: Sendable {
    case answered
    case needsPassword(PasswordHash)
    case refused(SignalingError)
    /// The room ended meanwhile; another may be made.
    case ended
  }

  /// Where a request came from and which number its answer carries.
  struct Request: Sendable {
    let session: ClientSession
    let id: Int64
  }

  /// What was sent to a participant, and through which session.
  private struct Delivery {
    var log = EventLog()
    var session: ClientSession?
    /// Since when this participant's session is this one: tokens given out before say nothing about it.
    var sessionBeganAt: Timestamp

    init(session: ClientSession, at now: Timestamp) {
      self.session = session
      sessionBeganAt = now
    }
  }

  /// Deadlines further ahead are looked at again by then. What is queued is not taken back, so a far deadline must not be queued
  /// anew after each near one.
  private static let farthestDeadline = Duration.seconds(60)

  nonisolated let name: RoomName
  nonisolated let life: String
  nonisolated let id: RoomID
  nonisolated let environment: RoomEnvironment
  private nonisolated let directory: RoomDirectory
  var state: RoomState
  private var deliveries: [ParticipantID: Delivery] = [:]
  private var media: MediaQueue?
  /// Requests that the media plane is to answer.
  private var held: [RequestTicket: Request] = [:]
  var streams = StreamLinks()
  private var scheduled: Timestamp?
  var generator = SystemRandomNumberGenerator()

  init(state: RoomState, environment: RoomEnvironment, directory: RoomDirectory) {
    self.state = state
    self.environment = environment
    self.directory = directory
    name = state.settings.name
    life = state.life
    var generator = SystemRandomNumberGenerator()
    id = RoomID.random(using: &generator)
  }

  // MARK: Coming

  func join(_ entrant: Entrant, _ request: Request) -> JoinOutcome {
    guard !state.isEnded else { return .ended }
    let now = environment.clock.now()
    lookAtMedia()
    switch state.admission(of: entrant, at: now) {
    case .needsPassword(let hash): return .needsPassword(hash)
    case .refused(let error): return .refused(error)
    case .waits, .enters: break
    }
    deliveries[entrant.id] = Delivery(session: request.session, at: now)
    request.session.enter(self, as: entrant.id)
    perform(state.join(entrant, at: now, using: &generator), for: request)
    return .answered
  }

  func resume(_ statement: ResumeToken, lastSeen: Int64?, profile: BrowserProfile, _ request: Request) -> JoinOutcome {
    guard !state.isEnded else { return .ended }
    let id = statement.participant
    guard statement.life == life, deliveries[id] != nil else {
      return comeBack(statement, profile: profile, request)
    }
    guard !state.exclusions.bansBrowser(of: profile) else { return .refused(RoomState.banned) }
    let now = environment.clock.now()
    takeOver(id, by: request.session, at: now)
    let effects = state.reconnect(id, at: now)
    answer(resuming: id, lastSeen: lastSeen, request)
    perform(effects)
    return .answered
  }

  /// Somebody returns to a room that was made anew after a restart.
  private func comeBack(_ statement: ResumeToken, profile: BrowserProfile, _ request: Request) -> JoinOutcome {
    let now = environment.clock.now()
    let effects: [RoomEffect]
    do {
      effects = try state.comeBack(statement, profile: profile, at: now)
    } catch {
      return .refused(error)
    }
    deliveries[statement.participant] = Delivery(session: request.session, at: now)
    request.session.enter(self, as: statement.participant)
    perform(effects, for: request)
    return .answered
  }

  private func takeOver(_ id: ParticipantID, by session: ClientSession, at now: Timestamp) {
    deliveries[id]?.session?.end(.superseded)
    deliveries[id]?.session = session
    deliveries[id]?.sessionBeganAt = now
    session.enter(self, as: id)
  }

  /// Sends what was missed, or everything if that is not known any more.
  private func answer(resuming id: ParticipantID, lastSeen: Int64?, _ request: Request) {
    let missed = lastSeen.flatMap { deliveries[id]?.log.events(after: $0) }
    if missed == nil { deliveries[id]?.log.clear() }
    if state.waiting[id] != nil {
      reply(.waiting(notice(to: id, because: state.reasonToWait ?? .lobby)), to: request)
    } else if missed != nil {
      let notice = ResumeNotice(
        participant: id, resumeToken: environment.resumeToken(for: id, in: state),
        iceServers: environment.iceServers(for: id))
      reply(.resumed(notice), to: request)
    } else {
      reply(.joined(snapshot(for: id, state.view(for: id), hostKey: nil)), to: request)
    }
    for (seq, event) in missed ?? [] { request.session.send(event.message(seq: seq)) }
  }

  /// Asks whether anybody more can be served, before that is decided.
  func lookAtMedia() {
    state.media.isFull = environment.mediaPlane?.isFull(for: id) ?? false
  }

  // MARK: Being there

  func handle(_ message: ClientMessage, from id: ParticipantID, _ request: Request) throws(SignalingError) {
    // A session that was taken over says nothing any more.
    guard deliveries[id]?.session === request.session else { return }
    if case .admit = message { lookAtMedia() }
    perform(try state.handle(message, from: id, at: environment.clock.now(), using: &generator), for: request)
  }

  /// Why this request would be refused, for work that is to be spared then.
  func refusal(of message: ClientMessage, from id: ParticipantID) -> SignalingError? {
    state.refusal(of: message, from: id)
  }

  func handle(_ event: MediaEvent) {
    let now = environment.clock.now()
    perform(state.handle(stream: event, at: now) ?? state.handle(event, at: now))
  }

  /// The socket of this session is gone, perhaps with its page.
  func disconnected(_ id: ParticipantID, _ session: ClientSession, isPageGone: Bool) {
    guard deliveries[id]?.session === session else { return }
    deliveries[id]?.session = nil
    let now = environment.clock.now()
    if isPageGone { perform(state.depart(id, at: now)) }
    perform(state.lose(id, at: now))
  }

  /// The page of this participant said that it goes away. What an older page says, late, is not about the session there is now.
  func depart(_ statement: ResumeToken) {
    guard statement.life == life, let delivery = deliveries[statement.participant],
      statement.issuedAt >= delivery.sessionBeganAt
    else { return }
    perform(state.depart(statement.participant, at: environment.clock.now()))
  }

  // MARK: Time

  /// Does what has become due.
  func advance() {
    let now = environment.clock.now()
    // A time before the one asked for last was overtaken when an earlier one came between: it needs no successor.
    if let scheduled, scheduled <= now { self.scheduled = nil }
    perform(state.advance(to: now))
  }

  /// Tells everybody that the server stops. Their places are kept for a resume with the next process.
  func stop(reconnectAfter: Duration) {
    let event = EncodedEvent(.serverStopping(reconnectAfter: reconnectAfter))
    for id in deliveries.keys { deliver(event, to: id) }
    for delivery in deliveries.values { delivery.session?.end(.serverStopping) }
  }

  /// Ends the room if nobody ever came into it.
  func endIfEmpty() {
    state.settle(at: environment.clock.now())
    perform(state.takeEffects())
  }

  // MARK: Asking

  /// What must survive a restart; nil once the room has ended.
  func policy() -> RoomPolicy? {
    state.isEnded ? nil : state.policy(at: environment.clock.now())
  }

  func counted(into statistics: SignalingStatistics) -> SignalingStatistics {
    guard !state.isEnded else { return statistics }
    var statistics = statistics
    statistics.rooms[state.settings.topology, default: 0] += 1
    statistics.participants += state.participants.count
    statistics.waiting += state.waiting.count
    statistics.viewers += state.streams.connectedViewers
    for participant in state.participants.values { statistics.count(participant.quality) }
    return statistics
  }

  // MARK: Performing

  func perform(_ effects: [RoomEffect], for request: Request? = nil) {
    var mustKeep = false
    for effect in effects {
      switch effect {
      case .reply(let result): reply(result, to: request)
      case .welcome(let id, let view, let welcome): self.welcome(id, view, welcome, request)
      case .putOff(let id, let reason): reply(.waiting(notice(to: id, because: reason)), to: request)
      case .event(let event, let receivers): deliver(event, to: receivers)
      case .close(let id, let reason):
        deliveries.removeValue(forKey: id)?.session?.end(reason)
        streams.detach(id)?.end()
      case .renewToken(let id): deliver(.resumeToken(environment.resumeToken(for: id, in: state)), to: [id])
      case .media(let command): queue(command)
      case .hold(let ticket): held[ticket] = request
      case .settle(let ticket, let reply):
        if let request = held.removeValue(forKey: ticket) { request.session.send(reply, id: request.id) }
      case .moveEnded(let target, let outcome): environment.metrics.count(outcome, of: target)
      case .speakerChanged: environment.metrics.countSpeaker()
      case .stream(let id, let news): streams.receiver(of: news, id)?.receive(news)
      case .keep: mustKeep = true
      case .end: directory.remove(self)
      }
    }
    if mustKeep, !state.isEnded { directory.keep(self) }
    schedule()
  }

  private func reply(_ result: ServerResult, to request: Request?) {
    guard let request else { return }
    request.session.send(MessageEncoder.result(result, id: request.id))
  }

  private func welcome(_ id: ParticipantID, _ view: RoomView, _ welcome: RoomEffect.Welcome, _ request: Request?) {
    switch welcome {
    case .result(let hostKey): reply(.joined(snapshot(for: id, view, hostKey: hostKey)), to: request)
    case .admitted: deliver(.admitted(snapshot(for: id, view, hostKey: nil)), to: [id])
    case .door: return
    }
  }

  private func snapshot(for id: ParticipantID, _ view: RoomView, hostKey: String?) -> Snapshot {
    Snapshot(
      participant: id, resumeToken: environment.resumeToken(for: id, in: state), hostKey: hostKey, view: view,
      iceServers: environment.iceServers(for: id), seq: deliveries[id]?.log.lastSeq ?? 0)
  }

  private func notice(to id: ParticipantID, because reason: Waiting.Reason) -> WaitingNotice {
    WaitingNotice(
      participant: id, resumeToken: environment.resumeToken(for: id, in: state), reason: reason,
      message: state.settings.lobbyMessage)
  }

  private func deliver(_ event: ServerEvent, to receivers: [ParticipantID]) {
    let encoded = EncodedEvent(event)
    environment.metrics.count(event.kind, receivers.count)
    for id in receivers { deliver(encoded, to: id) }
  }

  private func deliver(_ event: EncodedEvent, to id: ParticipantID) {
    guard let index = deliveries.index(forKey: id) else { return }
    let seq = deliveries.values[index].log.append(event, limits: environment.parameters.limits)
    deliveries.values[index].session?.send(event.message(seq: seq))
  }

  private func queue(_ command: MediaCommand) {
    guard let plane = environment.mediaPlane else { return }
    let queue = media ?? MediaQueue(plane: plane, room: id)
    media = queue
    queue.append(command)
  }

  private func schedule() {
    guard let deadline = state.nextDeadline, !state.isEnded else { return }
    let due = min(deadline, environment.clock.now() + Self.farthestDeadline)
    if let scheduled, scheduled <= due { return }
    scheduled = due
    directory.schedule(self, at: due)
  }
}
