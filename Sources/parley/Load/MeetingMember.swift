import FoundationEssentials
import Load
import RTP

/// A participant of a load in a routed room, as a page is one: it publishes by its own offer, answers those of the server, and wishes for the
/// pictures of the others.
///
/// Its session is read by one task from the first message to the last; each message leads to the next request.
actor MeetingMember {
  enum Failure: Error, CustomStringConvertible {
    case waits
    case ended(String)

    var description: String {
      switch self {
      case .waits: "the room has a lobby, or waits for its host"
      case .ended(let reason): "the session ended: \(reason)"
      }
    }
  }

  private enum State {
    case joining
    /// In a room that does not go through the server yet, and not by this participant's word: others have to come.
    case waiting
    case inside
    case over(any Error)
    case left
  }

  /// What was asked and is not answered yet.
  private enum Question {
    case hello, join, route, publish, answer, subscribe, leave
    case other
  }

  private static let routed = "routed"
  /// Wishes are put together for so long.
  private static let wishDelay = Duration.milliseconds(100)

  nonisolated let name: String
  nonisolated let publishes: Bool
  nonisolated let member: LoadWorker.MemberID
  private let plan: LoadPlan
  private let isFirst: Bool
  private let worker: LoadWorker
  private var session: SignalingSession?
  private var state = State.joining
  private var lastRequest = 0
  private var questions: [Int: Question] = [:]
  private var begunAt: Instant?
  private var hasPublished = false
  private var publishing: LoadWorker.PeerID?
  private var subscribing: LoadWorker.PeerID?
  private(set) var participant = ""
  /// The others who have a camera, in the order in which they were seen.
  private var others: [SignalingMessage.Person] = []
  private var isWishing = false
  private var slots: [String: SignalingMessage.Slot] = [:]

  init(number: Int, plan: LoadPlan, member: LoadWorker.MemberID, of worker: LoadWorker) {
    (self.plan, self.member, self.worker) = (plan, member, worker)
    name = LoadPlan.name(number)
    publishes = number < plan.publishers
    isFirst = number == 0
  }

  /// Is in the room until it leaves or the session ends.
  nonisolated func run() async {
    do {
      try await SignalingSession.open(plan.signalingAddress) { session in
        try await begin(session)
      } receive: { message in
        try await take(message)
      }
      await end(Failure.ended("the server closed it"))
    } catch {
      await end(error)
    }
  }

  private func begin(_ session: SignalingSession) async throws {
    self.session = session
    try await ask(.hello, .hello)
  }

  private func end(_ reason: any Error) {
    switch state {
    case .joining, .waiting, .inside: state = .over(reason)
    case .over, .left: return
    }
  }

  private func ask(_ question: Question, _ request: SignalingRequest) async throws {
    lastRequest += 1
    questions[lastRequest] = question
    var request = request
    request.id = lastRequest
    try await session?.send(request)
  }

  // MARK: Messages

  private func take(_ message: SignalingMessage) async throws {
    switch message {
    case .result(let id, let answer): try await takeAnswer(to: questions.removeValue(forKey: id), answer)
    case .error(let id, let refusal): try takeRefusal(of: id.flatMap { questions.removeValue(forKey: $0) }, refusal)
    case .participantJoined(let person): note(person)
    case .participantLeft(let id): others.removeAll { $0.id == id }
    case .other: break
    case .roomChanged(let room): try await follow(room)
    case .subscription(let offer, let number, let slots): try await answer(offer, number, slots)
    case .slots(let changed): note(changed)
    case .demand(let source, let layers):
      guard source == "camera", let publishing else { return }
      await worker.want(layers: layers, of: publishing)
    case .ended(let reason): throw Failure.ended(reason)
    }
  }

  private func takeAnswer(to question: Question?, _ answer: SignalingMessage.Answer) async throws {
    switch question {
    case .hello:
      let devices = SignalingRequest.Devices(audio: publishes, video: publishes)
      let secret = publishes ? plan.publishSecret : plan.watchSecret
      try await ask(.join, .join(plan.room, as: name, devices: devices, secret: secret))
    case .join: try await enter(answer)
    case .route: try await goOn()
    case .publish:
      guard let publishing, let description = answer.answer else { return }
      try await worker.accept(answer: description, of: publishing)
    case .leave: state = .left
    case .answer, .subscribe, .other, nil: return
    }
  }

  /// The server's answer to a late answer, and to whoever asks too often, is to be patient.
  private func takeRefusal(of question: Question?, _ refusal: SignalingMessage.Refusal) throws {
    switch question {
    case .answer where ["conflict", "invalidDescription"].contains(refusal.code): return
    case .route where refusal.code == "forbidden": state = .waiting
    case .subscribe where refusal.code == "rateLimited": wish(after: .seconds(refusal.retryAfter ?? 1))
    case .other: return
    default: throw refusal
    }
  }

  private func enter(_ joined: SignalingMessage.Answer) async throws {
    guard joined.state == "joined" else { throw Failure.waits }
    participant = joined.participant ?? ""
    for person in joined.participants ?? [] { note(person) }
    let isRouted = joined.room?.topology == Self.routed
    if isFirst && (!isRouted || plan.seats != nil) {
      try await ask(.route, .route(maxParticipants: plan.seats))
    } else if isRouted {
      try await goOn()
    } else {
      state = .waiting
    }
  }

  private func follow(_ room: SignalingMessage.Room) async throws {
    if room.topology == Self.routed { try await goOn() }
    guard let former = room.former, let topology = room.topology, former != topology else { return }
    // Nothing was received by the former one.
    try await ask(.other, .moved(to: topology))
  }

  // MARK: Media

  /// Publishes, if it has not begun to, in a room that goes through the server.
  private func goOn() async throws {
    state = .inside
    guard publishes, !hasPublished else { return }
    hasPublished = true
    let (id, offer) = try await worker.add(plan.publishing, of: member)
    publishing = id
    try await ask(.publish, .publish(offer))
  }

  private func answer(_ offer: String, _ number: Int, _ slots: [SignalingMessage.Slot]) async throws {
    self.slots = Dictionary(slots.map { ($0.mid, $0) }) { _, last in last }
    let id: LoadWorker.PeerID
    if let subscribing { id = subscribing } else { id = try await worker.addSubscriber(of: member) }
    subscribing = id
    let answer = try await worker.answer(offer, of: id)
    try await ask(.answer, .answerSubscription(answer, number: number))
  }

  private func note(_ changed: [SignalingMessage.Slot]) {
    for slot in changed { slots[slot.mid] = slot }
  }

  private func note(_ person: SignalingMessage.Person) {
    let isKnown = person.id == participant || others.contains { $0.id == person.id }
    guard person.devices.video, !isKnown else { return }
    others.append(person)
    wish(after: Self.wishDelay)
  }

  /// Says after a while what it wants to see, with what has come until then.
  private func wish(after delay: Duration) {
    guard !isWishing else { return }
    isWishing = true
    Task {
      try? await Task.sleep(for: delay)
      isWishing = false
      // A session that is over says so to whoever reads it.
      try? await ask(.subscribe, .subscribe(only: GalleryView(of: others.map(\.id), atMost: plan.tiles).wishes))
    }
  }

  // MARK: For the run

  /// How it stands: whether it is there, and how long that took in nanoseconds; throws why it never will be.
  ///
  /// It is there when its connections are, and media has come where others send any.
  func progress(expectingMedia: Bool) async throws -> Int64? {
    if case .over(let reason) = state { throw reason }
    guard let begunAt, case .inside = state else { return nil }
    var there = begunAt
    if publishes {
      guard let publishing, let connectedAt = try await progress(of: publishing).connectedAt else { return nil }
      there = max(there, connectedAt)
    }
    if expectingMedia {
      guard let subscribing, let media = try await progress(of: subscribing).firstMediaAt else { return nil }
      there = max(there, media)
    }
    return there.nanoseconds(since: begunAt)
  }

  private func progress(of peer: LoadWorker.PeerID) async throws -> LoadWorker.Progress {
    let progress = await worker.progress(of: peer)
    guard progress.state != .failed else { throw LoadRun.Failure.noConnection }
    return progress
  }

  /// Whether it can do no more until others come.
  var isWaiting: Bool {
    if case .waiting = state { return true }
    return false
  }

  /// Notes when it begins to join.
  func start(at now: Instant) { begunAt = now }

  /// Its media is waited for no longer.
  func giveUp(_ reason: any Error = LoadRun.Failure.noConnection) { end(reason) }

  /// Why it is not in the room any more; nil while it is.
  var failure: String? {
    if case .over(let reason) = state { return "\(name): \(reason)" }
    return nil
  }

  /// Who is sent in which media description.
  var sources: [String: String] { slots.compactMapValues(\.participant) }

  /// Takes leave, and waits a little for the server's word.
  func leave() async {
    try? await ask(.leave, .leave)
    for _ in 0..<200 {
      if case .left = state { return }
      if case .over = state { return }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }
}
