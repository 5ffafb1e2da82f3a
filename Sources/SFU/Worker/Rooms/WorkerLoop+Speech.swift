import RTP
import WebRTC

// MARK: - What packets tell of a track: who speaks, and which codec comes
extension WorkerLoop {
  /// A slot is passed on so often at most, so that it is somebody's for a sentence at least.
  private static let passingInterval = Duration.seconds(1)

  mutating func follow(_ change: PublishedTrack.Change, of track: PublishedTrack.Handle) {
    switch change {
    case .speech: giveVoice(to: track)
    case .codec: followCodec(of: track)
    }
  }

  /// Has somebody who speaks heard by all, also by those who have slots for others only.
  private mutating func giveVoice(to track: PublishedTrack.Handle) {
    let owner = router.tracks[track].owner
    guard participants.contains(owner), let room = rooms.index(forKey: participants[owner].room),
      rooms.values[room].mode == .routed
    else { return }
    guard router.tracks[track].isHeard else { return hasten(room) }
    giveSlots(to: track, inRoomAt: room)
  }

  /// Gives a track that is heard a slot with everybody who has none for it, where there are fewer slots than tracks.
  mutating func giveSlots(to track: PublishedTrack.Handle, inRoomAt room: [String: Room].Index) {
    let owner = router.tracks[track].owner
    guard participants.contains(owner), rooms.values[room].audio.count > Participant.audioSlotLimit else { return }
    let name = participants[owner].track(router.tracks[track].source)
    for other in rooms.values[room].participants.values where other != owner { passSlot(to: track, name, for: other) }
  }

  /// Gives a track without a slot that of one that is not heard, or else of one that has been silent longest.
  private mutating func passSlot(
    to track: PublishedTrack.Handle, _ name: MediaServer.Track, for subscriber: Participant.Handle
  ) {
    guard !participants[subscriber].watches,
      !participants[subscriber].slots.contains(where: { $0.published == track }),
      participants[subscriber].wishes[name]?.isPaused != true,
      peers.contains(participants[subscriber].subscriber), let slot = silentSlot(of: subscriber)
    else { return }
    participants[subscriber].slots[slot].track = name
    participants[subscriber].slots[slot].published = track
    participants[subscriber].slots[slot].passedAt = now
    counts.passedSlots += 1
    connect(slot, of: subscriber)
    tell(.slots(participants[subscriber].name, [slots(of: subscriber)[slot]]), participants[subscriber].room)
  }

  /// The audio slot that is needed least; nil while all speak or have just got theirs.
  private func silentSlot(of subscriber: Participant.Handle) -> Int? {
    let peer = participants[subscriber].subscriber
    var silent: (slot: Int, need: Need)?
    for index in participants[subscriber].slots.indices {
      let slot = participants[subscriber].slots[index]
      guard slot.kind == .audio, slot.track != nil else { continue }
      if let passedAt = slot.passedAt, passedAt + Self.passingInterval > now { continue }
      guard let need = need(of: slot.published), agreement(on: index, with: peer) != nil else { continue }
      if silent.map({ need < $0.need }) ?? true { silent = (index, need) }
    }
    return silent?.slot
  }

  /// How much a slot is needed: whether its track is heard, and when it spoke last.
  private typealias Need = (isHeard: Int, spokeAt: Instant)

  /// Nil for a track that speaks and is heard.
  private func need(of track: PublishedTrack.Handle) -> Need? {
    guard router.tracks.contains(track) else { return (0, .zero) }
    let (speech, isHeard) = (router.tracks[track].speech, router.tracks[track].isHeard)
    guard !isHeard || !speech.isOngoing(at: now) else { return nil }
    return (isHeard ? 1 : 0, speech.spokeAt ?? .zero)
  }

  /// A track comes in another codec than its slots were offered with.
  private mutating func followCodec(of track: PublishedTrack.Handle) {
    guard let (name, room) = name(of: track), let negotiated = negotiated(track),
      router.tracks[track].follow(negotiated)
    else { return }
    if let payloadType = router.tracks[track].payloadType {
      tellMirrors(.coded(track: track.rawValue, payloadType: payloadType), in: room)
    }
    for other in subscribers(to: name, in: room) { give(name, to: other) }
  }

  /// What a track is called, and in which room.
  private func name(of track: PublishedTrack.Handle) -> (MediaServer.Track, room: String)? {
    if let mirrored = mirrors.tracks[track]?.mirrored { return (mirrored.name, mirrored.room) }
    let owner = router.tracks[track].owner
    guard participants.contains(owner) else { return nil }
    return (participants[owner].track(router.tracks[track].source), participants[owner].room)
  }

  /// What was agreed on with the publisher of a track.
  func negotiated(_ track: PublishedTrack.Handle) -> NegotiatedMedia? {
    if let mirrored = mirrors.tracks[track]?.mirrored { return mirrored.media }
    let (publisher, media) = (router.tracks[track].publisher, router.tracks[track].media)
    guard peers.contains(publisher) else { return nil }
    return peers[publisher].connection.media.first { $0.index == media }
  }
}
