import Signaling

/// Moves between topologies as they are told and as they end.
struct MovesModel {
  private var shown: [ParticipantID: [Topology?]] = [:]
  private var movesSince: Timestamp?
  private var speaker: [ParticipantID: ParticipantID?] = [:]
  private var qualities: [ParticipantID: [ParticipantID: MediaQuality]] = [:]
  /// What moves ended how.
  private(set) var endings: Set<String>

  init(endings: Set<String> = []) {
    self.endings = endings
  }

  mutating func follow(_ effect: RoomEffect) {
    switch effect {
    case .welcome(let id, let view, _):
      shown[id] = [view.room.topology, view.room.former]
      speaker[id] = .some(view.room.dominantSpeaker)
      qualities[id] = Dictionary(uniqueKeysWithValues: view.participants.map { ($0.id, $0.quality) })
    case .event(.roomChanged(let settings, let fields), let receivers):
      for id in receivers {
        if fields.contains(.topology) { shown[id]?[0] = settings.topology }
        if fields.contains(.former) { shown[id]?[1] = settings.former }
        if fields.contains(.dominantSpeaker) { speaker[id] = .some(settings.dominantSpeaker) }
      }
    case .event(.qualityChanged(let participants), let receivers):
      for id in receivers { for participant in participants { qualities[id]?[participant.id] = participant.quality } }
    case .close(let id, _): (shown[id], speaker[id], qualities[id]) = (nil, nil, nil)
    case .moveEnded(let target, let outcome):
      endings.insert("\(target.rawValue) \(outcome.rawValue)")
      movesSince = nil
    default: return
    }
  }

  mutating func problems(of state: RoomState, at now: Timestamp) -> [String] {
    guard !state.isEnded else { return [] }
    let (topology, former) = (state.settings.topology, state.settings.former)
    var problems: [String] = []
    if former != nil, Set([topology, former]) != [.mesh, .routed] { problems.append("no move from there to here") }
    if shown.values.contains(where: { $0 != [topology, former] }) { problems.append("somebody was told otherwise") }
    problems += conductProblems(of: state)
    movesSince = former == nil ? nil : movesSince ?? now
    let limit = topology == .mesh ? Duration.seconds(5) : .seconds(10)
    if let movesSince, now >= movesSince + limit { problems.append("the move does not end") }
    if former != nil, state.participants.isEmpty { problems.append("nobody moves") }
    return problems
  }
}

extension MovesModel {
  /// Who leads and how everybody does is what everybody was told, and nothing is known of it without media.
  private func conductProblems(of state: RoomState) -> [String] {
    var problems: [String] = []
    let leader = state.settings.dominantSpeaker
    if speaker.values.contains(where: { $0 != leader }) { problems.append("somebody hears another lead") }
    if let leader, state.participants[leader] == nil { problems.append("who is gone leads") }
    for participant in state.inOrder {
      let told = qualities.values.map { $0[participant.id] ?? MediaQuality() }
      if told.contains(where: { $0 != participant.quality }) { problems.append("a quality was told otherwise") }
    }
    let isMesh = state.settings.topology == .mesh && state.settings.former == nil
    if isMesh, leader != nil { problems.append("a mesh is led") }
    return problems
  }
}

/// What happens to media and between topologies.
extension RandomWalk {
  mutating func moveOrMedia() -> String {
    guard let id = room.state.inOrder.map(\.id).randomElement(using: &room.generator) else { return "nothing" }
    switch Int.random(in: 0..<23, using: &room.generator) {
    case 0..<5:
      hear(plane.news.count)
      return "all news are heard"
    case 5..<10:
      hear(1)
      return "news are heard"
    case 10..<12:
      plane.lose(id)
      return "media loses \(id)"
    case 12:
      plane.fail()
      return "media fails"
    case 20..<23:
      plane.measure(id, using: &room.generator)
      return "media measures \(id)"
    case 13:
      return say(#""type":"meshFailed","participant":"\#(id.rawValue)""#, from: room.state.inOrder[0].id)
    default:
      let topology = room.state.settings.topology
      for id in room.state.inOrder.map(\.id) where !streams.contains(id) { room.handle(.moved(to: topology), from: id) }
      return "all have moved to \(topology)"
    }
  }

  private mutating func hear(_ count: Int) {
    for _ in 0..<count {
      if let event = plane.takeNews(at: room.now) { room.media(event) }
      follow()
    }
  }
}
