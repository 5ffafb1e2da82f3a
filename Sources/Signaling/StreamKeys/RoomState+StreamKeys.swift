extension RoomState {
  mutating func createStreamKey(
    for name: DisplayName, by id: ParticipantID, at now: Timestamp, using generator: inout some RandomNumberGenerator
  ) throws(SignalingError) {
    guard !streamKeys.isFull else {
      throw SignalingError(.conflict, "A room has \(StreamKeys.maximum) stream keys at most: revoke one first.")
    }
    let (key, text) = StreamKey.make(for: name, at: now, using: &generator)
    streamKeys.add(key)
    emit(.reply(.streamKey(key.id, text: text, name: name)))
    emit(.keep)
    note("createStreamKey", by: id, detail: name.text, at: now)
  }

  mutating func tellStreamKeys() {
    let keys = streamKeys.all.map { key in
      StreamKeyNotice(id: key.id, name: key.name, createdAt: key.createdAt, participant: machine(using: key.id))
    }
    emit(.reply(.streamKeys(keys)))
  }

  /// Makes a key worthless; whoever publishes with it is put out.
  mutating func revokeStreamKey(
    _ key: StreamKeyID, by id: ParticipantID, at now: Timestamp
  ) throws(SignalingError) {
    guard let name = streamKeys[key]?.name else {
      throw SignalingError(.notFound, "This room has no such stream key.")
    }
    emit(.reply(.done))
    note("revokeStreamKey", by: id, detail: name.text, at: now)
    streamKeys.remove(key)
    emit(.keep)
    if let machine = machine(using: key) {
      remove(machine, .removed)
      emit(.close(machine, .removed))
    }
    settle(at: now)
  }

  private func machine(using key: StreamKeyID) -> ParticipantID? {
    streams.machines.first { $0.value.identity == .key(key) }?.key
  }
}
