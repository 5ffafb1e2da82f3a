import RTP
import STUN
import WebRTC

// MARK: - What the control path asks for
extension WorkerLoop {
  package mutating func perform(_ command: MediaServer.Command, in room: String) {
    now = SystemClock.now
    takeLetters()
    switch command {
    case .open(let mode): open(room, mode)
    case .add(let name, let kinds): add(name, kinds, to: room)
    case .allow(let name, let kinds): allow(kinds, of: participant(name, in: room))
    case .offer(let name, let text, let sources): offer(text, sources, by: name, in: room)
    case .answer(let name, let text): answer(text, by: name, in: room)
    case .restart(let name, let anew): restart(participant(name, in: room), anew: anew)
    case .subscribe(let name, let wishes): subscribe(participant(name, in: room), to: wishes)
    case .unsubscribe(let name, let tracks): unsubscribe(participant(name, in: room), from: tracks)
    case .watch(let name, let text, let selection): watch(text, selection, by: name, in: room)
    case .select(let name, let selection): select(selection, by: participant(name, in: room))
    case .fragment(let name, let text, let mayRestart):
      take(fragment: text, mayRestart: mayRestart, by: name, in: room)
    case .report(let name): report(participant(name, in: room))
    case .remove(let name): remove(name, from: room)
    case .close: close(room)
    }
  }

  func participant(_ name: String, in room: String) -> Participant.Handle {
    rooms[room]?.participants[name] ?? .none
  }

  // MARK: News

  mutating func tell(_ news: MediaServer.News, _ room: String) {
    if !settings.tell(MediaServer.Event(room: room, news: news)) { counts.lostEvents += 1 }
  }

  mutating func refuse(
    _ description: MediaServer.Refusal.Description, _ reason: String, _ name: String,
    as cause: MediaServer.Refusal.Cause = .unusable, in room: String
  ) {
    tell(.refused(name, MediaServer.Refusal(description: description, cause: cause, reason: reason)), room)
  }

  mutating func refuse(
    _ description: MediaServer.Refusal.Description, _ error: PeerNegotiationError, _ name: String, in room: String
  ) {
    refuse(description, error.sentence, name, as: error.cause, in: room)
  }

  static let noPlace = "The server has no place for this connection."

  // MARK: Peer connections

  /// Makes a peer connection for a participant; nil if there is no place for one.
  mutating func connect(_ side: PeerEntry.Side, of owner: Participant.Handle) -> PeerEntry.Handle? {
    connect(side, as: side == .publisher ? .publisher : .subscriber, settings.peer, of: owner)
  }

  mutating func connect(
    _ side: PeerEntry.Side, as role: PeerRole, _ configuration: PeerConfiguration, of owner: Participant.Handle
  ) -> PeerEntry.Handle? {
    guard !isClosed, !peers.isFull else { return nil }
    let connection = PeerConnection(role, configuration, at: now, using: &generator)
    let user = connection.ufrag
    let peer = peers.insert(PeerEntry(connection, side, of: owner))
    users[user] = peer
    touch(peer)
    return peer
  }

  mutating func close(_ peer: PeerEntry.Handle) {
    guard peers.contains(peer) else { return }
    peers[peer].connection.close(at: now, into: &outbox)
    follow(peer)
  }
}

extension PeerNegotiationError {
  /// For whoever wrote the description.
  var sentence: String {
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
    case .unusable(.noMedia): "The description has no sound and no picture that this server could forward."
    case .anotherPeer: "The description is of another connection than the one before."
    case .unexpectedAnswer: "No offer is waiting for an answer."
    case .unexpectedRestart: "The credentials are not those of the connection."
    case .ended: "The connection is over."
    }
  }

  var cause: MediaServer.Refusal.Cause {
    switch self {
    case .malformed: .malformed
    case .unusable, .anotherPeer, .unexpectedAnswer, .unexpectedRestart, .ended: .unusable
    }
  }
}
