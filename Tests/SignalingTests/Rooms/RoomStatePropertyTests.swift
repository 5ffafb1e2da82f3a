import Signaling
import TestSupport
import Testing

/// Whatever happens to a room, in whatever order: what must always hold.
@Suite struct RoomStatePropertyTests {
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func holdsWhateverHappens(seed: UInt64) {
    var walk = RandomWalk(seed: seed)

    for step in 0..<250 {
      let act = walk.step()
      let problems = walk.problems()
      #expect(problems.isEmpty, "seed \(seed), step \(step): \(act): \(problems)")
      guard problems.isEmpty, !walk.room.state.isEnded else { return }
    }
  }

  @Test func theWalksSeeMuchOfWhatARoomCanDo() {
    var kinds: Set<ServerEvent.Kind> = []
    var ended = 0
    var waited = 0
    for seed in 1...30 as ClosedRange<UInt64> {
      var walk = RandomWalk(seed: seed)
      for _ in 0..<250 where !walk.room.state.isEnded {
        _ = walk.step()
        waited = max(waited, walk.room.state.waiting.count)
      }
      kinds.formUnion(walk.room.told.values.joined())
      ended += walk.room.state.isEnded ? 1 : 0
    }

    let elsewhere: Set<ServerEvent.Kind> = [.resumeToken, .serverStopping, .admitted, .subscription, .echoEnded]
    #expect(kinds.isSuperset(of: Set(ServerEvent.Kind.allCases).subtracting(elsewhere)))
    #expect(ended > 2 && ended < 30)
    #expect(waited >= 3)
  }
}

/// A seeded sequence of everything that can happen to a room, with a model of who must have been told what.
private struct RandomWalk {
  var room: TestRoom
  /// Who was given the room, and in what order its events were numbered.
  private var members: Set<ParticipantID> = []
  private var logs: [ParticipantID: EventLog] = [:]
  private var faults: [String] = []
  private let limits = SignalingLimits()
  private var hostKeys: [String] = []
  private var nameCount = 0

  /// What somebody in the lobby may be told.
  private static let lobbyEvents: Set<ServerEvent.Kind> = [
    .lobbyMessage, .admitted, .denied, .resumeToken, .roomEnded, .serverStopping,
  ]

  init(seed: UInt64) {
    room = TestRoom(seed: seed) { configuration in
      configuration.meshLimit = 2
      configuration.limits.meshParticipants = 4
      configuration.limits.maxParticipants = 8
    }
    room.join("Olga")
    follow()
  }

  /// Does something and says what.
  mutating func step() -> String {
    let act: String
    switch Int.random(in: 0..<100, using: &room.generator) {
    case 0..<22: act = join()
    case 22..<28: act = lose()
    case 28..<32: act = reconnect()
    case 32..<36: act = pass()
    default: act = say()
    }
    follow()
    return act
  }

  // MARK: What happens

  private mutating func join() -> String {
    nameCount += 1
    let roles: [Role?] = [nil, nil, nil, nil, .host, .cohost, .speaker, .audience, .observer, .machine]
    let key = Bool.random(using: &room.generator) ? nil : hostKeys.randomElement(using: &room.generator)
    let role = roles.randomElement(using: &room.generator) ?? nil
    let name = nameCount % 5 == 0 ? "Olga" : "N\(nameCount)"
    let profile = BrowserProfile(client: nil, cookie: "\(nameCount % 9)", address: "\(nameCount % 3)")
    room.join(name, role: role, hostKey: key, profile: profile)
    return "join \(name) as \(String(describing: role)) with \(key ?? "no key")"
  }

  private mutating func lose() -> String {
    guard let id = anybody() else { return "nothing" }
    if Bool.random(using: &room.generator) { room.depart(id) }
    room.lose(id)
    return "lose \(id)"
  }

  private mutating func reconnect() -> String {
    guard let id = anybody() else { return "nothing" }
    room.reconnect(id)
    return "reconnect \(id)"
  }

  private mutating func pass() -> String {
    let seconds = [1, 3, 6, 31].randomElement(using: &room.generator) ?? 1
    room.pass(.seconds(seconds))
    return "pass \(seconds) s"
  }

  private mutating func say() -> String {
    guard let sender = anybody(), let target = anybody(),
      let kind = ClientMessage.Kind.allCases.randomElement(using: &room.generator)
    else { return "nothing" }
    guard kind != .endRoom || Int.random(in: 0..<20, using: &room.generator) == 0 else { return "nothing" }
    let message = room.state.chat.messages.randomElement(using: &room.generator)?.id ?? MessageID(rawValue: "m")
    let members = variants(of: kind, target: target, message: message).randomElement(using: &room.generator) ?? ""
    room.handle(members, from: sender)
    return "\(sender) says \(members)"
  }

  private func variants(of kind: ClientMessage.Kind, target: ParticipantID, message: MessageID) -> [String] {
    let target = target.rawValue
    let type = #""type":"\#(kind.rawValue)""#
    let plain = RequestLiterals.members(kind, target: target, message: message.rawValue)
    switch kind {
    case .updateRoom:
      let updates = [
        #""locked":true"#, #""locked":false"#, #""lobby":true"#, #""lobby":false"#, #""waitForHost":true"#,
        #""waitForHost":false"#, #""mode":"routed""#, #""mode":"auto""#, #""mode":"mesh""#, #""mode":"broadcast""#,
        #""maxParticipants":3"#, #""maxParticipants":9"#, #""rules":{"chat":false,"publishAudio":false}"#,
        #""rules":{"chat":true,"publishAudio":true}"#, #""endsAfter":86400"#, #""password":"""#,
      ]
      return updates.map { type + "," + $0 }
    case .moderate:
      return ModerationRequest.Action.allCases.flatMap { action in
        [#""participants":["\#(target)"]"#, #""everyone":true"#].map {
          type + #","action":"\#(action.rawValue)","# + $0
        }
      }
    case .setRole:
      return Role.allCases.map { type + #","participant":"\#(target)","role":"\#($0.rawValue)""# }
    case .setPermission:
      return Permission.allCases.flatMap { permission in
        [true, false].map {
          type + #","participant":"\#(target)","permission":"\#(permission.name)","allowed":\#($0)"#
        }
      }
    case .sendChat: return [plain, plain + #","to":"\#(target)""#, plain + #","replyTo":"\#(message.rawValue)""#]
    case .setDevices: return [type + #","audio":true,"video":true,"screen":true"#, type + #","audio":false"#]
    default: return [plain]
    }
  }

  private mutating func anybody() -> ParticipantID? {
    // Sorted, for the order of a dictionary differs from run to run.
    let everybody = room.state.inOrder.map(\.id) + room.state.waitingInOrder.map(\.id)
    return everybody.randomElement(using: &room.generator)
  }

  // MARK: What must hold

  /// Performs the effects as `Room` does and notes what is against the rules.
  private mutating func follow() {
    for effect in room.takeEffects() {
      switch effect {
      case .welcome(let id, let view, let welcome): note(welcome: id, view, welcome)
      case .putOff(let id, _): logs[id] = EventLog()
      case .event(let event, let receivers): for id in receivers { note(event, to: id) }
      case .close(let id, _):
        members.remove(id)
        logs[id] = nil
      case .reply, .renewToken, .media, .keep, .end: continue
      }
    }
  }

  private mutating func note(welcome id: ParticipantID, _ view: RoomView, _ welcome: RoomEffect.Welcome) {
    if members.contains(id) { faults.append("\(id) was given the room twice") }
    members.insert(id)
    switch welcome {
    case .result(let hostKey):
      logs[id] = EventLog()
      if let hostKey { hostKeys.append(hostKey) }
    case .admitted: note(.admitted(Samples.snapshot), to: id)
    }
    if !view.participants.contains(where: { $0.id == id }) { faults.append("\(id) is not in its own snapshot") }
    if view.chat.contains(where: { !$0.isVisible(to: id) }) { faults.append("\(id) was given a private message") }
  }

  private mutating func note(_ event: ServerEvent, to id: ParticipantID) {
    if !members.contains(id), !Self.lobbyEvents.contains(event.kind) {
      faults.append("\(id), who is not in the room, was told \(event.kind)")
    }
    guard let last = logs[id]?.lastSeq else { return faults.append("\(event.kind) went to \(id), who is gone") }
    if logs[id]?.append(EncodedEvent(event), limits: limits) != last + 1 { faults.append("a gap for \(id)") }
    if case .hostKey(let key) = event { hostKeys.append(key) }
    if case .chatMessage(let message) = event, !message.isVisible(to: id) { faults.append("\(id) read a secret") }
  }

  func problems() -> [String] {
    faults + ownershipProblems() + permissionProblems() + presenceProblems()
  }

  private func ownershipProblems() -> [String] {
    let people = room.state.inOrder
    let owners = people.filter(\.isOwner)
    var problems: [String] = []
    let mayOwn = people.contains { $0.role.succession != nil }
    if owners.count != (mayOwn ? 1 : 0) { problems.append("\(owners.count) owners") }
    if owners.contains(where: { $0.role != .host }) { problems.append("the owner is no host") }
    if room.state.ownership.holder != owners.first?.id { problems.append("the owner's mark is with another") }
    return problems
  }

  private func permissionProblems() -> [String] {
    room.state.inOrder.flatMap { person -> [String] in
      var problems: [String] = []
      if !person.permissions.isSubset(of: person.role.permissions) { problems.append("\(person.id) may too much") }
      let isBound = !person.permissions.contains(.moderate)
      let ruled = room.state.settings.rules.union([.moderate, .admit])
      if isBound, !person.permissions.isSubset(of: ruled) { problems.append("\(person.id) is above the rules") }
      if !person.permissions.isDisjoint(with: person.revoked) { problems.append("\(person.id) has what was revoked") }
      if !person.devices.kinds.isSubset(of: person.permissions.mediaKinds) {
        problems.append("\(person.id) publishes what it may not")
      }
      return problems
    }
  }

  private func presenceProblems() -> [String] {
    let state = room.state
    guard !state.isEnded else { return logs.isEmpty ? [] : ["somebody is left in a room that ended"] }
    var problems: [String] = []
    if members != Set(state.participants.keys) { problems.append("who is in the room was not given it") }
    if Set(logs.keys) != Set(state.participants.keys).union(state.waiting.keys) { problems.append("a log too many") }
    if !Set(state.participants.keys).isDisjoint(with: state.waiting.keys) { problems.append("in and out at once") }
    if Set(state.inOrder.map(\.name.folded)).count != state.participants.count { problems.append("two of one name") }
    if state.participants.isEmpty, state.waiting.isEmpty { problems.append("an empty room goes on") }
    if let deadline = state.nextDeadline, deadline <= room.now { problems.append("a deadline was missed") }
    if state.settings.mode == .mesh, state.settings.topology != .mesh { problems.append("not the topology asked for") }
    if state.settings.mode == .auto, state.participants.count > 2, state.settings.topology == .mesh {
      problems.append("too many for a mesh")
    }
    return problems
  }
}
