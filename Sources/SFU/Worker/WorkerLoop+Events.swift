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
      if let place = claims.removeValue(forKey: path) { hops.release(path, fromPlace: Int(place)) }
      sockets.release(path)
    case .pathSelected: return
    case .credentialsAdded(let user): users[user] = peer
    case .credentialsRetired(let user): users[user] = nil
    case .connected: connected(peer)
    case .disconnected: peers[peer].isConnected = false
    case .ended(let reason): ended(peer, reason)
    case .incomingAdded(let stream): publish(stream, of: peer)
    case .incomingEnded(let stream): unpublish(stream, of: peer)
    case .outgoingAdded(let stream, let media): outgoingAdded(stream, in: media, of: peer)
    case .keyframeWanted(let stream): requestKeyframe(for: stream, of: peer)
    case .repairWanted(let stream, let entry): repair(entry, on: stream, of: peer)
    case .estimateChanged: estimateChanged(of: peer)
    case .offer(let offer): self.offer(offer, of: peer)
    }
  }

  private mutating func connected(_ peer: PeerEntry.Handle) {
    let isNew = !peers[peer].hasBeenConnected
    peers[peer].hasBeenConnected = true
    peers[peer].isConnected = true
    guard isNew else { return }
    counts.completedHandshakes += 1
    guard peers[peer].side != .subscriber, participants.contains(peers[peer].owner) else { return }
    tell(.connected(participants[peers[peer].owner].name), participants[peers[peer].owner].room)
  }

  private mutating func outgoingAdded(_ outgoing: Int, in media: Int, of peer: PeerEntry.Handle) {
    let owner = peers[peer].owner
    // The place of a stream whose numbers nobody continues.
    if outgoing < peers[peer].subscriptions.count { router.removeSubscription(peers[peer].subscriptions[outgoing]) }
    guard participants.contains(owner), participants[owner].slots.indices.contains(media) else { return }
    connect(media, of: owner)
  }

  private mutating func offer(_ text: String, of peer: PeerEntry.Handle) {
    let owner = peers[peer].owner
    guard participants.contains(owner), participants[owner].subscriber == peer else { return }
    tell(.offer(participants[owner].name, description: text, slots: slots(of: owner)), participants[owner].room)
  }

  /// A peer connection is over; what it published and subscribed to goes with it.
  ///
  /// Its participant is lost only if the other connection is not up either: who publishes nothing any more goes on watching, and
  /// who never wanted to watch goes on publishing. Whoever is still there sees its own connection end and makes another.
  private mutating func ended(_ peer: PeerEntry.Handle, _ reason: PeerEndReason) {
    let owner = peers[peer].owner
    let (isAlone, isUnwanted) = (isAlone(peer), isUnwanted(peer))
    forget(peer)
    switch reason {
    case .closed: return
    case .closedByPeer: guard isAlone else { return }
    case .handshakeFailed: counts.failedHandshakes += 1
    case .abandoned: guard !isUnwanted else { return }
    }
    guard participants.contains(owner), !isConnected(owner) else { return }
    let (name, room) = (participants[owner].name, participants[owner].room)
    drop(owner)
    tell(.lost(name), room)
  }

  private func isConnected(_ participant: Participant.Handle) -> Bool {
    [participants[participant].publisher, participants[participant].subscriber].contains {
      peers.contains($0) && peers[$0].isConnected
    }
  }

  /// Takes a peer that has ended out of all tables.
  private mutating func forget(_ peer: PeerEntry.Handle) {
    let (owner, side) = (peers[peer].owner, peers[peer].side)
    for stream in peers[peer].published { router.removeStream(stream) }
    for subscription in peers[peer].subscriptions { router.removeSubscription(subscription) }
    dropWaiting(of: peer)
    peers.remove(peer)
    forgetDeadline(of: peer)
    guard participants.contains(owner) else { return }
    switch side {
    case .publisher: if participants[owner].publisher == peer { withdrawAll(of: owner) }
    case .subscriber, .watcher:
      if participants[owner].subscriber == peer { participants[owner].slots = [] }
    }
  }

  /// Whether a connection is all that its participant has: an encoder's or a player's, who has no signalling to say that it goes.
  private func isAlone(_ peer: PeerEntry.Handle) -> Bool {
    let owner = peers[peer].owner
    guard participants.contains(owner) else { return false }
    let subscriber = participants[owner].subscriber
    switch peers[peer].side {
    case .watcher: return subscriber == peer
    case .publisher:
      return participants[owner].publisher == peer
        && !(peers.contains(subscriber) && peers[subscriber].connection.hasRemote)
    case .subscriber: return false
    }
  }

  /// Whether it is a subscription that was never answered, of somebody who publishes all the same, as encoders do.
  private func isUnwanted(_ peer: PeerEntry.Handle) -> Bool {
    let owner = peers[peer].owner
    return peers[peer].side == .subscriber && !peers[peer].connection.hasRemote && participants.contains(owner)
      && peers.contains(participants[owner].publisher)
  }
}
