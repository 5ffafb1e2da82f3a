import Signaling
import TestSupport

/// Encoders and players come, connect, are lost and go.
extension RandomWalk {
  mutating func stream() -> String {
    let act = Int.random(in: 0..<10, using: &room.generator)
    if act < 3 { return publish() }
    if act < 5 { return watch() }
    guard let id = room.state.streams.all.randomElement(using: &room.generator) else { return "nothing" }
    switch act {
    case 5..<8:
      plane.connect(id)
      return "\(id) connects"
    case 8:
      plane.lose(id)
      return "\(id) is lost"
    default:
      room.leave(stream: id)
      return "\(id) ends its session"
    }
  }

  private var doorProfile: BrowserProfile {
    mutating get { BrowserProfile(address: "\(Int.random(in: 0..<4, using: &room.generator))") }
  }

  private mutating func publish() -> String {
    var entrant = room.encoder(profile: doorProfile)
    switch Int.random(in: 0..<3, using: &room.generator) {
    case 0: entrant.way = .publishing(key: streamKeys.randomElement(using: &room.generator))
    case 1: entrant.grant = AccessGrant(subject: "\(Int.random(in: 0..<3, using: &room.generator))", permissions: .all)
    default: if Bool.random(using: &room.generator) { entrant.provenPassword = room.state.settings.password }
    }
    let id = room.state.participant(for: entrant)
    guard offer(entrant) else { return "an encoder is refused" }
    people[id] = Person(profile: entrant.profile, granted: .all, hasKey: false)
    seen.encoders += 1
    seen.takeovers += id == entrant.id ? 0 : 1
    return "\(id) publishes"
  }

  private mutating func watch() -> String {
    let queries: [[String: String]] = [[:], [:], ["participant": "Olga"], ["source": "screen"]]
    let query = queries.randomElement(using: &room.generator) ?? [:]
    guard var entrant = try? room.player(query, profile: doorProfile) else { return "nothing" }
    if Bool.random(using: &room.generator) { entrant.grant = AccessGrant(subject: "v", role: .cohost) }
    guard offer(entrant) else { return "a player is refused" }
    seen.players += 1
    return "\(entrant.id) watches"
  }

  private mutating func offer(_ entrant: Entrant) -> Bool {
    guard !room.state.isEnded, room.offer(entrant) == .enters else {
      seen.refusedStreams += 1
      return false
    }
    streams.insert(room.state.participant(for: entrant))
    return true
  }

  // MARK: What must hold

  func streamProblems() -> [String] {
    var problems: [String] = []
    let state = room.state
    let doors = state.streams.all
    if Set(doors) != streams { problems.append("a session without a stream, or a stream without a session") }
    guard !state.isEnded else { return problems }
    if !doors.isEmpty, state.settings.topology == .mesh { problems.append("a stream in a mesh") }
    if doors.contains(where: { state.waiting[$0] != nil }) { problems.append("a stream waits") }
    let machines = doors.filter { state.participants[$0] != nil }
    if machines.contains(where: { state.participants[$0]?.role != .machine }) {
      problems.append("a stream is a person")
    }
    let viewers = doors.count - machines.count
    if viewers > state.settings.maxViewers { problems.append("too many watch") }
    return problems
  }
}
