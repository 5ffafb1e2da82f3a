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
    guard participants.contains(owner), let room = rooms[participants[owner].room], room.mode == .routed,
      room.audio.count > Participant.audioSlotLimit
    else { return }
    let name = participants[owner].track(router.tracks[track].source)
    for other in room.participants.values where other != owner { passSlot(to: track, name, for: other) }
  }

  /// Gives a speaker without a slot that of whoever has been silent longest.
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

  /// The audio slot of whoever has been silent longest; nil while all speak or have just got theirs.
  private func silentSlot(of subscriber: Participant.Handle) -> Int? {
    let (slots, peer) = (participants[subscriber].slots, participants[subscriber].subscriber)
    var silent: (slot: Int, since: Instant)?
    for index in slots.indices where slots[index].kind == .audio && slots[index].track != nil {
      if let passedAt = slots[index].passedAt, passedAt + Self.passingInterval > now { continue }
      guard agreement(on: index, with: peer) != nil else { continue }
      let speech =
        router.tracks.contains(slots[index].published) ? router.tracks[slots[index].published].speech : Speech()
      guard !speech.isOngoing(at: now) else { continue }
      let since = speech.spokeAt ?? .zero
      if silent.map({ since < $0.since }) ?? true { silent = (index, since) }
    }
    return silent?.slot
  }

  /// A track comes in another codec than its slots were offered with.
  private mutating func followCodec(of track: PublishedTrack.Handle) {
    let (owner, publisher, media) = (
      router.tracks[track].owner, router.tracks[track].publisher, router.tracks[track].media
    )
    guard participants.contains(owner), peers.contains(publisher),
      let negotiated = peers[publisher].connection.media.first(where: { $0.index == media }),
      router.tracks[track].follow(negotiated)
    else { return }
    let (name, room) = (participants[owner].track(router.tracks[track].source), participants[owner].room)
    for other in subscribers(to: name, in: room) { give(name, to: other) }
  }
}
