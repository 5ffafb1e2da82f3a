import Signaling

/// Moves between topologies as they are told and as they end.
struct MovesModel {
  private var shown: [ParticipantID: [Topology?]] = [:]
  private var movesSince: Timestamp?
  /// What moves ended how.
  private(set) var endings: Set<String>

  init(endings: Set<String> = []) {
    self.endings = endings
  }

  mutating func follow(_ effect: RoomEffect) {
    switch effect {
    case .welcome(let id, let view, _): shown[id] = [view.room.topology, view.room.former]
    case .event(.roomChanged(let settings, let fields), let receivers):
      for id in receivers {
        if fields.contains(.topology) { shown[id]?[0] = settings.topology }
        if fields.contains(.former) { shown[id]?[1] = settings.former }
      }
    case .close(let id, _): shown[id] = nil
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
    movesSince = former == nil ? nil : movesSince ?? now
    let limit = topology == .mesh ? Duration.seconds(5) : .seconds(10)
    if let movesSince, now >= movesSince + limit { problems.append("the move does not end") }
    if former != nil, state.participants.isEmpty { problems.append("nobody moves") }
    return problems
  }
}

/// What happens to media and between topologies.
extension RandomWalk {
  mutating func moveOrMedia() -> String {
    guard let id = room.state.inOrder.map(\.id).randomElement(using: &room.generator) else { return "nothing" }
    switch Int.random(in: 0..<20, using: &room.generator) {
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
