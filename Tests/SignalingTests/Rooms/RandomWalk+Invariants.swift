import Signaling

/// What must hold after every step.
extension RandomWalk {
  mutating func problems() -> [String] {
    faults + ownershipProblems() + permissionProblems() + presenceProblems() + exclusionProblems() + streamProblems()
      + plane.problems(of: room.state, at: room.now) + moves.problems(of: room.state, at: room.now)
  }

  private func ownershipProblems() -> [String] {
    let people = room.state.inOrder
    let owners = people.filter(\.isOwner)
    var problems: [String] = []
    var mayOwn = people.contains(where: \.mayOwn)
    if case .awaited = room.state.ownership { mayOwn = false }
    if owners.count != (mayOwn ? 1 : 0) { problems.append("\(owners.count) owners") }
    if owners.contains(where: { $0.role != .host || !$0.permissions.isSuperset(of: .hosting) }) {
      problems.append("the owner is no host")
    }
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
      if person.role != .host, !person.permissions.isDisjoint(with: person.revoked) {
        problems.append("\(person.id) has what was revoked")
      }
      let granted = self.people[person.id]?.granted ?? []
      if !person.permissions.isSubset(of: granted) { problems.append("\(person.id) is above its invitation") }
      if person.role == .host, granted == .all, person.permissions != .all {
        problems.append("\(person.id) is a host who may not do everything")
      }
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
    if state.participants.isEmpty, state.waiting.isEmpty, mayBeEmptyUntil.map({ $0 <= room.now }) ?? true {
      problems.append("an empty room goes on")
    }
    if let deadline = state.nextDeadline, deadline <= room.now { problems.append("a deadline was missed") }
    if state.settings.mode == .mesh, state.settings.topology != .mesh { problems.append("not the topology asked for") }
    if state.settings.mode == .auto, state.participants.count > 2, state.settings.topology == .mesh {
      problems.append("too many for a mesh")
    }
    if state.settings.topology == .mesh, state.participants.count > 4 { problems.append("too many in a mesh") }
    return problems
  }

  /// Nobody whose browser was banned is in the room or before it, but who proved to own it.
  private func exclusionProblems() -> [String] {
    let inside = room.state.inOrder.map { ($0.id, $0.profile) }
    let outside = room.state.waitingInOrder.map { ($0.id, $0.profile) }
    return (inside + outside).compactMap { id, profile in
      guard people[id]?.hasKey == false, banned.contains(where: { $0.isSameBrowser(as: profile) }) else { return nil }
      return "\(id) is here although its browser was banned"
    }
  }
}
