/// A room as a pure value: what happens goes in, what is to be done comes out, and the time and randomness are passed.
///
/// Nothing here sends, waits or reads a clock; the actor `Room` performs the effects. Every entry point leaves the room settled: the
/// role of host passed on, the topology chosen, those let in who wait for no reason any more.
package struct RoomState: Sendable {
  let parameters: RoomParameters
  /// Names this life of the room: a room of the same name made later is another.
  let life: String
  package var settings: RoomSettings
  package var participants: [ParticipantID: Participant] = [:]
  package var waiting: [ParticipantID: Waiting] = [:]
  package var ownership = Ownership.none
  var hostKeyHash: [UInt8]?
  var exclusions = Exclusions()
  var restrictions = Restrictions()
  var denials = Denials()
  var lobbyNews = LobbyNews.none
  package var chat: ChatHistory
  var audit: BoundedHistory<AuditEntry>
  /// After a restart: those who were in the room and may resume.
  var returning: Returning?
  /// When a routed room that is small again becomes a mesh.
  var returnsToMeshAt: Timestamp?
  /// Present exactly while `settings.former` is.
  var move: TopologyMove?
  var meshFailures = MeshFailures()
  var media = RoomMedia()
  package var streams = Streams()
  package var streamKeys = StreamKeys()
  package private(set) var isEnded = false
  private var effects: [RoomEffect] = []
  private var nextOrder = 0
  private var nextTicket = 0
  /// Those just entering: they are told by their snapshot, not by events.
  var entering: [ParticipantID] = []

  package init(name: RoomName, life: String, parameters: RoomParameters, at now: Timestamp) {
    self.parameters = parameters
    self.life = life
    settings = RoomSettings(
      name: name, createdAt: now, maxParticipants: parameters.limits.maxParticipants,
      maxViewers: parameters.limits.maxViewers)
    chat = ChatHistory(limits: parameters.limits)
    audit = BoundedHistory(limits: parameters.limits)
  }

  // MARK: Asking

  /// The participants in the order in which they joined.
  package var inOrder: [Participant] { participants.values.sorted { $0.order < $1.order } }

  /// Those who wait, in the order in which they came.
  package var waitingInOrder: [Waiting] { waiting.values.sorted { $0.order < $1.order } }

  /// Where this participant stands, for the rules.
  func standing(of id: ParticipantID) -> Standing {
    if let participant = participants[id] {
      return .member(
        role: participant.role, permissions: participant.permissions, isOwner: participant.isOwner)
    }
    return waiting[id] == nil ? .greeted : .waiting
  }

  /// Whether anybody present can let others in.
  var hasAdmitter: Bool { participants.values.contains { $0.permissions.contains(.admit) } }

  /// When something happens of itself.
  package var nextDeadline: Timestamp? {
    var deadline = [settings.endsAt, returnsToMeshAt, move?.endsAt, media.nextDeadline, returning?.until]
      .compactMap { $0 }.min()
    func consider(_ time: Timestamp?) {
      if let time { deadline = min(deadline ?? time, time) }
    }
    if case .awaited(_, let until) = ownership { consider(until) }
    if case .due(let time) = lobbyNews { consider(time) }
    consider(streams.nextDeadline)
    for participant in participants.values {
      consider(participant.presence.deadline)
      consider(participant.renewsTokenAt)
    }
    for person in waiting.values {
      consider(person.presence.deadline)
      consider(person.renewsTokenAt)
    }
    return deadline
  }

  // MARK: Effects

  mutating func emit(_ effect: RoomEffect) {
    effects.append(effect)
  }

  /// Tells those who are this audience now, not those who will be it when the effect is performed.
  mutating func tell(_ event: ServerEvent, to audience: Audience = .everybody) {
    let receivers: [ParticipantID] =
      switch audience {
      case .everybody: participants.keys.filter { !entering.contains($0) }
      case .one(let id): [id]
      case .admitters:
        participants.values.filter { $0.permissions.contains(.admit) && !entering.contains($0.id) }.map(\.id)
      case .waiting: Array(waiting.keys)
      }
    if !receivers.isEmpty { effects.append(.event(event, to: receivers)) }
  }

  /// What this participant may see.
  package func view(for id: ParticipantID) -> RoomView {
    let mayAdmit = participants[id]?.permissions.contains(.admit) ?? false
    return RoomView(
      room: settings, participants: inOrder, waiting: mayAdmit ? waitingInOrder : nil,
      chat: chat.entries.filter { $0.isVisible(to: id) })
  }

  /// Gives what is to be done and forgets it.
  mutating func takeEffects() -> [RoomEffect] {
    defer { effects = [] }
    return effects
  }

  mutating func takeOrder() -> Int {
    defer { nextOrder += 1 }
    return nextOrder
  }

  mutating func takeTicket() -> RequestTicket {
    defer { nextTicket += 1 }
    return RequestTicket(number: nextTicket)
  }

  // MARK: Changing

  /// Changes a participant, holds its devices to its permissions, and tells everybody what is different.
  mutating func change(_ id: ParticipantID, _ body: (inout Participant) -> Void) {
    guard let old = participants[id] else { return }
    var new = old
    body(&new)
    hold(&new)
    participants[id] = new
    tellChanges(from: old, to: new)
  }

  /// Changes the settings and tells everybody what is different.
  mutating func changeSettings(_ body: (inout RoomSettings) -> Void) {
    let old = settings
    body(&settings)
    guard settings != old else { return }
    let fields = settings.changes(since: old)
    if !fields.isEmpty { tell(.roomChanged(settings, fields)) }
    emit(.keep)
    guard settings.rules != old.rules else { return }
    for participant in inOrder { change(participant.id) { _ in } }
  }

  /// Calculates what the participant may do, and switches off what it may no longer publish.
  func hold(_ participant: inout Participant) {
    var permissions = participant.role.permissions.intersection(participant.granted)
    // A room must not be left with a host who can do nothing.
    if participant.role != .host { permissions.subtract(participant.revoked) }
    if !permissions.contains(.moderate) {
      permissions.formIntersection(settings.rules.union(.hosting))
    }
    participant.permissions = permissions
    participant.devices.kinds.formIntersection(permissions.mediaKinds)
  }

  private mutating func tellChanges(from old: Participant, to new: Participant) {
    guard !entering.contains(new.id) else { return }
    let fields = new.changes(since: old)
    if !fields.isEmpty { tell(.participantChanged(new, fields)) }
    if new.devices != old.devices, media.has(new.id) {
      emit(.media(.allow(new.id, publishing: new.devices.kinds)))
    }
    if new.devices != old.devices { followPublishers() }
    if new.role != old.role || new.isOwner != old.isOwner { emit(.renewToken(new.id)) }
    if Self.mustKeep(new, insteadOf: old) { emit(.keep) }
    if new.permissions.contains(.admit), !old.permissions.contains(.admit), !waiting.isEmpty {
      tell(.waitingChanged(waitingInOrder), to: .one(new.id))
    }
  }

  /// Whether something has changed that must survive a restart.
  private static func mustKeep(_ new: Participant, insteadOf old: Participant) -> Bool {
    new.role != old.role || new.isOwner != old.isOwner || new.revoked != old.revoked || new.name != old.name
      || new.cameByHostKey != old.cameByHostKey
  }

  /// Brings everything in order that follows from who is here.
  mutating func settle(at now: Timestamp) {
    guard !isEnded else { return }
    settleHosts(at: now)
    releaseWaiting(at: now)
    settleViewers(at: now)
    settleTopology(at: now)
    if participants.isEmpty, waiting.isEmpty, returning == nil { finish() }
  }

  /// Ends the room for everybody in it.
  mutating func end(_ reason: ServerEvent.EndReason) {
    tell(.roomEnded(reason))
    tell(.roomEnded(reason), to: .waiting)
    endMedia()
    for participant in inOrder { emit(.close(participant.id, .roomEnded)) }
    for person in waitingInOrder { emit(.close(person.id, .roomEnded)) }
    participants = [:]
    waiting = [:]
    streams = Streams()
    finish()
  }

  private mutating func finish() {
    endMedia()
    isEnded = true
    ownership = .none
    emit(.end)
  }
}
