import RTP
import STUN
import WebRTC

// MARK: - What the control path asks for
extension WorkerLoop {
  package mutating func perform(_ command: MediaServer.Command, in room: String) {
    now = SystemClock.now
    switch command {
    case .open(let mode): open(room, mode)
    case .add(let name, let kinds): add(PeerEntry.Owner(room: room, participant: name), kinds)
    case .allow(let name, let kinds): allow(kinds, of: PeerEntry.Owner(room: room, participant: name))
    case .offer(let name, let text, _): offer(text, by: PeerEntry.Owner(room: room, participant: name))
    case .answer(let name, let text): answer(text, by: PeerEntry.Owner(room: room, participant: name))
    case .restart(let name, _): restart(PeerEntry.Owner(room: room, participant: name))
    case .subscribe, .unsubscribe, .report: return
    case .remove(let name): remove(PeerEntry.Owner(room: room, participant: name))
    case .close: close(room)
    }
  }

  private mutating func open(_ room: String, _ mode: MediaServer.Mode) {
    guard rooms[room] == nil else { return }
    guard mode == .echo, !isClosed, rooms.count < settings.limits.rooms else { return tell(.failed, room) }
    rooms[room] = Room(mode: mode)
  }

  private mutating func add(_ owner: PeerEntry.Owner, _ kinds: MediaServer.Kinds) {
    guard let room = rooms[owner.room], room.participants[owner.participant] == nil,
      room.participants.count < settings.limits.participantsPerRoom
    else {
      if participant(owner) == nil { tell(.lost(owner.participant), owner.room) }
      return
    }
    rooms[owner.room]?.participants[owner.participant] = Participant(kinds: kinds)
  }

  private mutating func allow(_ kinds: MediaServer.Kinds, of owner: PeerEntry.Owner) {
    withParticipant(owner) { $0.kinds = kinds }
    for line in participant(owner)?.lines ?? [] where router.tracks.contains(line.track) {
      let isAllowed = kinds.contains(line.kind.kinds)
      guard router.tracks[line.track].isAllowed != isAllowed else { continue }
      router.tracks[line.track].isAllowed = isAllowed
      for subscription in router.tracks[line.track].subscriptions {
        router.subscriptions[subscription].pause()
        if isAllowed { requestKeyframe(of: router.subscriptions[subscription].target) }
      }
    }
  }

  private mutating func close(_ room: String) {
    for name in rooms[room]?.participants.keys.sorted() ?? [] {
      remove(PeerEntry.Owner(room: room, participant: name))
    }
    rooms[room] = nil
  }

  mutating func remove(_ owner: PeerEntry.Owner) {
    guard let participant = participant(owner) else { return }
    rooms[owner.room]?.participants[owner.participant] = nil
    for peer in [participant.publisher, participant.subscriber].compactMap({ $0 }) { close(peer) }
    for line in participant.lines { router.removeTrack(line.track) }
  }

  private mutating func close(_ peer: PeerEntry.Handle) {
    guard peers.contains(peer) else { return }
    peers[peer].connection.close(at: now, into: &outbox)
    follow(peer)
  }

  /// Takes leave of everybody and closes the sockets.
  mutating func closeAll() {
    now = SystemClock.now
    for room in rooms.keys.sorted() { close(room) }
    finish()
    sockets.closeAll()
    isClosed = true
  }

  // MARK: Descriptions

  private mutating func offer(_ text: String, by owner: PeerEntry.Owner) {
    guard let peer = publisher(of: owner) else {
      return refuse(.offer, "The server has no place for this connection.", owner)
    }
    do throws(PeerNegotiationError) {
      let answer = try peers[peer].connection.answer(text, at: now, using: &generator, into: &outbox)
      follow(peer)
      tell(.answer(owner.participant, description: answer), owner.room)
      publishLines(of: owner)
    } catch {
      follow(peer)
      guard error != .anotherPeer else { return replacePublisher(of: owner, offering: text) }
      refuse(.offer, error.sentence, owner)
    }
  }

  /// The participant offers from a new connection, as after a page was loaded anew: the old one ends.
  private mutating func replacePublisher(of owner: PeerEntry.Owner, offering text: String) {
    if let old = participant(owner)?.publisher { close(old) }
    offer(text, by: owner)
  }

  private mutating func answer(_ text: String, by owner: PeerEntry.Owner) {
    guard let peer = participant(owner)?.subscriber, peers.contains(peer) else {
      return refuse(.answer, PeerNegotiationError.unexpectedAnswer.sentence, owner)
    }
    do throws(PeerNegotiationError) {
      try peers[peer].connection.accept(text, at: now, into: &outbox)
      follow(peer)
      tell(.accepted(owner.participant), owner.room)
      connectLines(of: owner)
    } catch {
      follow(peer)
      refuse(.answer, error.sentence, owner)
    }
  }

  private mutating func restart(_ owner: PeerEntry.Owner) {
    guard let participant = participant(owner) else { return }
    guard let peer = participant.subscriber, peers.contains(peer) else { return offerLines(of: owner) }
    peers[peer].connection.restart(at: now, using: &generator, into: &outbox)
    follow(peer)
  }

  private mutating func refuse(
    _ description: MediaServer.Refusal.Description, _ reason: String, _ owner: PeerEntry.Owner
  ) {
    tell(.refused(owner.participant, MediaServer.Refusal(description: description, reason: reason)), owner.room)
  }

  // MARK: Participants and their connections

  func participant(_ owner: PeerEntry.Owner) -> Participant? {
    rooms[owner.room]?.participants[owner.participant]
  }

  mutating func withParticipant(_ owner: PeerEntry.Owner, _ body: (inout Participant) -> Void) {
    guard var participant = participant(owner) else { return }
    body(&participant)
    rooms[owner.room]?.participants[owner.participant] = participant
  }

  private mutating func publisher(of owner: PeerEntry.Owner) -> PeerEntry.Handle? {
    guard let participant = participant(owner) else { return nil }
    if let known = participant.publisher, peers.contains(known) { return known }
    guard let peer = connect(.publisher, owner) else { return nil }
    withParticipant(owner) { $0.publisher = peer }
    return peer
  }

  mutating func subscriber(of owner: PeerEntry.Owner) -> PeerEntry.Handle? {
    guard let participant = participant(owner) else { return nil }
    if let known = participant.subscriber, peers.contains(known) { return known }
    guard let peer = connect(.subscriber, owner) else { return nil }
    withParticipant(owner) { $0.subscriber = peer }
    return peer
  }

  private mutating func connect(_ side: PeerEntry.Side, _ owner: PeerEntry.Owner) -> PeerEntry.Handle? {
    guard !isClosed, !peers.isFull else { return nil }
    let role: PeerRole = side == .publisher ? .publisher : .subscriber
    let connection = PeerConnection(role, settings.peer, at: now, using: &generator)
    let user = connection.ufrag
    let peer = peers.insert(PeerEntry(connection, side, of: owner))
    users[user] = peer
    touch(peer)
    return peer
  }
}

extension PeerNegotiationError {
  /// For whoever wrote the description.
  fileprivate var sentence: String {
    switch self {
    case .malformed(.malformed(let line)): "Line \(line) of the description is malformed."
    case .malformed(.notSDP): "The description is not SDP."
    case .malformed(.tooLong), .malformed(.lineTooLong), .malformed(.tooMany):
      "The description is larger than any that is needed."
    case .malformed(.invalidValue): "The description has an invalid value."
    case .unusable(.bothLite): "Both sides are ICE-lite, so nobody would begin."
    case .unusable(.missingCredentials): "The description has no ICE credentials."
    case .unusable(.missingFingerprint): "The description has no fingerprint of a certificate."
    case .unusable(.unusableSetup): "The description leaves open who begins the DTLS handshake."
    case .unusable(.mismatch): "The media descriptions of the answer are not those of the offer."
    case .unusable(.noCodec): "The answer accepts a media description and keeps none of the codecs offered for it."
    case .anotherPeer: "The description is of another connection than the one before."
    case .unexpectedAnswer: "No offer is waiting for an answer."
    case .ended: "The connection is over."
    }
  }
}
