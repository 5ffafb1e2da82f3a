/// The connection test of one session: its browser publishes to the server and is sent its own tracks back.
///
/// As in a room nothing here awaits: messages go into the session's queue and commands into the test's own, synchronously.
actor EchoTest {
  nonisolated let id: RoomID
  nonisolated let address: ClientAddress.Prefix
  private nonisolated let directory: EchoDirectory
  private nonisolated let metrics: SignalingMetrics
  private let media: MediaQueue
  private var state: EchoState
  /// Nil once the test is over.
  private var session: ClientSession?
  private var lastSeq: Int64 = 0

  init(session: ClientSession, plane: any MediaPlane, directory: EchoDirectory, metrics: SignalingMetrics) {
    var generator = SystemRandomNumberGenerator()
    id = RoomID.random(using: &generator)
    address = session.address.prefix
    self.directory = directory
    self.metrics = metrics
    media = MediaQueue(plane: plane, room: id)
    state = EchoState(participant: .random(using: &generator))
    self.session = session
  }

  func begin() {
    perform(state.opening)
  }

  func publish(_ offer: PublishRequest, request: Int64) {
    perform(state.publish(offer, request: request))
  }

  func answerSubscription(_ answer: SubscriptionAnswer, request: Int64) {
    perform(state.answer(answer, request: request))
  }

  func restartSubscription(anew: Bool, request: Int64) {
    perform(state.restart(anew: anew, request: request))
  }

  func handle(_ event: MediaEvent) {
    perform(state.handle(event))
  }

  /// Ends the test; with a reason the session is told.
  func end(_ reason: ServerEvent.EchoEndReason? = nil) {
    perform(state.end(reason))
  }

  private func perform(_ effects: [EchoState.Effect]) {
    for effect in effects {
      switch effect {
      case .media(let command): media.append(command)
      case .reply(let reply, let request): session?.send(reply, id: request)
      case .tell(let number, let offer, let slots): tell(.subscription(number: number, offer: offer, slots: slots))
      case .ended(let reason): tell(.echoEnded(reason))
      case .over: leave()
      }
    }
  }

  private func tell(_ event: ServerEvent) {
    guard let session else { return }
    lastSeq += 1
    metrics.count(event.kind, 1)
    session.send(EncodedEvent(event).message(seq: lastSeq))
  }

  private func leave() {
    directory.remove(self)
    session?.leave(self)
    session = nil
  }
}
