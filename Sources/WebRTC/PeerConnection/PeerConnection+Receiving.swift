package import RTP
package import STUN

// MARK: - Datagrams that come
extension PeerConnection {
  /// Takes a datagram that is not media; returns why it had no effect, if it had none.
  ///
  /// RTCP is opened in place.
  @discardableResult
  package mutating func receive(
    _ datagram: inout MutableRawSpan, on path: FiveTuple, at now: Instant, into outbox: inout PeerOutbox
  ) -> PeerDropReason? {
    guard !isEnded else { return .ended }
    switch DatagramKind(of: datagram.bytes) {
    case .stun: return receiveCheck(datagram.bytes, on: path, at: now, into: &outbox)
    case .dtls: return receiveHandshake(datagram.bytes, on: path, at: now, into: &outbox)
    case .rtcp: return receiveFeedback(&datagram, on: path, at: now, into: &outbox)
    case .rtp, .turnChannel, .unknown: return .notSpoken
    }
  }

  /// Opens a packet of media in place: authenticates, decrypts, finds its stream and takes note of it.
  ///
  /// `arrival` is when it reached this machine, `now` the time of this turn.
  package mutating func open(
    _ packet: inout MutableRawSpan, on path: FiveTuple, arrival: Instant, at now: Instant,
    into outbox: inout PeerOutbox
  ) -> OpenedPacket {
    guard agent.owns(path), let opened = transport?.open(&packet, arrival: arrival, at: now) else {
      return .dropped(.unexpected)
    }
    switch opened {
    case .dropped, .silence: return opened
    case .probe, .padding: break
    case .packet(let packet): if packet.isFirst { outbox.events.append(.incomingAdded(packet.stream)) }
    }
    heard(on: path, at: now, into: &outbox)
    return opened
  }

  /// How all that comes from the peer has come.
  package var receptionTotal: ReceptionTotal {
    switch transport {
    case .some(let transport): transport.receptionTotal
    case nil: ReceptionTotal()
    }
  }

  /// Tells the agent that something authentic came by a path.
  private mutating func heard(on path: FiveTuple, at now: Instant, into outbox: inout PeerOutbox) {
    let selected = agent.selectedPath
    agent.receivedMedia(on: path, at: now, into: &outbox.ice)
    if agent.selectedPath != selected { passOn(&outbox) }
  }

  /// The TCP connection of a path has ended.
  package mutating func connectionClosed(_ path: FiveTuple, at now: Instant, into outbox: inout PeerOutbox) {
    guard !isEnded else { return }
    agent.connectionClosed(path, into: &outbox.ice)
    settle(at: now, into: &outbox)
  }

  private mutating func receiveCheck(
    _ datagram: RawSpan, on path: FiveTuple, at now: Instant, into outbox: inout PeerOutbox
  ) -> PeerDropReason? {
    let outcome = agent.receive(datagram, on: path, at: now, into: &outbox.ice)
    settle(at: now, into: &outbox)
    switch outcome {
    case .answered: return nil
    case .refused(let code): return .refused(code)
    case .dropped(let reason): return .check(reason)
    }
  }

  private mutating func receiveHandshake(
    _ datagram: RawSpan, on path: FiveTuple, at now: Instant, into outbox: inout PeerOutbox
  ) -> PeerDropReason? {
    guard agent.owns(path) else { return .foreignPath }
    let target = agent.selectedPath
    let event = dtls.receive(datagram, at: now) { Self.send($0, on: target, into: &outbox.datagrams) }
    take(event, at: now, into: &outbox)
    return nil
  }

  private mutating func receiveFeedback(
    _ datagram: inout MutableRawSpan, on path: FiveTuple, at now: Instant, into outbox: inout PeerOutbox
  ) -> PeerDropReason? {
    guard agent.owns(path) else { return .foreignPath }
    guard transport != nil else { return .media(.unexpected) }
    var received = feedback
    feedback = []  // so that it is not copied when it grows
    let reason = transport?.receiveFeedback(&datagram, at: now) { received.append($0) }
    for event in received { take(event, at: now, into: &outbox) }
    received.removeAll(keepingCapacity: true)
    feedback = received
    tellEstimate(at: now, into: &outbox)
    if let reason { return .media(reason) }
    heard(on: path, at: now, into: &outbox)
    return nil
  }

  private mutating func take(_ event: FeedbackEvent, at now: Instant, into outbox: inout PeerOutbox) {
    switch event {
    case .keyframeWanted(let stream): outbox.events.append(.keyframeWanted(outgoing: stream))
    case .ended(let stream): outbox.events.append(.incomingEnded(stream))
    case .repairWanted(let stream, let sequence):
      guard case .resend(let entry) = transport?.answerRepair(sequence, of: stream, at: now) else { return }
      outbox.events.append(.repairWanted(outgoing: stream, entry))
    }
  }
}
