import RTP
import STUN
import WebRTC

// MARK: - Datagrams that come
extension WorkerLoop {
  mutating func receive(_ datagram: WorkerSockets.Datagram) {
    if datagram.passedFrom == nil { counts.datagramsIn += 1 }
    // The slot is the datagram's until it is released or kept, so nobody else writes to it.
    var bytes = MutableRawSpan(
      _unsafeBytes: UnsafeMutableRawBufferPointer(
        rebasing: sockets.slab.bytes(of: datagram.slot)[..<datagram.byteCount]))
    let kind = DatagramKind(of: bytes.bytes)
    guard let peer = peer(of: bytes.bytes, kind, on: datagram.path) else {
      if !passOn(datagram, bytes.bytes, kind) { receiveFromStranger(bytes.bytes, kind, on: datagram.path) }
      return sockets.slab.release(datagram.slot)
    }
    switch kind {
    case .rtp: receiveMedia(datagram, &bytes, from: peer)
    case .stun, .dtls, .rtcp, .turnChannel, .unknown:
      let reason = peers[peer].connection.receive(&bytes, on: datagram.path, at: now, into: &outbox)
      if let reason { drops.count(MediaServer.DropReason(reason)) }
      sockets.slab.release(datagram.slot)
      follow(peer)
      guard reason == nil else { return }
      if kind == .stun { claim(datagram, for: peer) }
      if kind == .rtcp { renewClaim(datagram, for: peer) }
    }
  }

  /// Whose datagram it is: a check's by the fragment it names, for one address may serve several peers; else by its path.
  private func peer(of bytes: RawSpan, _ kind: DatagramKind, on path: FiveTuple) -> PeerEntry.Handle? {
    guard kind == .stun else { return paths[path] }
    return ServerUfrag(addressedBy: bytes).flatMap { users[$0] }
  }

  /// A path is the peer's that has checked it last, so that a check sent from a forged address harms for seconds at most.
  private mutating func claim(_ datagram: WorkerSockets.Datagram, for peer: PeerEntry.Handle) {
    guard peers.contains(peer) else { return }
    if let place = datagram.passedFrom { claim(datagram.path, fromPlace: place) }
    guard paths[datagram.path] != peer else { return }
    paths[datagram.path] = peer
    sockets.prove(datagram.path)
  }

  /// Claims the path of authentic media and reports anew where it comes to another worker: some stacks check once and then only send.
  private mutating func renewClaim(_ datagram: WorkerSockets.Datagram, for peer: PeerEntry.Handle) {
    guard let place = datagram.passedFrom, peers.contains(peer), peers[peer].nextClaim <= now else { return }
    peers[peer].nextClaim = now + settings.peer.consentTimeout / Self.claimsPerPeriod
    claim(datagram.path, fromPlace: place)
  }

  private mutating func claim(_ path: FiveTuple, fromPlace place: Int) {
    guard hops.claim(path, fromPlace: place) else { return drops.count(.noRoom) }
    claims[path] = Int32(place)
  }

  /// A claim that is not made again is forgotten after a period of consent.
  private static let claimsPerPeriod = 6

  /// Answers a plain Binding request; everything else of strangers is counted and nothing more.
  private mutating func receiveFromStranger(_ bytes: RawSpan, _ kind: DatagramKind, on path: FiveTuple) {
    switch kind {
    case .stun: receiveBinding(bytes, on: path)
    case .dtls, .rtp, .rtcp: drops.count(.unknownPath)
    case .turnChannel, .unknown: drops.count(.unknownProtocol)
    }
  }

  private mutating func receiveBinding(_ bytes: RawSpan, on path: FiveTuple) {
    switch bindings.receive(bytes, on: path, at: now, into: &outbox.datagrams) {
    case .answered: counts.answeredBindings += 1
    case .malformed: drops.count(.malformed)
    case .notForUs: drops.count(.unknownUser)
    case .limited: drops.count(.rateLimited)
    }
    Self.send(&outbox, by: &sockets)
  }

  /// The TCP connection of a path has ended.
  mutating func connectionClosed(_ path: FiveTuple) {
    guard let peer = paths[path], peers.contains(peer) else { return }
    peers[peer].connection.connectionClosed(path, at: now, into: &outbox)
    follow(peer)
  }

  static func send(_ outbox: inout PeerOutbox, by sockets: inout WorkerSockets) {
    guard !outbox.datagrams.isEmpty else { return }
    outbox.datagrams.drain { path, bytes in sockets.send(bytes, on: path) }
  }
}

// MARK: - Media that comes
extension WorkerLoop {
  private mutating func receiveMedia(
    _ datagram: WorkerSockets.Datagram, _ bytes: inout MutableRawSpan, from peer: PeerEntry.Handle
  ) {
    let opened = peers[peer].connection.open(
      &bytes, on: datagram.path, arrival: datagram.arrival, at: now, into: &outbox)
    follow(peer)
    switch opened {
    case .packet, .padding, .probe: renewClaim(datagram, for: peer)
    case .silence, .dropped: break
    }
    switch opened {
    case .packet(let packet):
      counts.mediaPacketsIn += 1
      route(packet, in: datagram, from: peer)
    case .padding(let incoming, let sequence):
      counts.mediaPacketsIn += 1
      routePadding(sequence, of: incoming, in: datagram, from: peer)
    case .probe:
      counts.mediaPacketsIn += 1
      router.spent.append(datagram.slot)
    case .silence:
      counts.mediaPacketsIn += 1
      drops.count(.silence)
      router.spent.append(datagram.slot)
    case .dropped(let reason):
      drops.count(MediaServer.DropReason(reason))
      router.spent.append(datagram.slot)
    }
  }

  /// Finds out whose packet it is, and has it go its way.
  private mutating func route(
    _ packet: ReceivedPacket, in datagram: WorkerSockets.Datagram, from peer: PeerEntry.Handle
  ) {
    guard let stream = publishedStream(packet.stream, of: peer) else {
      drops.count(.unnegotiated)
      return router.spent.append(datagram.slot)
    }
    let track = router.streams[stream].track
    router.streams[stream].activity.receive(
      byteCount: packet.payload.count, timestamp: packet.timestamp, &router.tracks[track].frames, at: now)
    guard router.tracks[track].isAllowed else {
      drops.count(.notAllowed)
      router.interrupt(stream)
      return router.spent.append(datagram.slot)
    }
    if let change = router.tracks[track].receive(packet, at: now) { follow(change, of: track) }
    let origin = peers[peer].connection.origin(of: packet.stream)
    (router.streams[stream].clock, router.streams[stream].place) = (origin.clock, origin.layer)
    var entry = PacketCache.Entry(
      sequence: packet.sequence, timestamp: packet.timestamp, slot: datagram.slot, arrival: now,
      payload: packet.payload, byteCount: datagram.byteCount, payloadType: packet.payloadType, marker: packet.marker)
    entry.codec = packet.codec
    entry.descriptor = packet.descriptor
    entry.startsKeyframe = packet.startsKeyframe
    mirror(entry, of: stream)
    route(entry, of: stream)
  }

  /// Lists a packet for every subscriber here that gets it, and keeps it.
  mutating func route(_ packet: PacketCache.Entry, of stream: PublishedStream.Handle) {
    var entry = packet
    if packet.codec == .red {
      guard let carried = router.unwrap(entry, of: stream, in: sockets.slab, at: now, &drops) else {
        drops.count(.malformed)
        return router.spent.append(packet.slot)
      }
      entry = carried
    }
    collect(entry, of: stream)
  }

  private mutating func routePadding(
    _ sequence: Int64, of incoming: Int, in datagram: WorkerSockets.Datagram, from peer: PeerEntry.Handle
  ) {
    defer { router.spent.append(datagram.slot) }
    guard let stream = publishedStream(incoming, of: peer) else { return }
    mirror(padding: sequence, of: stream)
    routePadding(sequence, in: datagram.slot, datagram.byteCount, of: stream)
  }

  mutating func routePadding(
    _ sequence: Int64, in slot: PacketSlab.Slot, _ byteCount: Int, of stream: PublishedStream.Handle
  ) {
    guard let newest = router.streams[stream].newest else { return }
    let entry = PacketCache.Entry(
      sequence: sequence, timestamp: newest.timestamp, slot: slot, arrival: now, payload: 0..<0,
      byteCount: byteCount, payloadType: newest.payloadType, marker: false)
    routeCollected(of: stream)
    router.routePadding(entry, of: stream)
    listPending()
  }

  private func publishedStream(_ incoming: Int, of peer: PeerEntry.Handle) -> PublishedStream.Handle? {
    guard peers.contains(peer), incoming < peers[peer].published.count else { return nil }
    let stream = peers[peer].published[incoming]
    return router.streams.contains(stream) ? stream : nil
  }

  /// Hands over what routing came to: packets to the lists of their subscribers, news of clocks, wishes for keyframes.
  mutating func listPending() {
    for index in router.pending.indices { list(router.pending[index]) }
    router.pending.removeAll(keepingCapacity: true)
    for subscription in router.clockChanges where router.subscriptions.contains(subscription) {
      let subscriber = router.subscriptions[subscription].subscriber
      guard peers.contains(subscriber) else { continue }
      peers[subscriber].connection.setClock(
        router.subscriptions[subscription].mapping.clock, of: router.subscriptions[subscription].outgoing, at: now)
      touch(subscriber)
    }
    router.clockChanges.removeAll(keepingCapacity: true)
    for index in router.wishes.indices { requestKeyframe(of: router.wishes[index]) }
    router.wishes.removeAll(keepingCapacity: true)
  }

  /// Appends to what the descriptor's subscriber is sent at the next flush.
  mutating func list(_ descriptor: SendList.Descriptor) {
    let subscriber = router.subscriptions[descriptor.subscription].subscriber
    guard peers.contains(subscriber) else { return }
    if router.list.isFull { sendListed() }
    if peers[subscriber].chains.isEmpty { router.recipients.append(subscriber) }
    router.list.append(descriptor, to: &peers[subscriber].chains)
  }
}

extension MediaServer.DropReason {
  init(_ reason: MediaDropReason) {
    switch reason {
    case .malformed: self = .malformed
    case .unauthenticated: self = .unauthenticated
    case .replayed: self = .replayed
    case .unknownPayloadType, .unknownStream, .unexpected: self = .unnegotiated
    case .tooManyStreams: self = .noRoom
    }
  }

  init(_ reason: PeerDropReason) {
    switch reason {
    case .ended, .foreignPath: self = .unknownPath
    case .notSpoken: self = .unknownProtocol
    case .check, .refused: self = .invalidCheck
    case .media(let reason): self.init(reason)
    }
  }
}
