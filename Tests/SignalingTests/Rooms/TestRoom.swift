import NIOCore
import Signaling
import TestSupport
import Testing

/// A room without sessions: the pure state, what it did, and what each participant was told by it.
struct TestRoom {
  private(set) var state: RoomState
  var now = Timestamp(milliseconds: 1_781_000_000_000)
  var generator: SeededGenerator
  /// All effects so far.
  private(set) var effects: [RoomEffect] = []
  private(set) var told: [ParticipantID: [ServerEvent.Kind]] = [:]
  /// Requests that wait for the media plane.
  private(set) var held: [RequestTicket] = []
  private var count = 0
  private let parameters: RoomParameters
  private let decoder = MessageDecoder(limits: SignalingLimits())

  init(
    seed: UInt64 = 1, topologies: Set<Topology> = [.routed, .broadcast], name: String = "tea",
    _ configure: (inout SignalingConfiguration) -> Void = { _ in }
  ) {
    generator = SeededGenerator(seed: seed)
    var configuration = SignalingConfiguration()
    // Rooms stay a mesh however many join, unless a test is about that.
    configuration.limits.meshParticipants = 1000
    configuration.meshLimit = 1000
    configure(&configuration)
    guard let name = try? RoomName(name) else { preconditionFailure("\(name) names a room.") }
    parameters = RoomParameters(configuration, topologies: topologies)
    state = RoomState(name: name, life: "life", parameters: parameters, at: now)
  }

  // MARK: Doing

  @discardableResult
  mutating func join(
    _ name: String, role: Role? = nil, permissions: Permissions? = nil, hostKey: String? = nil,
    profile: BrowserProfile? = nil
  ) -> ParticipantID {
    var entrant = entrant(name, profile: profile)
    entrant.hostKey = hostKey
    if role != nil || permissions != nil {
      entrant.grant = AccessGrant(subject: name, role: role, permissions: permissions)
    }
    enter(entrant)
    return entrant.id
  }

  /// Somebody who wants to come in with all devices on.
  mutating func entrant(_ name: String, profile: BrowserProfile? = nil) -> Entrant {
    count += 1
    var entrant = Entrant(
      id: ParticipantID(rawValue: "p_\(count)"), name: Samples.name(name),
      profile: profile ?? BrowserProfile(client: "\(count)", cookie: "\(count)", address: "a"))
    entrant.devices = Devices(audio: true, video: true, screen: true)
    return entrant
  }

  /// Joins if the room allows it.
  @discardableResult
  mutating func enter(_ entrant: Entrant) -> Admission {
    let admission = state.admission(of: entrant, at: now)
    switch admission {
    case .enters, .waits: note(state.join(entrant, at: now, using: &generator))
    case .needsPassword, .refused: break
    }
    return admission
  }

  /// Handles a request given as its members, and says why it was refused if it was.
  @discardableResult
  mutating func handle(_ members: String, from id: ParticipantID) -> SignalingError? {
    do {
      let request = try decoder.decode(ByteBuffer(string: #"{"id":1,\#(members)}"#))
      return handle(request.message, from: id)
    } catch {
      Issue.record("\(members) is no request: \(error)")
      return nil
    }
  }

  /// The request of these members.
  func read(_ members: String) -> ClientMessage? {
    (try? decoder.decode(ByteBuffer(string: #"{"id":1,\#(members)}"#)))?.message
  }

  @discardableResult
  mutating func handle(_ message: ClientMessage, from id: ParticipantID) -> SignalingError? {
    do {
      note(try state.handle(message, from: id, at: now, using: &generator))
      return nil
    } catch {
      return error
    }
  }

  /// Comes in by WHIP or WHEP, if the room allows it, with an offer that says so.
  @discardableResult
  mutating func offer(_ entrant: Entrant) -> Admission {
    let admission = state.admission(of: entrant, at: now)
    if case .enters = admission { note(state.join(entrant, offering: "offer", at: now, using: &generator)) }
    return admission
  }

  /// Media tells something; false if it is not about an encoder or player.
  @discardableResult
  mutating func media(_ event: MediaEvent) -> Bool {
    if let effects = state.handle(stream: event, at: now) {
      note(effects)
      return true
    }
    note(state.handle(event, at: now))
    return false
  }

  mutating func leave(stream id: ParticipantID) { note(state.leave(stream: id, at: now)) }

  mutating func lose(_ id: ParticipantID) { note(state.lose(id, at: now)) }
  mutating func depart(_ id: ParticipantID) { note(state.depart(id, at: now)) }
  mutating func reconnect(_ id: ParticipantID) { note(state.reconnect(id, at: now)) }

  /// The media plane tells something.
  mutating func report(_ event: MediaEvent) { note(state.handle(event, at: now)) }

  /// The process ends, and the next one begins with what was kept.
  mutating func restart() {
    guard let policy = RoomPolicy(decoding: state.policy(at: now).encoded) else {
      Issue.record("The room that was kept cannot be read.")
      return
    }
    state = RoomState(policy: policy, parameters: parameters, at: now)
    held = []
  }

  /// Comes back after a restart, and says why not if not.
  @discardableResult
  mutating func comeBack(_ statement: ResumeToken, profile: BrowserProfile) -> SignalingError? {
    do {
      note(try state.comeBack(statement, profile: profile, at: now))
      return nil
    } catch {
      return error
    }
  }

  mutating func pass(_ duration: Duration) {
    now = now + duration
    note(state.advance(to: now))
  }

  /// Writes a message into the chat, as its sender would have had it been allowed to.
  mutating func addMessage(from id: ParticipantID) -> MessageID {
    let message = MessageID(rawValue: "m_\(state.chat.entries.count)")
    state.chat.append(
      ChatMessage(
        id: message, from: id, name: Samples.name("x"), to: nil, text: "x", sentAt: now, replyTo: nil))
    return message
  }

  // MARK: Asking

  subscript(id: ParticipantID) -> Participant? { state.participants[id] }

  func message(_ kind: ClientMessage.Kind, target: ParticipantID, message: MessageID) throws -> ClientMessage {
    let members = RequestLiterals.members(kind, target: target.rawValue, message: message.rawValue)
    return try decoder.decode(ByteBuffer(string: #"{"id":1,\#(members)}"#)).message
  }

  /// What the media plane was asked since the last call.
  mutating func takeMedia() -> [MediaCommand] {
    take { if case .media(let command) = $0 { command } else { nil } }
  }

  /// The moves that have ended since the last call.
  mutating func takeMoves() -> [String] {
    take { if case .moveEnded(let target, let outcome) = $0 { "\(target.rawValue) \(outcome.rawValue)" } else { nil } }
  }

  /// How the media plane's answers were passed on since the last call.
  mutating func takeSettled() -> [(RequestTicket, MediaReply)] {
    take { if case .settle(let ticket, let reply) = $0 { (ticket, reply) } else { nil } }
  }

  /// How many requests were answered at once since the last call.
  mutating func takeReplies() -> Int {
    take { if case .reply = $0 { 1 } else { nil } }.count
  }

  private mutating func take<Value>(_ read: (RoomEffect) -> Value?) -> [Value] {
    let taken = effects.compactMap(read)
    effects.removeAll { read($0) != nil }
    return taken
  }

  /// What the effects since the last call were.
  mutating func takeEffects() -> [RoomEffect] {
    defer { effects = [] }
    return effects
  }

  private mutating func note(_ new: [RoomEffect]) {
    effects += new
    for effect in new {
      switch effect {
      case .hold(let ticket): held.append(ticket)
      case .settle(let ticket, _): held.removeAll { $0 == ticket }
      default: continue
      }
    }
    for case .event(let event, let receivers) in new {
      for receiver in receivers { told[receiver, default: []].append(event.kind) }
    }
  }
}
