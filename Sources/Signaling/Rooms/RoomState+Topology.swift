extension RoomState {
  /// How many this room takes as long as nothing but a mesh can carry it.
  var meshCapacity: Int {
    switch settings.mode {
    case .mesh: parameters.limits.meshParticipants
    case .auto: parameters.topologies.contains(.routed) ? .max : parameters.limits.meshParticipants
    case .routed, .broadcast: .max
    }
  }

  /// Whether this server can do it.
  func offers(_ mode: RoomMode) -> Bool {
    switch mode {
    case .auto: true
    case .mesh: participants.count <= parameters.limits.meshParticipants
    case .routed: parameters.topologies.contains(.routed)
    case .broadcast: parameters.topologies.contains(.broadcast)
    }
  }

  /// Chooses the topology for those who are here.
  mutating func chooseTopology(at now: Timestamp) {
    let wanted = wantedTopology(at: now)
    guard wanted != settings.topology else {
      guard wanted != .mesh else { return }
      for id in entering { addToMedia(id) }
      return
    }
    let old = settings.topology
    changeSettings { $0.topology = wanted }
    if old != .mesh { emit(.media(.close)) }
    openMedia()
  }

  mutating func settleTopology(at now: Timestamp) {
    guard !participants.isEmpty else {
      returnsToMeshAt = nil
      return
    }
    chooseTopology(at: now)
  }

  /// Something happened to the media of this room: what was lost is asked for anew.
  package mutating func handle(_ event: MediaEvent) -> [RoomEffect] {
    guard settings.topology != .mesh, !isEnded else { return [] }
    switch event {
    case .failed:
      emit(.media(.close))
      openMedia()
    case .lost(let id):
      guard participants[id] != nil else { return [] }
      emit(.media(.remove(id)))
      addToMedia(id)
    // Only a connection test exchanges descriptions.
    case .answer, .refused, .accepted, .offer, .slots, .report: return []
    }
    return takeEffects()
  }

  private mutating func openMedia() {
    guard let mode = settings.topology.mediaMode else { return }
    emit(.media(.open(mode)))
    for participant in inOrder { addToMedia(participant.id) }
  }

  private mutating func addToMedia(_ id: ParticipantID) {
    guard let participant = participants[id] else { return }
    emit(.media(.add(id, publishing: participant.devices.kinds)))
  }

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
    guard participants.count <= parameters.meshLimit else { return .routed }
    guard settings.topology != .mesh, returnsAt > now else { return .mesh }
    // Somebody who comes back at once must not move everybody twice.
    returnsToMeshAt = returnsAt
    return settings.topology
  }
}
