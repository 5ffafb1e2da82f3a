import Signaling
import TestSupport

/// A seeded sequence of everything that can happen to a room, with a model of who must have been told what.
struct RandomWalk {
  var room: TestRoom
  /// How often it came to what only chance brings about.
  var seen = Seen()
  var plane = MediaPlaneModel()
  var moves = MovesModel()
  /// Who was given the room, and in what order its events were numbered.
  private(set) var members: Set<ParticipantID> = []
  private(set) var logs: [ParticipantID: EventLog] = [:]
  private(set) var faults: [String] = []
  /// What is known of everybody who ever came.
  var people: [ParticipantID: Person] = [:]
  private(set) var banned: [BrowserProfile] = []
  /// Whose place is gone for good.
  private var gone: Set<ParticipantID> = []
  /// Resume tokens of all times.
  private var tokens: [ResumeToken] = []
  /// After a restart the room may be empty for a while.
  private(set) var mayBeEmptyUntil: Timestamp?
  private let limits = SignalingLimits()
  private var hostKeys: [String] = []
  /// Encoders and players that are here, and the keys there ever were.
  var streams: Set<ParticipantID> = []
  private(set) var streamKeys: [String] = []
  private var nameCount = 0

  /// What somebody in the lobby may be told.
  private static let lobbyEvents: Set<ServerEvent.Kind> = [
    .lobbyMessage, .admitted, .denied, .resumeToken, .roomEnded, .serverStopping,
  ]

  /// Somebody as the model has them.
  struct Person {
    var profile: BrowserProfile
    /// What the invitation grants at most.
    var granted: Permissions
    var hasKey: Bool
  }

  struct Seen {
    var admissions = 0
    var returns = 0
    var refusedReturns = 0
    var bans = 0
    /// Tabs of a banned browser that were put out with it.
    var bannedTabs = 0
    var refusedAsBanned = 0
    var refusedForPassword = 0
    /// Those who came in with fewer permissions than their role has.
    var bounded = 0
    var encoders = 0
    /// Encoders that took their old place over.
    var takeovers = 0
    var players = 0
    var refusedStreams = 0

    mutating func add(_ other: Seen) {
      admissions += other.admissions
      returns += other.returns
      refusedReturns += other.refusedReturns
      bans += other.bans
      bannedTabs += other.bannedTabs
      refusedAsBanned += other.refusedAsBanned
      refusedForPassword += other.refusedForPassword
      bounded += other.bounded
      encoders += other.encoders
      takeovers += other.takeovers
      players += other.players
      refusedStreams += other.refusedStreams
    }
  }

  init(seed: UInt64) {
    room = TestRoom(seed: seed) { configuration in
      configuration.meshLimit = 2
      configuration.limits.meshParticipants = 4
      configuration.limits.maxParticipants = 8
      configuration.times.returnToMesh = .seconds(5)
    }
    let olga = room.entrant("Olga")
    people[olga.id] = Person(profile: olga.profile, granted: .all, hasKey: false)
    room.enter(olga)
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
    case 36..<38: act = restart()
    case 38..<46: act = comeBack()
    case 46..<58: act = govern()
    case 58..<70: act = moveOrMedia()
    case 70..<80: act = stream()
    default: act = say()
    }
    follow()
    if let id = anyPerson() { tokens.append(room.state.statement(of: id, at: room.now)) }
    return act
  }

  // MARK: What happens

  private mutating func join() -> String {
    nameCount += 1
    let roles: [Role?] = [nil, nil, nil, nil, .host, .cohost, .speaker, .audience, .observer, .machine]
    let grants: [Permissions?] = [nil, nil, nil, .all, .chat, [.chat, .publishAudio, .moderate], [.moderate, .admit]]
    let name = nameCount % 5 == 0 ? "Olga" : "N\(nameCount)"
    let profile = BrowserProfile(client: nil, cookie: "\(nameCount % 7)", address: "\(nameCount % 3)")
    var entrant = room.entrant(name, profile: profile)
    entrant.hostKey = Bool.random(using: &room.generator) ? nil : hostKeys.randomElement(using: &room.generator)
    let role = roles.randomElement(using: &room.generator) ?? nil
    let granted = grants.randomElement(using: &room.generator) ?? nil
    if role != nil || granted != nil {
      entrant.grant = AccessGrant(subject: name, role: role, permissions: granted)
    }
    if Bool.random(using: &room.generator) { entrant.provenPassword = room.state.settings.password }
    enter(entrant)
    return "join \(entrant)"
  }

  private mutating func enter(_ entrant: Entrant) {
    let hasKey = entrant.hostKey != nil
    let granted = hasKey ? .all : entrant.grant?.permissions ?? .all
    people[entrant.id] = Person(profile: entrant.profile, granted: granted, hasKey: hasKey)
    let isUnproven = entrant.grant == nil && !hasKey && entrant.provenPassword != room.state.settings.password
    switch room.enter(entrant) {
    case .needsPassword: seen.refusedForPassword += 1
    case .refused(let error): seen.refusedAsBanned += error.code == .banned ? 1 : 0
    case .waits, .enters:
      if isUnproven { faults.append("\(entrant.id) came in without the password") }
      seen.bounded += granted == .all ? 0 : 1
    }
  }

  private mutating func lose() -> String {
    guard let id = anyPerson() else { return "nothing" }
    if Bool.random(using: &room.generator) { room.depart(id) }
    room.lose(id)
    return "lose \(id)"
  }

  private mutating func reconnect() -> String {
    guard let id = anyPerson() else { return "nothing" }
    room.reconnect(id)
    return "reconnect \(id)"
  }

  private mutating func pass() -> String {
    let seconds = [1, 3, 6, 31].randomElement(using: &room.generator) ?? 1
    room.pass(.seconds(seconds))
    return "pass \(seconds) s"
  }

  private mutating func restart() -> String {
    room.restart()
    streams = []
    members = []
    logs = [:]
    plane = MediaPlaneModel()
    moves = MovesModel(endings: moves.endings)
    mayBeEmptyUntil = room.now + .seconds(120)
    return "restart"
  }

  private mutating func comeBack() -> String {
    guard let token = tokens.randomElement(using: &room.generator), let person = people[token.participant] else {
      return "nothing"
    }
    let isHere = room[token.participant] != nil || room.state.waiting[token.participant] != nil
    guard !isHere else { return "nothing" }
    let refusal = room.comeBack(token, profile: person.profile)
    seen.returns += refusal == nil ? 1 : 0
    seen.refusedReturns += refusal == nil ? 0 : 1
    return "\(token.participant) comes back: \(refusal?.code.rawValue ?? "in")"
  }

  /// A moderator does what random speakers are seldom allowed to.
  private mutating func govern() -> String {
    let moderators = room.state.inOrder.filter { $0.permissions.isSuperset(of: .hosting) }
    guard let sender = moderators.randomElement(using: &room.generator)?.id, let target = anybody() else {
      return "nothing"
    }
    let acts = [
      #""type":"updateRoom","lobby":true"#, #""type":"updateRoom","lobby":true,"locked":false"#,
      #""type":"updateRoom","lobby":false"#, #""type":"updateRoom","locked":false"#,
      #""type":"updateRoom","password":"p""#, #""type":"updateRoom","password":"""#,
      #""type":"updateRoom","maxParticipants":9,"mode":"auto""#,
      #""type":"updateRoom","mode":"routed""#, #""type":"updateRoom","mode":"mesh""#,
      #""type":"admit","everyone":true"#, #""type":"admit","participants":["\#(target.rawValue)"]"#,
      #""type":"moderate","action":"ban","participants":["\#(target.rawValue)"]"#,
    ]
    return say(acts.randomElement(using: &room.generator) ?? "", from: sender)
  }

  private mutating func setPassword(_ update: RoomUpdate, from sender: ParticipantID) -> String {
    var update = update
    update.password = .hashed(PasswordHash(of: "p", cost: PasswordCost(logN: 4, r: 1, p: 1)))
    room.handle(.updateRoom(update), from: sender)
    return "\(sender) sets a password"
  }

  private mutating func say() -> String {
    guard let sender = anyPerson(), let target = anybody(),
      let kind = ClientMessage.Kind.allCases.randomElement(using: &room.generator)
    else { return "nothing" }
    guard kind != .endRoom || Bool.random(using: &room.generator) else { return "nothing" }
    let message = room.state.chat.entries.randomElement(using: &room.generator)?.id ?? MessageID(rawValue: "m")
    let members = variants(of: kind, target: target, message: message).randomElement(using: &room.generator) ?? ""
    return say(members, from: sender)
  }

  mutating func say(_ members: String, from sender: ParticipantID) -> String {
    if case .updateRoom(let update)? = room.read(members), case .plain? = update.password {
      return setPassword(update, from: sender)
    }
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
        #""password":"p""#,
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
    case .moved: return ["mesh", "routed"].map { type + #","to":"\#($0)""# }
    case .setDevices: return [type + #","audio":true,"video":true,"screen":true"#, type + #","audio":false"#]
    default: return [plain]
    }
  }

  // Sorted, for the order of a dictionary differs from run to run.
  private var everybody: [ParticipantID] { room.state.inOrder.map(\.id) + room.state.waitingInOrder.map(\.id) }

  private mutating func anybody() -> ParticipantID? { everybody.randomElement(using: &room.generator) }

  /// Somebody who has a session.
  private mutating func anyPerson() -> ParticipantID? {
    everybody.filter { !streams.contains($0) }.randomElement(using: &room.generator)
  }

  // MARK: What must hold

  /// Performs the effects as `Room` does and notes what is against the rules.
  mutating func follow() {
    for effect in room.takeEffects() {
      plane.follow(effect)
      moves.follow(effect)
      switch effect {
      case .welcome(let id, let view, let welcome): note(welcome: id, view, welcome)
      case .putOff(let id, _): logs[id] = EventLog()
      case .event(let event, let receivers): for id in receivers { note(event, to: id) }
      case .close(let id, _):
        members.remove(id)
        logs[id] = nil
        gone.insert(id)
        streams.remove(id)
      case .reply(.streamKey(_, let key, _)): streamKeys.append(key)
      case .stream(let id, _):
        if !streams.contains(id) { faults.append("\(id) is told of a stream it has not") }
      case .reply, .renewToken, .media, .hold, .settle, .moveEnded, .speakerChanged, .keep, .end: continue
      }
    }
  }

  private mutating func note(welcome id: ParticipantID, _ view: RoomView, _ welcome: RoomEffect.Welcome) {
    if members.contains(id) { faults.append("\(id) was given the room twice") }
    if gone.contains(id) { faults.append("\(id) came back after it was gone") }
    members.insert(id)
    switch welcome {
    case .result(let hostKey):
      logs[id] = EventLog()
      if let hostKey { hostKeys.append(hostKey) }
    case .door: logs[id] = EventLog()
    case .admitted:
      seen.admissions += 1
      note(.admitted(Samples.snapshot), to: id)
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
    if case .removed(.banned, _) = event, let profile = people[id]?.profile { note(ban: profile) }
    if case .chatMessage(let message) = event, !message.isVisible(to: id) { faults.append("\(id) read a secret") }
  }

  private mutating func note(ban profile: BrowserProfile) {
    seen.bans += 1
    if let last = banned.last, last.isSameBrowser(as: profile) { seen.bannedTabs += 1 }
    banned.append(profile)
  }
}
