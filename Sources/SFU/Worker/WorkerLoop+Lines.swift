import RTP
import WebRTC

// MARK: - From a participant's publishing connection to its subscription
extension WorkerLoop {
  /// Follows what the publishing connection agreed on: new tracks, tracks that pause, tracks that are gone.
  mutating func publishLines(of owner: PeerEntry.Owner) {
    guard let participant = participant(owner), let peer = participant.publisher, peers.contains(peer) else { return }
    let media = peers[peer].connection.media
    retireLines(of: owner) { line in
      !media.contains { $0.index == line.media && MediaServer.Slot.Kind($0.kind) == line.kind }
    }
    for description in media { publishLine(description, of: owner, by: peer) }
    offerLines(of: owner)
    connectLines(of: owner)
  }

  private mutating func publishLine(_ media: NegotiatedMedia, of owner: PeerEntry.Owner, by peer: PeerEntry.Handle) {
    guard let kind = MediaServer.Slot.Kind(media.kind), let participant = participant(owner) else { return }
    guard !participant.lines.contains(where: { $0.media == media.index }) else {
      return withLine(media.index, of: owner) { $0.isInUse = media.direction.receives }
    }
    guard media.direction.receives, participant.lines.count < settings.limits.tracksPerParticipant,
      !router.tracks.isFull
    else { return }
    let track = router.tracks.insert(
      PublishedTrack(
        publisher: peer, media: media.index, kind: kind, isAllowed: participant.kinds.contains(kind.kinds)))
    let line = Participant.Line(media: media.index, kind: kind, track: track)
    withParticipant(owner) { $0.lines.append(line) }
  }

  /// Takes the lines away that are published no longer; their places in the subscription stay, unused.
  mutating func retireLines(of owner: PeerEntry.Owner, _ isGone: (Participant.Line) -> Bool) {
    for line in participant(owner)?.lines ?? [] where isGone(line) {
      if let slot = line.slot { setSlot(slot, inUse: false, of: owner) }
      router.removeTrack(line.track)
      withParticipant(owner) { $0.lines.removeAll { $0.media == line.media } }
    }
  }

  /// Gives every line a place in the subscription, which is made if there is none, and has changes offered.
  mutating func offerLines(of owner: PeerEntry.Owner) {
    guard let lines = participant(owner)?.lines, !lines.isEmpty, let peer = subscriber(of: owner) else { return }
    for line in lines { assignSlot(to: line, of: owner, on: peer) }
    peers[peer].connection.hastenOffer(at: now)
    touch(peer)
  }

  private mutating func assignSlot(to line: Participant.Line, of owner: PeerEntry.Owner, on peer: PeerEntry.Handle) {
    let slots = peers[peer].connection.slots
    if let slot = line.slot, slot < slots.count { return setSlot(slot, inUse: line.isInUse, of: owner) }
    let taken = Set(participant(owner)?.lines.compactMap(\.slot) ?? [])
    let free = slots.indices.first { !taken.contains($0) && slots[$0].track.kind == line.kind.mediaKind }
    if let free {
      setSlot(free, inUse: line.isInUse, of: owner)
      return withLine(line.media, of: owner) { $0.slot = free }
    }
    let track = TrackDescription(line.kind.mediaKind, stream: "echo", track: "echo-\(slots.count)")
    guard peers[peer].connection.addSlot(for: track, at: now) != nil else { return }
    withLine(line.media, of: owner) { $0.slot = slots.count }
  }

  private mutating func setSlot(_ slot: Int, inUse isInUse: Bool, of owner: PeerEntry.Owner) {
    guard let peer = participant(owner)?.subscriber, peers.contains(peer) else { return }
    let slots = peers[peer].connection.slots
    guard slot < slots.count else { return }
    peers[peer].connection.setSlot(slots[slot].mid, inUse: isInUse, at: now)
    touch(peer)
  }

  private mutating func withLine(_ media: Int, of owner: PeerEntry.Owner, _ body: (inout Participant.Line) -> Void) {
    withParticipant(owner) { participant in
      for index in participant.lines.indices where participant.lines[index].media == media {
        body(&participant.lines[index])
      }
    }
  }

  // MARK: Subscriptions

  /// Has every line sent in its place, as far as both connections have agreed on it.
  mutating func connectLines(of owner: PeerEntry.Owner) {
    guard let participant = participant(owner), let publisher = participant.publisher, peers.contains(publisher),
      let subscriber = participant.subscriber, peers.contains(subscriber), peers[subscriber].connection.hasKeys
    else { return }
    for line in participant.lines {
      guard let slot = line.slot, router.tracks.contains(line.track),
        let outgoing = peers[subscriber].connection.streams.outgoingStream(inMedia: slot),
        let source = peers[publisher].connection.media.first(where: { $0.index == line.media }),
        let destination = peers[subscriber].connection.media.first(where: { $0.index == slot })
      else { continue }
      subscribe(line, on: outgoing, of: subscriber, from: source, to: destination)
    }
  }

  private mutating func subscribe(
    _ line: Participant.Line, on outgoing: Int, of peer: PeerEntry.Handle, from source: NegotiatedMedia,
    to destination: NegotiatedMedia
  ) {
    while peers[peer].subscriptions.count <= outgoing { peers[peer].subscriptions.append(.none) }
    let present = peers[peer].subscriptions[outgoing]
    let first = peers[peer].connection.streams.outgoing[outgoing].firstSequenceNumber
    var mapping = NumberMapping(first: first, clockRate: line.kind == .audio ? 48_000 : 90_000)
    if router.subscriptions.contains(present) {
      guard router.subscriptions[present].track != line.track else {
        return router.subscriptions[present].update(from: source, to: destination)
      }
      mapping = router.subscriptions[present].mapping  // a number is sent once, whatever track it is of
      router.removeSubscription(present)
    }
    let subscription = Subscription(
      to: line.track, kind: line.kind, for: peer, on: outgoing, numbers: mapping, from: source, to: destination)
    guard let handle = router.subscribe(subscription) else { return }
    peers[peer].subscriptions[outgoing] = handle
    beginIfIdle(handle)
  }
}
