import RTP
import STUN

// MARK: - How far the connection has come
extension PeerConnection {
  /// Takes over what a negotiation agreed on.
  mutating func agree(on media: [NegotiatedMedia], at now: Instant, into outbox: inout PeerOutbox) {
    self.media = media
    transport?.update(media) { outbox.events.append(.incomingEnded($0)) }
    transport?.followFeedback(at: now)
    addOutgoing(into: &outbox)
    settle(at: now, into: &outbox)
  }

  /// Passes on the news of ICE and draws the consequences of what has changed.
  mutating func settle(at now: Instant, into outbox: inout PeerOutbox) {
    passOn(&outbox)
    beginHandshake(at: now, into: &outbox)
    guard !isEnded else { return }
    let isUsable = transport != nil && agent.selectedPath != nil
    switch phase {
    case .connecting, .disconnected:
      guard isUsable else { break }
      phase = .connected
      outbox.events.append(.connected)
      return
    case .connected, .ended: break
    }
    if case .connected = phase, !isUsable { disconnect(at: now, into: &outbox) }
    if case .connecting = phase, agent.state == .disconnected { disconnect(at: now, into: &outbox) }
  }

  /// Gives a peer that asks for a restart time to take part in it.
  mutating func renewPatience(at now: Instant) {
    if case .disconnected = phase { phase = .disconnected(since: now) }
  }

  private mutating func disconnect(at now: Instant, into outbox: inout PeerOutbox) {
    phase = .disconnected(since: now)
    outbox.events.append(.disconnected)
  }

  /// Both who the peer is and where it is must be known.
  private mutating func beginHandshake(at now: Instant, into outbox: inout PeerOutbox) {
    guard dtls.state == .new, let remote, agent.selectedPath != nil else { return }
    let role: DTLSRole = remote.localSetup == .active ? .client : .server
    let event = dtls.start(as: role, expecting: remote.fingerprints, at: now)
    take(event, at: now, into: &outbox)
  }

  mutating func take(_ event: DTLSEvent?, at now: Instant, into outbox: inout PeerOutbox) {
    switch event {
    case nil: return
    case .closedByPeer: end(.closedByPeer, into: &outbox)
    case .failed(let failure): end(.handshakeFailed(failure), into: &outbox)
    case .connected(let keys, let role):
      transport = MediaTransport(
        keys: keys, isDTLSClient: role == .client, media: media, localSSRC: localSSRC,
        canonicalName: configuration.canonicalName, wallClockOffset: configuration.wallClockOffset)
      addOutgoing(into: &outbox)
      settle(at: now, into: &outbox)
    }
  }

  /// Begins a stream for every media description that something is to be sent in, and another where the SSRC is another.
  private mutating func addOutgoing(into outbox: inout PeerOutbox) {
    guard hasKeys else { return }
    for description in media where description.direction.sends {
      guard let track = description.track else { continue }
      let present = streams.outgoingStream(inMedia: description.index)
      guard present.map({ streams.outgoing[$0].track.ssrc != track.ssrc }) ?? true,
        let stream = transport?.addOutgoing(description, track, insteadOf: present, using: &numbers)
      else { continue }
      outbox.events.append(.outgoingAdded(stream, media: description.index))
    }
  }

  mutating func end(_ reason: PeerEndReason, into outbox: inout PeerOutbox) {
    guard !isEnded else { return }
    phase = .ended(reason)
    agent.close(into: &outbox.ice)
    passOn(&outbox)
    transport = nil
    outbox.events.append(.ended(reason))
  }

  mutating func passOn(_ outbox: inout PeerOutbox) {
    for event in outbox.ice.events {
      switch event {
      case .pathAdded(let path): outbox.events.append(.pathAdded(path))
      case .pathRemoved(let path): outbox.events.append(.pathRemoved(path))
      case .selected(let path): outbox.events.append(.pathSelected(path))
      case .credentialsRetired(let ufrag): outbox.events.append(.credentialsRetired(ufrag))
      case .stateChanged: continue
      }
    }
    outbox.ice.events.removeAll(keepingCapacity: true)
  }

  static func send(_ datagram: RawSpan, on path: FiveTuple?, into outbox: inout DatagramOutbox) {
    guard let path else { return }
    try? outbox.append(on: path) { (output) throws(WireError) in try output.writeBytes(datagram) }
  }
}
