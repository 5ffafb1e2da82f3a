import HTTPTypes
import Synchronization

/// One WHIP or WHEP session: the HTTP resource that stands for the connection of a machine or viewer in a room.
///
/// The room tells it what media says, synchronously; whoever asked over HTTP waits here for the answer.
package final class StreamSession: Sendable {
  /// Where the session has its connection.
  private struct Place {
    let room: Room
    let participant: ParticipantID
  }

  private struct ReportWaiter {
    let expiresAt: Timestamp
    let continuation: CheckedContinuation<MediaReport?, Never>
  }

  private struct State {
    var exchange = StreamExchange()
    var place: Place?
    var waiting: [StreamExchange.Request: CheckedContinuation<StreamExchange.Reply, Never>] = [:]
    /// Answers for which nobody has asked yet.
    var replies: [StreamExchange.Request: StreamExchange.Reply] = [:]
    var reportWaiters: [ReportWaiter] = []
    var listeners = StreamListeners()
    var slots: [MediaSlot] = []
    var patches: TokenBucket
    var isOver = false
  }

  nonisolated let id = StreamSessionID.random()
  let streamProtocol: StreamProtocol
  let room: RoomName
  let address: ClientAddress
  private let service: SignalingService
  private let state: Mutex<State>

  init(_ streamProtocol: StreamProtocol, of room: RoomName, from address: ClientAddress, in service: SignalingService) {
    self.streamProtocol = streamProtocol
    self.room = room
    self.address = address
    self.service = service
    state = Mutex(State(patches: TokenBucket(service.configuration.limits.fragments, at: service.clock.now())))
  }

  // MARK: The room

  /// The room has taken it in, and passes its offer on to media; nil if it is over already.
  func enter(_ room: Room, as participant: ParticipantID) -> StreamExchange.Request? {
    let now = watch()
    return state.withLock { state in
      guard !state.isOver else { return nil }
      state.place = Place(room: room, participant: participant)
      return state.exchange.offer(at: now)
    }
  }

  /// A fragment under this condition, if it may be passed on to media now.
  func take(
    patch condition: EntityCondition
  ) -> Result<(request: StreamExchange.Request, mayRestart: Bool), DoorFailure> {
    let now = watch()
    return state.withLock { state in
      Result { () throws(DoorFailure) in try state.exchange.patch(condition, at: now) }
    }
  }

  func receive(_ news: StreamNews) {
    switch news {
    case .answer(let answer): answerAll { $0.answered(answer, tag: .random()) }
    case .fragment(let fragment): answerAll { $0.patched(fragment, tag: .random()) }
    case .refused(let refusal): answerAll { $0.refused(refusal) }
    case .slots(let slots): state.withLock { $0.slots = slots }
    case .report(let report): receive(report)
    case .connected: service.streams.connected(self)
    case .active(let isActive): state.withLock { $0.listeners.tell(isActive ? .active : .inactive) }
    case .viewers(let count): state.withLock { $0.listeners.tell(.viewercount(count)) }
    }
  }

  /// The participant is gone, or another session has taken it over: the resource is no more.
  func end() {
    service.streams.remove(self)
    let (reports, streams) = state.withLock { state in
      state.isOver = true
      defer { state.reportWaiters = [] }
      return (state.reportWaiters, state.listeners.takeAll())
    }
    answerAll { $0.end() }
    for waiter in reports { waiter.continuation.resume(returning: nil) }
    for stream in streams { stream.finish() }
  }

  /// Does what has become due.
  func advance(to now: Timestamp) {
    answerAll { $0.advance(to: now) }
    let late = state.withLock { state in
      let late = state.reportWaiters.filter { $0.expiresAt <= now }
      state.reportWaiters.removeAll { $0.expiresAt <= now }
      return late
    }
    for waiter in late { waiter.continuation.resume(returning: nil) }
  }

  // MARK: The client

  /// Waits for what media says to a request.
  func reply(to request: StreamExchange.Request) async -> StreamExchange.Reply {
    await withCheckedContinuation { continuation in
      let reply: StreamExchange.Reply? = state.withLock { state in
        if let reply = state.replies.removeValue(forKey: request) { return reply }
        guard !state.isOver else { return .failed(.unknownSession) }
        state.waiting[request] = continuation
        return nil
      }
      if let reply { continuation.resume(returning: reply) }
    }
  }

  /// Passes a fragment on to media, and waits for what it says.
  func patch(_ fragment: String, _ condition: EntityCondition) async throws(DoorFailure) -> StreamExchange.Reply {
    let now = service.clock.now()
    if let pause = state.withLock({ $0.patches.take(at: now) }) {
      throw DoorFailure(.tooManyRequests, "These are too many fragments.", retryAfter: pause)
    }
    let place = try place()
    return await reply(to: try await place.room.patch(fragment, condition, of: self, as: place.participant))
  }

  /// Leaves the room, and is no more.
  func leave() async {
    if let place = state.withLock({ $0.place }) { await place.room.leave(self, as: place.participant) }
    end()
  }

  /// Asks media for the layers that the player wants.
  func choose(_ choice: LayerChoice) async throws(DoorFailure) {
    let place = try place()
    guard let slot = state.withLock({ $0.slots.first { $0.mid == choice.mediaID } }), let track = slot.track else {
      throw DoorFailure(.badRequest, "Nothing is sent in a media description of this mediaId.")
    }
    let layers = choice.needsLayers ? try await layers(of: track.source, place) : []
    var wish = choice.wish(among: layers)
    if let rid = choice.rid {
      guard let layer = layers.firstIndex(where: { $0.rid == rid }) else {
        throw DoorFailure(.badRequest, "The track has no encoding of this rid.")
      }
      wish.spatialLayer = min(layer, wish.spatialLayer ?? .max)
    }
    await place.room.wish(wish, for: track, of: self, as: place.participant)
  }

  /// The events of these kinds from now on.
  func listen(to kinds: Set<StreamEvent.Kind>) throws(DoorFailure) -> AsyncStream<StreamEvent> {
    let events = state.withLock { state -> AsyncStream<StreamEvent>?? in
      guard !state.isOver else { return .some(nil) }
      return state.listeners.add(kinds) { [weak self] id in self?.state.withLock { $0.listeners.remove(id) } }
    }
    guard let events else {
      throw DoorFailure(.tooManyRequests, "Too many listen to this session.", retryAfter: .seconds(10))
    }
    guard let events else { throw .unknownSession }
    return events
  }

  /// Asks media what the player is sent; the answer becomes an event.
  func askForLayers() async {
    guard let place = try? place() else { return }
    await place.room.report(to: self, as: place.participant)
  }

  // MARK: Waiting

  private func place() throws(DoorFailure) -> Place {
    guard let place = state.withLock({ $0.isOver ? nil : $0.place }) else { throw .unknownSession }
    return place
  }

  /// The layers of a track, the smallest first.
  private func layers(of source: MediaSource, _ place: Place) async throws(DoorFailure) -> [MediaReport.Layer] {
    let deadline = watch() + StreamExchange.patience
    let report = await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if !state.isOver {
          state.reportWaiters.append(ReportWaiter(expiresAt: deadline, continuation: continuation))
        }
        return state.isOver
      }
      guard !isOver else { return continuation.resume(returning: nil) }
      Task { await place.room.report(to: self, as: place.participant) }
    }
    guard let report else { throw .unavailable }
    return report.published.first { $0.source == source }?.layers ?? []
  }

  private func receive(_ report: MediaReport) {
    let waiters = state.withLock { state in
      state.listeners.tell(.layers(state.slots, report))
      defer { state.reportWaiters = [] }
      return state.reportWaiters
    }
    for waiter in waiters { waiter.continuation.resume(returning: report) }
  }

  /// Looks at the session again when the patience for a request that begins now is over.
  private func watch() -> Timestamp {
    let now = service.clock.now()
    service.deadlines.add(.stream(id), at: now + StreamExchange.patience)
    return now
  }

  /// Lets the machine decide, and gives its answers to those who wait for them.
  private func answerAll(_ body: (inout StreamExchange) -> [(StreamExchange.Request, StreamExchange.Reply)]) {
    let answered = state.withLock { state in
      body(&state.exchange).compactMap {
        request, reply -> (CheckedContinuation<StreamExchange.Reply, Never>, StreamExchange.Reply)? in
        if let continuation = state.waiting.removeValue(forKey: request) { return (continuation, reply) }
        state.replies[request] = reply
        return nil
      }
    }
    for (continuation, reply) in answered { continuation.resume(returning: reply) }
  }
}
