import RTP
import STUN
import WebRTC

// MARK: - Media that leaves
extension WorkerLoop {
  /// Seals everything listed into the batch of the socket, subscriber by subscriber, and frees the slots.
  mutating func flushMedia() {
    beginSubscriptions()
    sendListed()
  }

  /// Lists what subscriptions begin with that need not wait for a keyframe, as one was kept.
  private mutating func beginSubscriptions() {
    guard !router.beginnings.isEmpty else { return }
    for index in router.beginnings.indices {
      router.begin(router.beginnings[index], in: sockets.slab, at: now, &drops)
      listPending()
    }
    router.beginnings.removeAll(keepingCapacity: true)
  }

  mutating func sendListed() {
    if load.isFull { sendSound() }
    for peer in router.recipients where peers.contains(peer) {
      let isSpread = spreads(peer)
      send(to: peer, spreading: isSpread)
      peers[peer].chains = SendList.Chains()
      if isSpread { sendGranted(to: peer) }
      touch(peer)
    }
    router.recipients.removeAll(keepingCapacity: true)
    router.list.removeAll()
    for slot in router.spent { sockets.slab.release(slot) }
    router.spent.removeAll(keepingCapacity: true)
  }

  /// Sends what is listed for a subscriber, or has its video wait.
  private mutating func send(to peer: PeerEntry.Handle, spreading isSpread: Bool) {
    let path = peers[peer].connection.path
    var next = router.list.first(of: peers[peer].chains)
    while let descriptor = next {
      next = router.list.next(after: descriptor, of: peers[peer].chains)
      if isSpread, descriptor.priority == .video, wait(descriptor, for: peer) { continue }
      Self.send(descriptor, to: &peers[peer], on: path, router, by: &sockets, at: now, &counts, &drops)
    }
  }

  static func send(
    _ descriptor: SendList.Descriptor, to peer: inout PeerEntry, on path: FiveTuple?, _ router: borrowing Router,
    by sockets: inout WorkerSockets, at now: Instant, _ counts: inout WorkerCounts, _ drops: inout DropCounts
  ) {
    guard let path else { return drops.count(.notConnected) }
    guard router.subscriptions.contains(descriptor.subscription) else { return }
    do throws(MediaSealError) {
      if descriptor.priority == .audio, descriptor.packet.rewriting.redundancy != 0 {
        try sendRedundant(descriptor, router, &peer, path, by: &sockets, at: now)
      } else {
        try send(
          descriptor, on: router.subscriptions[descriptor.subscription].outgoing,
          router.subscriptions[descriptor.subscription].forwarding, &peer, path, by: &sockets, at: now)
      }
      if descriptor.priority == .repair { counts.repairsOut += 1 } else { counts.mediaPacketsOut += 1 }
    } catch {
      drops.count(MediaServer.DropReason(error))
    }
  }

  private static func send(
    _ descriptor: SendList.Descriptor, on stream: Int, _ forwarding: HeaderExtensionForwarding,
    _ peer: inout PeerEntry, _ path: FiveTuple, by sockets: inout WorkerSockets, at now: Instant
  ) throws(MediaSealError) {
    // The slot is not given back before the flush is over.
    let source = RawSpan(
      _unsafeBytes: UnsafeRawBufferPointer(sockets.slab.bytes(of: descriptor.slot)).prefix(descriptor.byteCount))
    guard descriptor.payload.upperBound <= source.byteCount, let header = try? RTPHeader(parsing: source) else {
      return
    }
    let payload = source.extracting(descriptor.payload)
    try sockets.send(on: path) { output throws(MediaSealError) in
      if descriptor.priority == .repair {
        try peer.connection.sealRepair(
          descriptor.packet, on: stream, payload: payload, passing: forwarding, of: header, in: source, at: now,
          into: &output)
      } else {
        try peer.connection.seal(
          descriptor.packet, on: stream, payload: payload, passing: forwarding, of: header, in: source, at: now,
          into: &output)
      }
    }
  }

  /// Sends a packet of sound together with what it repeats.
  private static func sendRedundant(
    _ descriptor: SendList.Descriptor, _ router: borrowing Router, _ peer: inout PeerEntry, _ path: FiveTuple,
    by sockets: inout WorkerSockets, at now: Instant
  ) throws(MediaSealError) {
    let (stream, handle) = (PublishedStream.Handle(rawValue: descriptor.packet.origin), descriptor.subscription)
    // The slot is not given back before the flush is over.
    let source = RawSpan(
      _unsafeBytes: UnsafeRawBufferPointer(sockets.slab.bytes(of: descriptor.slot)).prefix(descriptor.byteCount))
    guard router.streams.contains(stream), let soundType = router.subscriptions[handle].soundType,
      descriptor.payload.upperBound <= source.byteCount, let header = try? RTPHeader(parsing: source)
    else { return }
    var written = descriptor.packet
    let count = router.soundHead.write(&written, from: router.streams[stream].cache, in: sockets.slab, as: soundType)
    guard count > 0 else { return }
    // Nothing else is written there before this is sealed.
    let head = RawSpan(_unsafeBytes: router.soundHead.bytes(count))
    let (packet, payload) = (written, source.extracting(descriptor.payload))
    let (outgoing, forwarding) = (router.subscriptions[handle].outgoing, router.subscriptions[handle].forwarding)
    try sockets.send(on: path) { output throws(MediaSealError) in
      try peer.connection.seal(
        packet, on: outgoing, head, before: payload, passing: forwarding, of: header, in: source, at: now,
        into: &output)
    }
  }

  // MARK: What subscribers ask for

  /// Lists a packet once more for a subscriber that lacks it.
  mutating func repair(_ entry: RetransmissionHistory.Entry, on outgoing: Int, of peer: PeerEntry.Handle) {
    guard let subscription = subscription(outgoing, of: peer) else { return }
    let stream = PublishedStream.Handle(rawValue: entry.origin)
    // What was sent before the place passed to another track was in that one's formats. What repeated other sound is not sent
    // again: its bytes would have to be the same, and what it repeated is gone soon.
    guard router.subscriptions[subscription].kind == .video || entry.rewriting.redundancy == 0,
      router.streams.contains(stream), router.streams[stream].track == router.subscriptions[subscription].track,
      router.subscriptions[subscription].needs(entry.source, of: entry.origin),
      let packet = router.streams[stream].cache.find(entry.source),
      let payloadType = router.subscriptions[subscription].payloadType(for: packet.payloadType)
    else { return drops.count(.tooOld) }
    guard mayRepair(subscription) else { return drops.count(.overloaded) }
    guard peers[peer].connection.takeRepair(byteCount: Int(packet.byteCount), at: now) else {
      return drops.count(.rateLimited)
    }
    let outgoing = OutgoingPacket(
      payloadType: payloadType, sequence: entry.sequence, timestamp: entry.timestamp, marker: entry.marker,
      source: entry.source, origin: entry.origin, rewriting: entry.rewriting)
    list(SendList.Descriptor(packet, subscription, outgoing, .repair))
  }

  /// Passes a subscriber's wish on to the publisher, who is asked once for all.
  mutating func requestKeyframe(for outgoing: Int, of peer: PeerEntry.Handle) {
    guard let subscription = subscription(outgoing, of: peer) else { return }
    let stream = router.subscriptions[subscription].target
    guard expectsKeyframe(of: stream) || router.subscriptions[subscription].keyframes.take(at: now) else {
      return drops.count(.rateLimited)
    }
    requestKeyframe(of: stream)
  }

  mutating func requestKeyframe(of stream: PublishedStream.Handle) {
    guard router.streams.contains(stream), router.tracks.contains(router.streams[stream].track) else { return }
    let publisher = router.tracks[router.streams[stream].track].publisher
    guard publisher != .none else { return askHome(forKeyframeOf: stream) }
    guard peers.contains(publisher), peers[publisher].connection.hasKeys else { return }
    peers[publisher].connection.requestKeyframe(of: router.streams[stream].incoming)
    touch(publisher)
  }

  /// Whether the publisher was asked already.
  private func expectsKeyframe(of stream: PublishedStream.Handle) -> Bool {
    guard router.streams.contains(stream), router.tracks.contains(router.streams[stream].track) else { return false }
    let publisher = router.tracks[router.streams[stream].track].publisher
    return peers.contains(publisher) && peers[publisher].connection.expectsKeyframe(of: router.streams[stream].incoming)
  }

  private func subscription(_ outgoing: Int, of peer: PeerEntry.Handle) -> Subscription.Handle? {
    guard peers.contains(peer), outgoing < peers[peer].subscriptions.count else { return nil }
    let subscription = peers[peer].subscriptions[outgoing]
    return router.subscriptions.contains(subscription) ? subscription : nil
  }

  /// Chooses the stream of every subscription anew: the highest active layer, or the one that has taken another's place.
  mutating func chooseLayers() {
    for place in router.subscriptions.places {
      guard let subscription = router.subscriptions.handle(inPlace: place),
        router.subscriptions[subscription].kind == .video
      else { continue }
      if let stream = router.selectLayer(for: subscription) { requestKeyframe(of: stream) }
    }
  }
}

extension MediaServer.DropReason {
  fileprivate init(_ error: MediaSealError) {
    switch error {
    case .notConnected: self = .notConnected
    case .tooLarge: self = .noRoom
    case .refused: self = .replayed
    case .cannotRepair: self = .unknownCodec
    }
  }
}
