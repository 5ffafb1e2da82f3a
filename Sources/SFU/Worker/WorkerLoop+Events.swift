import RTP
import STUN
import WebRTC

// MARK: - What peers tell
extension WorkerLoop {
  /// Sends what a peer has put into the outbox, follows its news and plans its next turn; after every call of a peer.
  mutating func follow(_ peer: PeerEntry.Handle) {
    Self.send(&outbox, by: &sockets)
    touch(peer)
    guard !outbox.events.isEmpty else { return }
    var events = news
    news = []  // news of news have a list of their own
    outbox.drainEvents { events.append($0) }
    for event in events { take(event, of: peer) }
    events.removeAll(keepingCapacity: true)
    news = events
  }

  private mutating func take(_ event: PeerEvent, of peer: PeerEntry.Handle) {
    guard peers.contains(peer) else { return }
    switch event {
    case .pathAdded(let path):
      paths[path] = peer
      sockets.prove(path)
    case .pathRemoved(let path):
      // Another peer of the same client may have taken the address over.
      guard paths[path] == peer else { return }
      paths[path] = nil
      sockets.release(path)
    case .pathSelected: return
    case .credentialsAdded(let user): users[user] = peer
    case .credentialsRetired(let user): users[user] = nil
    case .connected: connected(peer)
    case .disconnected: peers[peer].isConnected = false
    case .ended(let reason): ended(peer, reason)
    case .incomingAdded(let stream): publish(stream, of: peer)
    case .incomingEnded(let stream): unpublish(stream, of: peer)
    case .outgoingAdded: connectLines(of: peers[peer].owner)
    case .keyframeWanted(let stream): requestKeyframe(for: stream, of: peer)
    case .repairWanted(let stream, let entry): repair(entry, on: stream, of: peer)
    case .estimate: return
    case .offer(let offer): self.offer(offer, of: peer)
    }
  }

  private mutating func connected(_ peer: PeerEntry.Handle) {
    if !peers[peer].hasBeenConnected { counts.completedHandshakes += 1 }
    peers[peer].hasBeenConnected = true
    peers[peer].isConnected = true
  }

  private mutating func offer(_ text: String, of peer: PeerEntry.Handle) {
    let owner = peers[peer].owner
    let slots = peers[peer].connection.slots.compactMap { slot in
      MediaServer.Slot.Kind(slot.track.kind).map { MediaServer.Slot(mid: slot.mid, kind: $0) }
    }
    tell(.offer(owner.participant, description: text, slots: slots), owner.room)
  }

  mutating func tell(_ news: MediaServer.News, _ room: String) {
    if !settings.tell(MediaServer.Event(room: room, news: news)) { counts.lostEvents += 1 }
  }

  /// A peer connection is over; what it published and subscribed to goes with it.
  private mutating func ended(_ peer: PeerEntry.Handle, _ reason: PeerEndReason) {
    let owner = peers[peer].owner
    forget(peer)
    switch reason {
    case .closed, .closedByPeer: return
    case .handshakeFailed: counts.failedHandshakes += 1
    case .abandoned: break
    }
    guard rooms[owner.room]?.participants[owner.participant] != nil else { return }
    remove(owner)
    tell(.lost(owner.participant), owner.room)
  }

  /// Takes a peer that has ended out of all tables.
  private mutating func forget(_ peer: PeerEntry.Handle) {
    let owner = peers[peer].owner
    for stream in peers[peer].published { router.removeStream(stream) }
    for subscription in peers[peer].subscriptions { router.removeSubscription(subscription) }
    let side = peers[peer].side
    peers.remove(peer)
    forgetDeadline(of: peer)
    withParticipant(owner) { participant in
      switch side {
      case .publisher: if participant.publisher == peer { participant.publisher = nil }
      case .subscriber:
        guard participant.subscriber == peer else { return }
        participant.subscriber = nil
        for index in participant.lines.indices { participant.lines[index].slot = nil }
      }
    }
    guard side == .publisher, participant(owner)?.publisher == nil else { return }
    retireLines(of: owner) { _ in true }
  }

  // MARK: Streams that begin and end

  private mutating func publish(_ incoming: Int, of peer: PeerEntry.Handle) {
    let media = peers[peer].connection.streams.incoming[incoming].media
    guard let line = participant(peers[peer].owner)?.lines.first(where: { $0.media == media }) else { return }
    unpublish(incoming, of: peer)
    guard let stream = router.addStream(incoming, to: line.track) else { return }
    while peers[peer].published.count <= incoming { peers[peer].published.append(.none) }
    peers[peer].published[incoming] = stream
    selectStreams(of: line.track)
  }

  private mutating func unpublish(_ incoming: Int, of peer: PeerEntry.Handle) {
    guard incoming < peers[peer].published.count else { return }
    let stream = peers[peer].published[incoming]
    guard router.streams.contains(stream) else { return }
    let track = router.streams[stream].track
    router.removeStream(stream)
    peers[peer].published[incoming] = .none
    selectStreams(of: track)
  }

  /// Gives every subscription of a track that has no stream one.
  private mutating func selectStreams(of track: PublishedTrack.Handle) {
    guard router.tracks.contains(track) else { return }
    for subscription in router.tracks[track].subscriptions { beginIfIdle(subscription) }
  }

  mutating func beginIfIdle(_ subscription: Subscription.Handle) {
    guard router.subscriptions.contains(subscription), router.subscriptions[subscription].target == .none else {
      return
    }
    if let stream = router.selectLayer(for: subscription) { requestKeyframe(of: stream) }
  }
}
