package import NIOCore
import Synchronization

/// One WebSocket: what it may do before it is in a room, and where its messages go after.
///
/// What happens to a socket is told one after the other, its end last.
package final class ClientSession: Sendable {
  private enum Phase {
    case fresh
    case greeted
    case testing(EchoTest)
    case inRoom(Room, ParticipantID)
    case ended
  }

  private struct State {
    var phase = Phase.fresh
    var limits: SessionLimits
    /// When the session must have come to its next phase; of no meaning in a room.
    var handshakeEndsAt: Timestamp
  }

  /// The version of the protocol this server speaks.
  private static let protocolVersion: Int64 = 1
  /// How often a room may end under a join before the client is asked to try again.
  private static let maximumAttempts = 8

  private let service: SignalingService
  private let outbox: SessionOutbox
  let address: ClientAddress
  private let cookie: String?
  private let state: Mutex<State>

  init(service: SignalingService, address: ClientAddress, cookie: String?, outbox: SessionOutbox, at now: Timestamp) {
    self.service = service
    self.address = address
    self.cookie = cookie
    self.outbox = outbox
    let configuration = service.configuration
    state = Mutex(
      State(limits: SessionLimits(configuration.limits, at: now), handshakeEndsAt: now + configuration.times.hello))
  }

  // MARK: The socket

  /// Handles one message; returns when it is handled, so that a socket is read no faster than its messages are answered.
  package func receive(text: ByteBuffer) async {
    let limits = service.configuration.limits
    guard !outbox.isClosed else { return }
    guard text.readableBytes <= largestMessage else { return end(.messageTooLarge) }
    let now = service.clock.now()
    guard obey(state.withLock { $0.limits.take(at: now) }, id: nil) else { return }
    let request: ClientRequest
    do {
      request = try service.decoder.decode(text)
    } catch {
      return refuse(error, at: now)
    }
    guard text.readableBytes <= limits.messageBytes(of: request.message.kind) else { return end(.messageTooLarge) }
    service.metrics.count(request.message.kind)
    let verdict = state.withLock { $0.limits.take(request.message.kind, byteCount: text.readableBytes, at: now) }
    guard obey(verdict, id: request.id) else { return }
    let start = ContinuousClock.now
    await handle(request)
    service.metrics.record(handling: start.duration(to: .now))
  }

  /// Bytes that are read at all: who is in no room and tests nothing has no description to send.
  private var largestMessage: Int {
    let limits = service.configuration.limits
    return switch state.withLock({ $0.phase }) {
    case .fresh, .greeted, .ended: limits.messageBytes
    case .testing, .inRoom: limits.descriptionMessageBytes
    }
  }

  /// The peer sent something that is no message: binary, not UTF-8, or too large.
  package func receiveInvalid(_ reason: CloseReason) {
    end(reason)
  }

  /// The socket is gone; with its page, if that has said so. Browsers say it when a page is left, and may lose its beacon.
  package func disconnected(isPageGone: Bool = false) async {
    service.forget(self)
    let phase = state.withLock { state in
      defer { state.phase = .ended }
      return state.phase
    }
    outbox.close(.unresponsive)
    switch phase {
    case .testing(let echo): await echo.end()
    case .inRoom(let room, let participant): await room.disconnected(participant, self, isPageGone: isPageGone)
    case .fresh, .greeted, .ended: return
    }
  }

  // MARK: The room

  /// The room has this session for one of its participants from now on.
  func enter(_ room: Room, as participant: ParticipantID) {
    state.withLock { state in
      guard case .ended = state.phase else { return state.phase = .inRoom(room, participant) }
    }
  }

  /// The connection test is over; a room may come next, or another test.
  func leave(_ echo: EchoTest) {
    state.withLock { state in
      guard case .testing(let current) = state.phase, current === echo else { return }
      state.phase = .greeted
    }
  }

  func send(_ message: ByteBuffer) {
    if outbox.send(message) { service.metrics.count(.tooSlow) }
  }

  func send(_ error: SignalingError, id: Int64?) {
    service.metrics.count(error)
    send(MessageEncoder.error(error, id: id))
  }

  /// Closes the socket once all that is queued was sent. Whether the participant lives on is the room's affair.
  func end(_ reason: CloseReason) {
    if outbox.close(reason) { service.metrics.count(reason) }
  }

  /// Ends the session if it has not come so far in time.
  func checkHandshake(at now: Timestamp) {
    let isLate = state.withLock { state in
      switch state.phase {
      case .fresh, .greeted, .testing: state.handshakeEndsAt <= now
      case .inRoom, .ended: false
      }
    }
    if isLate { end(.handshakeTimeout) }
  }

  // MARK: Requests

  private func handle(_ request: ClientRequest) async {
    do throws(SignalingError) {
      switch state.withLock({ $0.phase }) {
      case .fresh: try greet(request)
      case .greeted: try await enter(request, after: nil)
      case .testing(let echo): try await enter(request, after: echo)
      case .inRoom(let room, let participant): try await pass(request, to: room, as: participant)
      case .ended: return
      }
    } catch {
      send(error, id: request.id)
    }
  }

  private func greet(_ request: ClientRequest) throws(SignalingError) {
    if let refusal = request.message.kind.rule.refusal(for: .fresh) { throw refusal }
    guard case .hello(let versions) = request.message else { return reply(.done, to: request) }
    guard versions.contains(Self.protocolVersion) else {
      throw SignalingError(.unsupportedVersion, "This server speaks version \(Self.protocolVersion) of the protocol.")
    }
    reply(.hello(service.greeting), to: request)
    proceed(to: .greeted, for: service.configuration.times.join)
  }

  /// Goes on to what may last so long before the session must be in a room. Nothing follows its end.
  private func proceed(to phase: Phase, for duration: Duration) {
    let deadline = service.clock.now() + duration
    state.withLock { state in
      if case .ended = state.phase { return }
      state.phase = phase
      state.handshakeEndsAt = deadline
    }
    service.watch(self, until: deadline)
  }

  private func enter(_ request: ClientRequest, after echo: EchoTest?) async throws(SignalingError) {
    if let refusal = request.message.kind.rule.refusal(for: .greeted) { throw refusal }
    switch request.message {
    case .join(let join):
      await echo?.end()
      try await self.join(join, Room.Request(session: self, id: request.id))
    case .resume(let resume):
      await echo?.end()
      try await self.resume(resume, Room.Request(session: self, id: request.id))
    case .startEcho, .publish, .answerSubscription, .restartSubscription, .endEcho: try await test(request, echo)
    default: reply(.done, to: request)
    }
  }

  private func join(_ join: JoinRequest, _ request: Room.Request) async throws(SignalingError) {
    var entrant = try service.entrant(join, address: address, cookie: cookie)
    for _ in 0..<Self.maximumAttempts {
      let room = try service.directory.room(named: join.room, madeFor: address.prefix)
      switch await room.join(entrant, request) {
      case .answered: return
      case .refused(let error):
        await room.endIfEmpty()
        throw error
      case .ended: continue
      case .needsPassword(let hash):
        guard let password = join.password else {
          throw SignalingError(.passwordRequired, "This room has a password.")
        }
        let key = PasswordGate.Key(room: join.room, address: address.prefix, cookie: cookie)
        try await service.passwordGate.check(password, matches: hash, for: key)
        entrant.provenPassword = hash
      }
    }
    throw SignalingError(.conflict, "The room changes too quickly: try again.", retryAfter: .seconds(1))
  }

  private func resume(_ resume: ResumeRequest, _ request: Room.Request) async throws(SignalingError) {
    let statement = try service.environment.statement(verifying: resume.token)
    let profile = service.profile(client: nil, address: address, cookie: cookie)
    for _ in 0..<Self.maximumAttempts {
      let room = try service.directory.room(for: statement)
      switch await room.resume(statement, lastSeen: resume.lastSeen, profile: profile, request) {
      case .answered: return
      case .refused(let error):
        await room.endIfEmpty()
        throw error
      case .ended, .needsPassword: continue
      }
    }
    throw SignalingError(.conflict, "The room changes too quickly: try again.", retryAfter: .seconds(1))
  }

  private func test(_ request: ClientRequest, _ echo: EchoTest?) async throws(SignalingError) {
    guard let echo else {
      guard case .startEcho = request.message else {
        throw SignalingError(.notReady, "Start the connection test first.")
      }
      return try await startEcho(request)
    }
    switch request.message {
    case .publish(let offer): await echo.publish(offer, request: request.id)
    case .answerSubscription(let answer): await echo.answerSubscription(answer, request: request.id)
    case .restartSubscription(let anew): await echo.restartSubscription(anew: anew, request: request.id)
    case .endEcho:
      await echo.end()
      reply(.done, to: request)
    default: throw SignalingError(.notReady, "The connection is being tested already.")
    }
  }

  private func startEcho(_ request: ClientRequest) async throws(SignalingError) {
    let times = service.configuration.times
    let echo = try service.makeEcho(for: self)
    // Whoever tests has as long as ever to join when the test is over.
    proceed(to: .testing(echo), for: times.echo + times.join)
    reply(.echo(maximumDuration: times.echo), to: request)
    await echo.begin()
  }

  private func pass(_ request: ClientRequest, to room: Room, as participant: ParticipantID) async throws(SignalingError)
  {
    var message = request.message
    if case .updateRoom(var update) = message, case .plain(let password) = update.password {
      // Hashing is dear: whoever may not set a password is told so before.
      if let refusal = await room.refusal(of: message, from: participant) { throw refusal }
      update.password = .hashed(try await service.passwordHasher.hash(password, for: address.prefix))
      message = .updateRoom(update)
    }
    try await room.handle(message, from: participant, Room.Request(session: self, id: request.id))
    if case .moderate(let moderation) = message { service.metrics.count(moderation.action) }
  }

  // MARK: Answers

  private func refuse(_ failure: DecodingFailure, at now: Timestamp) {
    switch failure {
    case .invalidUTF8: end(.invalidUTF8)
    case .refused(let id, let error):
      send(error, id: id)
      guard error.code == .badRequest else { return }
      _ = obey(state.withLock { $0.limits.takeMalformed(at: now) }, id: id)
    }
  }

  private func reply(_ result: ServerResult, to request: ClientRequest) {
    send(MessageEncoder.result(result, id: request.id))
  }

  /// Does what the limits say; whether the message may be handled.
  private func obey(_ verdict: SessionLimits.Verdict, id: Int64?) -> Bool {
    switch verdict {
    case .accepted: return true
    case .refused(let retryAfter):
      send(SignalingError(.rateLimited, "You are sending messages too quickly.", retryAfter: retryAfter), id: id)
    case .closed(let reason):
      end(reason)
    }
    return false
  }
}
