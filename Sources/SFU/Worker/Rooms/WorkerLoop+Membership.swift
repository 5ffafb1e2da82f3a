import RTP
import WebRTC

// MARK: - Rooms and who is in them
extension WorkerLoop {
  mutating func open(_ room: String, _ mode: MediaServer.Mode) {
    guard rooms[room] == nil else { return }
    guard mode != .broadcast, !isClosed, rooms.count < settings.limits.rooms else { return tell(.failed, room) }
    rooms[room] = Room(mode: mode)
  }

  mutating func add(_ name: String, _ kinds: MediaServer.Kinds, to room: String) {
    guard participant(name, in: room) == .none else { return }
    guard let present = rooms[room], present.participants.count < settings.limits.participantsPerRoom,
      !participants.isFull
    else { return tell(.lost(name), room) }
    let participant = participants.insert(Participant(name, in: room, kinds))
    rooms[room]?.participants[name] = participant
    // In an echo there is nothing to subscribe to before something is published.
    if present.mode == .routed { beginSubscription(of: participant) }
  }

  /// From now on only these kinds of the participant's media go further.
  mutating func allow(_ kinds: MediaServer.Kinds, of participant: Participant.Handle) {
    guard participants.contains(participant) else { return }
    participants[participant].kinds = kinds
    for publication in participants[participant].publications where router.tracks.contains(publication.track) {
      let isAllowed = kinds.contains(publication.source.kinds)
      guard router.tracks[publication.track].isAllowed != isAllowed else { continue }
      setAllowed(isAllowed, publication.track)
      tellMirrors(.allowed(track: publication.track.rawValue, isAllowed), in: participants[participant].room)
    }
  }

  /// From now on packets of a track go further, or do not.
  mutating func setAllowed(_ isAllowed: Bool, _ track: PublishedTrack.Handle) {
    router.tracks[track].isAllowed = isAllowed
    if !isAllowed { for stream in router.tracks[track].streams { router.interrupt(stream) } }
    for subscription in router.tracks[track].subscriptions {
      router.subscriptions[subscription].pause()
      allocateLater(router.subscriptions[subscription].subscriber)
      if let stream = router.selectLayer(for: subscription) { requestKeyframe(of: stream) }
    }
  }

  // MARK: Leaving

  /// The participant leaves, and nobody waits for what it published any longer. Who was lost is waited for until it has come
  /// back and leaves.
  mutating func remove(_ name: String, from room: String) {
    guard participant(name, in: room) != .none else { return }
    drop(participant(name, in: room))
    for other in rooms[room]?.participants.values.map({ $0 }) ?? [] { forget(everythingOf: name, for: other) }
  }

  /// Takes a participant out of all tables; what it published may come back.
  mutating func drop(_ participant: Participant.Handle) {
    guard participants.contains(participant) else { return }
    let (name, room) = (participants[participant].name, participants[participant].room)
    withdrawAll(of: participant)
    let connections = [participants[participant].publisher, participants[participant].subscriber]
    participants.remove(participant)
    rooms[room]?.participants[name] = nil
    for peer in connections { close(peer) }
  }

  mutating func close(_ room: String) {
    for participant in rooms[room]?.participants.values.map({ $0 }) ?? [] { drop(participant) }
    forgetMirrored(room)
    rooms[room] = nil
  }

  /// Takes leave of everybody and closes the sockets.
  mutating func closeAll() {
    now = SystemClock.now
    for room in rooms.keys.sorted() { close(room) }
    finish()
    sockets.closeAll()
    isClosed = true
  }
}
