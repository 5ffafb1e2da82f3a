extension RoomState {
  /// How many this room takes as long as nothing but a mesh can carry it.
  var meshCapacity: Int {
    switch settings.mode {
    case .mesh: parameters.limits.meshParticipants
    case .auto: parameters.topologies.contains(.routed) ? .max : parameters.limits.meshParticipants
    case .routed, .broadcast: .max
    }
  }

  /// Whether the room has its media from the server once so many are in it.
  func needsMedia(participantCount count: Int) -> Bool {
    guard settings.mediaMode == nil else { return true }
    return switch settings.mode {
    case .mesh: false
    case .auto: parameters.topologies.contains(.routed) && count > parameters.meshLimit
    case .routed, .broadcast: true
    }
  }

  /// Whether this server can do it.
  func offers(_ mode: RoomMode) -> Bool {
    switch mode {
    case .auto: true
    // Encoders and players have no path but through the server.
    case .mesh: participants.count <= parameters.limits.meshParticipants && streams.isEmpty
    case .routed: parameters.topologies.contains(.routed)
    case .broadcast: parameters.topologies.contains(.broadcast)
    }
  }

  /// Chooses the topology for those who are here, and brings media and the move between topologies in line with it.
  mutating func settleTopology(at now: Timestamp) {
    if participants.isEmpty {
      returnsToMeshAt = nil
    } else {
      let wanted = wantedTopology(at: now)
      if wanted != settings.topology { change(to: wanted, at: now) }
    }
    settleMove(at: now)
    settleMedia(at: now)
    settleQualities(at: now)
  }

  // MARK: Moving

  /// A participant says that all it receives comes by this topology. What is late, or about another move, means nothing.
  mutating func moved(_ id: ParticipantID, to topology: Topology, at now: Timestamp) {
    emit(.reply(.done))
    guard move?.target == topology else { return }
    move?.awaited.remove(id)
    settleTopology(at: now)
  }

  /// A participant has no direct path to another one.
  mutating func meshFailed(_ id: ParticipantID, to other: ParticipantID, at now: Timestamp) {
    emit(.reply(.done))
    guard settings.mode == .auto, settings.topology == .mesh || settings.former == .mesh, participants[other] != nil,
      participants.count <= parameters.limits.meshParticipants
    else { return }
    meshFailures.add(id, other)
    settleTopology(at: now)
  }

  /// Goes to another topology: where people receive by the present one, both stay until they receive by the other.
  private mutating func change(to wanted: Topology, at now: Timestamp) {
    let old = settings.topology
    endMove(.overtaken)
    let awaited = Set(inOrder.filter { $0.presence.isConnected && !entering.contains($0.id) }.map(\.id))
    let isGradual = !awaited.isEmpty && old != .broadcast && wanted != .broadcast
    changeSettings { settings in
      settings.topology = wanted
      settings.former = isGradual ? old : nil
    }
    guard isGradual else { return }
    let duration = wanted == .mesh ? parameters.times.moveToMesh : parameters.times.moveToRouted
    move = TopologyMove(target: wanted, awaited: awaited, endsAt: now + duration)
  }

  /// Ends the move when everybody has come along, or its time is over.
  private mutating func settleMove(at now: Timestamp) {
    guard let move else { return }
    if !move.awaited.contains(where: { isAwaited($0, in: move) }) {
      endMove(.completed)
      changeSettings { $0.former = nil }
    } else if move.endsAt <= now {
      end(late: move, at: now)
    }
  }

  /// Somebody who is away hears of the new topology when it is back. The SFU is there then, but nobody would help it to a direct path.
  private func isAwaited(_ id: ParticipantID, in move: TopologyMove) -> Bool {
    guard let participant = participants[id] else { return false }
    return move.target == .mesh || participant.presence.isConnected
  }

  private mutating func end(late move: TopologyMove, at now: Timestamp) {
    if move.target == .mesh, settings.mode == .auto {
      for straggler in move.awaited {
        for other in participants.keys where participants[straggler] != nil { meshFailures.add(straggler, other) }
      }
    }
    endMove(.timedOut)
    let wanted = wantedTopology(at: now)
    if wanted == settings.topology { changeSettings { $0.former = nil } } else { change(to: wanted, at: now) }
  }

  /// The caller says what becomes of `former`.
  private mutating func endMove(_ outcome: TopologyMove.Outcome) {
    guard let move else { return }
    self.move = nil
    emit(.moveEnded(move.target, outcome))
  }

  // MARK: Choosing

  private mutating func wantedTopology(at now: Timestamp) -> Topology {
    let returnsAt = returnsToMeshAt ?? now + parameters.times.returnToMesh
    returnsToMeshAt = nil
    switch settings.mode {
    case .mesh: return .mesh
    case .routed: return .routed
    case .broadcast: return .broadcast
    case .auto: break
    }
    guard parameters.topologies.contains(.routed) else { return .mesh }
    guard participants.count <= parameters.meshLimit, meshFailures.isEmpty, streams.isEmpty else { return .routed }
    guard settings.topology != .mesh else { return .mesh }
    // Whoever is away could not be helped to a direct path.
    guard participants.values.allSatisfy(\.presence.isConnected) else { return settings.topology }
    guard returnsAt > now else { return .mesh }
    // Somebody who comes back at once must not move everybody twice.
    returnsToMeshAt = returnsAt
    return settings.topology
  }
}

extension RoomSettings {
  /// What the media plane is to do in this room now; nil where it has no part.
  var mediaMode: MediaMode? { topology.mediaMode ?? former?.mediaMode }
}
