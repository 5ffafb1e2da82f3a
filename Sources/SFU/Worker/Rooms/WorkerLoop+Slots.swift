import RTP
import WebRTC

// MARK: - Which track is sent in which place of a subscription
extension WorkerLoop {
  /// Gives a participant a track in a slot of its own, which is offered if it was not before.
  mutating func give(_ track: MediaServer.Track, to subscriber: Participant.Handle) {
    guard !participants[subscriber].watches else { return show(track, to: subscriber) }
    let peer = participants[subscriber].subscriber
    guard peers.contains(peer), let published = rooms[participants[subscriber].room]?.tracks[track],
      let slot = slot(for: track, of: subscriber, on: peer)
    else { return }
    participants[subscriber].slots[slot].track = track
    participants[subscriber].slots[slot].published = published
    describe(slot, as: published, track, of: subscriber)
    connect(slot, of: subscriber)
  }

  /// The slot that is kept for a track, or a free one, or a new one; nil if there may be no more.
  private mutating func slot(
    for track: MediaServer.Track, of subscriber: Participant.Handle, on peer: PeerEntry.Handle
  ) -> Int? {
    let slots = participants[subscriber].slots
    let kind = track.source.kind
    if let kept = slots.firstIndex(where: { $0.track == track }) { return kept }
    if let free = slots.firstIndex(where: { $0.kind == kind && $0.track == nil }) { return free }
    guard kind == .audio, slots.count(where: { $0.kind == .audio }) >= Participant.audioSlotLimit else {
      return addSlot(kind, to: subscriber, on: peer)
    }
    // Sound that is published no longer makes place for sound that is.
    return slots.firstIndex { $0.kind == .audio && !router.tracks.contains($0.published) }
  }

  @discardableResult
  mutating func addSlot(
    _ kind: MediaServer.Slot.Kind, to subscriber: Participant.Handle, on peer: PeerEntry.Handle
  ) -> Int? {
    let index = participants[subscriber].slots.count
    let idle = TrackDescription(kind.mediaKind, stream: "-", track: "idle-\(index)")
    guard let slot = peers[peer].connection.addSlot(for: idle, at: now) else { return nil }
    peers[peer].connection.setSlot(slot.mid, .waits, at: now)
    participants[subscriber].slots.append(AssignedSlot(kind))
    touch(peer)
    return index
  }

  /// Has the next offer say what comes in a slot.
  private mutating func describe(
    _ slot: Int, as published: PublishedTrack.Handle, _ track: MediaServer.Track, of subscriber: Participant.Handle
  ) {
    let peer = participants[subscriber].subscriber
    let mid = peers[peer].connection.slots[slot].mid
    let isEcho = rooms[participants[subscriber].room]?.mode == .echo
    touch(peer)
    guard !isEcho || isInUse(published, of: subscriber) else {
      return peers[peer].connection.setSlot(mid, .rests, at: now)
    }
    let description = TrackDescription(
      track.source.kind.mediaKind, stream: isEcho ? "echo" : track.participant,
      track: "\(isEcho ? "echo" : track.participant)-\(track.source)",
      codecs: isEcho ? nil : router.tracks[published].offeredCodecs)
    peers[peer].connection.assign(description, to: mid, at: now)
  }

  /// In an echo a track that pauses shows as paused; elsewhere many would have to be told.
  private func isInUse(_ track: PublishedTrack.Handle, of participant: Participant.Handle) -> Bool {
    participants[participant].publications.first { $0.track == track }?.isInUse ?? false
  }

  /// Nothing is sent in a track's slot any more, and another may have it.
  mutating func free(_ track: MediaServer.Track, of subscriber: Participant.Handle) {
    guard !participants[subscriber].watches,
      let slot = participants[subscriber].slots.firstIndex(where: { $0.track == track })
    else { return }
    router.detach(participants[subscriber].slots[slot].subscription)
    allocateLater(participants[subscriber].subscriber)
    participants[subscriber].slots[slot] = AssignedSlot(participants[subscriber].slots[slot].kind)
    let peer = participants[subscriber].subscriber
    guard peers.contains(peer) else { return }
    peers[peer].connection.setSlot(peers[peer].connection.slots[slot].mid, .waits, at: now)
    touch(peer)
    if track.source.kind == .audio { giveSomeSound(to: subscriber) }
  }

  /// A free slot goes to a track that had none.
  private mutating func giveSomeSound(to subscriber: Participant.Handle) {
    guard let room = rooms[participants[subscriber].room], room.mode == .routed else { return }
    let (name, slots) = (participants[subscriber].name, participants[subscriber].slots)
    let missing = room.audio.filter { track in
      track.participant != name && !slots.contains { $0.track == track }
    }
    if let next = heardFirst(missing, in: room).first { give(next, to: subscriber) }
  }

  /// Has what is due offered without waiting for more.
  mutating func hastenOffer(to subscriber: Participant.Handle) {
    let peer = participants[subscriber].subscriber
    guard peers.contains(peer) else { return }
    peers[peer].connection.hastenOffer(at: now)
    touch(peer)
  }

  /// What the slots carry, for whoever answers the offer of them.
  func slots(of subscriber: Participant.Handle) -> [MediaServer.Slot] {
    guard !participants[subscriber].watches else { return watchedSlots(of: subscriber) }
    let isEcho = rooms[participants[subscriber].room]?.mode == .echo
    return zip(peers[participants[subscriber].subscriber].connection.slots, participants[subscriber].slots).map {
      MediaServer.Slot(mid: $0.mid, kind: $1.kind, track: isEcho ? nil : $1.track)
    }
  }

  // MARK: Sending

  /// Has everything sent in its slot, as far as both connections have agreed on it.
  mutating func connectSlots(of subscriber: Participant.Handle) {
    for slot in participants[subscriber].slots.indices { connect(slot, of: subscriber) }
  }

  /// Has a slot's track sent in it, if it is published and the subscriber has agreed to the slot as it is now.
  mutating func connect(_ slot: Int, of subscriber: Participant.Handle) {
    let peer = participants[subscriber].subscriber
    guard peers.contains(peer), peers[peer].connection.hasKeys, let track = participants[subscriber].slots[slot].track,
      let published = rooms[participants[subscriber].room]?.tracks[track], router.tracks.contains(published)
    else { return }
    guard let outgoing = peers[peer].connection.streams.outgoingStream(inMedia: slot),
      let source = negotiated(published), let destination = agreement(on: slot, with: peer)
    else { return }
    participants[subscriber].slots[slot].subscription = subscribe(
      to: published, on: outgoing, of: peer, from: source, to: destination,
      isSelected: participants[subscriber].watches)
    applyWish(of: subscriber, to: slot)
  }

  /// What a subscriber has agreed to for a slot as it is now; nil before it has.
  func agreement(on slot: Int, with peer: PeerEntry.Handle) -> NegotiatedMedia? {
    guard let media = peers[peer].connection.media.first(where: { $0.index == slot }), media.direction.sends else {
      return nil
    }
    guard peers[peer].side != .watcher else { return media }  // what it was answered is all there is
    return media.track?.ssrc == peers[peer].connection.slots[slot].track.ssrc ? media : nil
  }

  private mutating func subscribe(
    to track: PublishedTrack.Handle, on outgoing: Int, of peer: PeerEntry.Handle, from source: NegotiatedMedia,
    to destination: NegotiatedMedia, isSelected: Bool
  ) -> Subscription.Handle {
    while peers[peer].subscriptions.count <= outgoing { peers[peer].subscriptions.append(.none) }
    let present = peers[peer].subscriptions[outgoing]
    let kind = router.tracks[track].kind
    let first = peers[peer].connection.streams.outgoing[outgoing].firstSequenceNumber
    var mapping = NumberMapping(first: first, clockRate: kind == .audio ? 48_000 : 90_000)
    if router.subscriptions.contains(present) {
      guard router.subscriptions[present].track != track else {
        router.subscriptions[present].update(from: source, to: destination)
        return present
      }
      flushMedia()  // what is listed for it has numbers that nobody else will have
      sendAllWaiting(of: peer)
      mapping = router.subscriptions[present].takeNumbers()  // a number is sent once, whatever track it is of
      router.removeSubscription(present)
    }
    var subscription = Subscription(
      to: track, kind: kind, for: peer, on: outgoing, numbers: mapping, from: source, to: destination,
      isSelected: isSelected)
    // It is allocated before the turn ends, and begins with nothing that would not fit.
    if kind == .video, isAllocated(peer) { subscription.hold() }
    guard let handle = router.subscribe(subscription) else { return .none }
    peers[peer].subscriptions[outgoing] = handle
    tellHome(of: track)
    return handle
  }
}
