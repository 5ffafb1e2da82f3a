import Signaling

/// A media plane as a room sees it: does what it is asked, answers every description in order, loses things, and is heard late.
struct MediaPlaneModel {
  /// What it has to tell and the room has not heard.
  private(set) var news: [MediaEvent] = []
  private(set) var faults: [String] = []
  /// As the room has asked for it.
  private(set) var isOpen = false
  private(set) var added: Set<ParticipantID> = []
  private var wanted: [ParticipantID: Set<MediaTrack>] = [:]
  /// What is left of it.
  private var serves = false
  private var served: Set<ParticipantID> = []
  /// Whose offer was answered.
  private var offered: Set<ParticipantID> = []
  private var waiting: Set<RequestTicket> = []
  /// When the room last heard of a failure, and of the loss of somebody.
  private var failedAt: Timestamp?
  private var lostAt: [ParticipantID: Timestamp] = [:]

  /// What was lost at once after it was begun is begun again after this time.
  private static let pause = Duration.seconds(2)

  // MARK: What it is asked

  mutating func follow(_ effect: RoomEffect) {
    switch effect {
    case .media(let command): perform(command)
    case .hold(let ticket):
      if !waiting.insert(ticket).inserted { faults.append("a request is kept twice") }
    case .settle(let ticket, _):
      if waiting.remove(ticket) == nil { faults.append("a request is answered twice") }
    default: return
    }
  }

  private mutating func perform(_ command: MediaCommand) {
    if let id = command.participant, !added.contains(id) { faults.append("\(command) of somebody who was not added") }
    switch command {
    case .open:
      if isOpen { faults.append("opened twice") }
      (isOpen, serves) = (true, true)
    case .close:
      if !isOpen { faults.append("closed twice") }
      (isOpen, serves, added, served, offered, wanted) = (false, false, [], [], [], [:])
    case .add(let id, _):
      if !isOpen || !added.insert(id).inserted { faults.append("\(id) is added twice or to nothing") }
      if serves { served.insert(id) }
      news.append(serves ? .offer(id, "v=0", slots: []) : .lost(id))
    case .remove(let id):
      added.remove(id)
      served.remove(id)
      offered.remove(id)
      wanted[id] = nil
    case .offer(let id, _, _), .watch(let id, _, _):
      news.append(served.contains(id) ? .answer(id, "a") : Self.refusal(.offer, id))
      if served.contains(id) { offered.insert(id) }
    case .fragment(let id, _, _): news.append(offered.contains(id) ? .fragment(id, nil) : Self.refusal(.fragment, id))
    case .answer(let id, _): news.append(served.contains(id) ? .accepted(id) : Self.refusal(.answer, id))
    case .report(let id): if served.contains(id) { news.append(.report(id, MediaReport())) }
    case .subscribe(let id, let wishes):
      wanted[id, default: []].formUnion(wishes.keys)
      if wanted[id, default: []].count > 64 { faults.append("\(id) wants too much") }
    case .unsubscribe(let id, let tracks):
      if !wanted[id, default: []].isSuperset(of: tracks) { faults.append("\(id) gives up what it did not want") }
      wanted[id]?.subtract(tracks)
    case .allow, .restart, .select: return
    }
  }

  private static func refusal(_ description: MediaRefusal.Description, _ id: ParticipantID) -> MediaEvent {
    .refused(id, MediaRefusal(description, "Nobody knows you."))
  }

  // MARK: What befalls it

  mutating func lose(_ id: ParticipantID) {
    offered.remove(id)
    if served.remove(id) != nil { news.append(.lost(id)) }
  }

  /// Something is found out about somebody, and about who leads.
  mutating func measure(_ id: ParticipantID, using generator: inout some RandomNumberGenerator) {
    guard served.contains(id) else { return }
    let level = MediaQuality.Level.allCases.randomElement(using: &generator) ?? .good
    let rating = MediaQuality.Rating(level, level == .good ? nil : .loss)
    news.append(.quality(id, MediaQuality(publishing: rating)))
    news.append(.dominantSpeaker(Bool.random(using: &generator) ? id : nil))
    news.append(.demand(id, .camera, layers: Int.random(in: 0...3, using: &generator)))
  }

  /// The connection that somebody has offered comes up.
  mutating func connect(_ id: ParticipantID) {
    if offered.contains(id) { news.append(.connected(id)) }
  }

  mutating func fail() {
    guard serves else { return }
    (serves, served, offered) = (false, [], [])
    news.append(.failed)
  }

  /// The next the room hears of it.
  mutating func takeNews(at now: Timestamp) -> MediaEvent? {
    guard !news.isEmpty else { return nil }
    let event = news.removeFirst()
    switch event {
    case .failed: failedAt = now
    case .lost(let id): lostAt[id] = now
    default: break
    }
    return event
  }

  // MARK: What must hold

  func problems(of state: RoomState, at now: Timestamp) -> [String] {
    var problems = faults
    let settings = state.settings
    let isNeeded = !state.participants.isEmpty && (settings.topology != .mesh || settings.former == .routed)
    let mayPause = failedAt.map { now < $0 + Self.pause } ?? false
    if isOpen != isNeeded, !(isNeeded && mayPause) { problems.append("media is \(isOpen ? "open" : "closed")") }
    let all = Set(state.participants.keys).union(state.streams.all)
    let missing = isOpen ? all.subtracting(added) : []
    if missing.contains(where: { lostAt[$0].map { now >= $0 + Self.pause } ?? true }) {
      problems.append("somebody is not in the media")
    }
    if !added.isSubset(of: all) { problems.append("somebody is in the media and not in the room") }
    if wanted.values.joined().contains(where: { state.participants[$0.participant] == nil }) {
      problems.append("somebody who is gone is wanted")
    }
    if news.isEmpty || state.isEnded, !waiting.isEmpty { problems.append("\(waiting.count) requests stay unanswered") }
    return problems
  }
}

extension MediaCommand {
  /// Who must have been added before.
  fileprivate var participant: ParticipantID? {
    switch self {
    case .open, .close, .add: nil
    case .allow(let id, _), .offer(let id, _, _), .answer(let id, _), .restart(let id, _), .subscribe(let id, _),
      .unsubscribe(let id, _), .watch(let id, _, _), .select(let id, _), .fragment(let id, _, _), .report(let id),
      .remove(let id):
      id
    }
  }
}
