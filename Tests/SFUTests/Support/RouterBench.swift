import CAllocationCounter
import RTP
import SFU
import TestSupport
import WebRTC

/// A router with one track, its streams and subscribers, without peers: packets in, what would be sent out.
struct RouterBench: ~Copyable {
  /// A packet that a subscriber would be sent.
  struct Output {
    var subscription: Subscription.Handle
    var packet: OutgoingPacket
    /// The payload and the descriptor as they would be sealed.
    var payload: [UInt8]
    var descriptor: [UInt8]
    var at: Instant
  }

  static let firstSequence = SequenceNumber(rawValue: 1000)
  private static let payloadType: UInt8 = 96

  var router: Router
  private var slab = PacketSlab(slotCount: 4096)
  let track: PublishedTrack.Handle
  private(set) var streams: [PublishedStream.Handle] = []
  private var seen: [Set<Int64>] = []
  private(set) var outputs: [Output] = []
  /// Keyframes that were asked for, by stream.
  private(set) var requests: [PublishedStream.Handle] = []
  /// Heap allocations by the router since the outputs were taken, but for those of keyframes, which may bring a structure.
  private(set) var routingAllocations = 0
  /// How often a subscription has begun with another stream since then.
  private(set) var beganCount = 0
  private(set) var clocks: [StreamClock?] = []
  var drops = DropCounts()
  private let media: NegotiatedMedia

  init(_ codec: MediaCodec, source: MediaServer.Source = .camera, subscriberLimit: Int = 1) {
    router = Router(peerLimit: max(8, subscriberLimit), tracksPerPeer: 8)
    let negotiated = NegotiatedCodec(
      payloadType: Self.payloadType, codec: codec, clockRate: 90_000, retransmission: 97, feedback: [])
    media = NegotiatedMedia(
      index: 0, mid: "0", kind: .video, direction: .recvonly, codecs: [negotiated], extensions: HeaderExtensionMap(),
      allowsMixedExtensions: true, reducesRTCPSize: true)
    track = router.tracks.insert(
      PublishedTrack(by: .none, publisher: .none, media: media, source: source, isAllowed: true))
  }

  mutating func addStream(place: Int? = nil) -> Int {
    guard let stream = router.addStream(streams.count, to: track) else { preconditionFailure("there is room") }
    router.streams[stream].place = place
    streams.append(stream)
    seen.append([])
    return streams.count - 1
  }

  mutating func subscribe() -> Subscription.Handle {
    let subscription = Subscription(
      to: track, kind: .video, for: .none, on: 0,
      numbers: NumberMapping(first: Self.firstSequence, clockRate: 90_000), from: media, to: media)
    guard let handle = router.subscribe(subscription) else { preconditionFailure("there is room") }
    if let stream = router.selectLayer(for: handle) { requests.append(stream) }
    return handle
  }

  /// Takes a wish over and sends what can be sent at once.
  mutating func setWish(_ wish: LayerWish, of subscription: Subscription.Handle, at now: Instant) {
    if let stream = router.setWish(wish, of: subscription) { requests.append(stream) }
    begin(at: now)
  }

  /// Once a second, or so.
  mutating func chooseLayers(at now: Instant) {
    for subscription in router.subscriptions.handles {
      if let stream = router.selectLayer(for: subscription) { requests.append(stream) }
    }
    begin(at: now)
  }

  mutating func begin(at now: Instant) {
    for subscription in router.beginnings {
      router.begin(subscription, in: slab, at: now, &drops)
      collect(at: now)
    }
    router.beginnings.removeAll()
  }

  mutating func setClock(_ clock: StreamClock, of stream: Int) {
    router.streams[streams[stream]].clock = clock
  }

  /// Gives a packet to the router, once: what comes twice stops before it.
  mutating func receive(_ packet: SimulatedEncoder.Packet, _ codec: MediaCodec.Family, on stream: Int, at now: Instant)
  {
    guard seen[stream].insert(packet.sequence).inserted, let slot = slab.take() else { return }
    let bytes = packet.descriptor + packet.payload
    slab.bytes(of: slot).copyBytes(from: bytes)
    var entry = PacketCache.Entry(
      sequence: packet.sequence, timestamp: packet.timestamp, slot: slot, arrival: now,
      payload: packet.descriptor.count..<bytes.count, byteCount: bytes.count, payloadType: Self.payloadType,
      marker: packet.marker)
    entry.codec = codec
    entry.descriptor = 0..<packet.descriptor.count
    entry.startsKeyframe = codec.startsKeyframe(packet.payload.span.bytes)
    let handle = streams[stream]
    router.streams[handle].activity.receive(
      byteCount: bytes.count, timestamp: packet.timestamp, &router.tracks[track].frames, at: now)
    let (before, pending) = (allocation_count(), router.clockChanges.count)
    router.route(entry, of: handle, in: slab, at: now, &drops)
    if packet.descriptor.isEmpty || !packet.startsKeyframe { routingAllocations += allocation_count() - before }
    if packet.startsKeyframe { beganCount += router.clockChanges.count - pending }
    collect(at: now)
    router.keep(entry, of: handle, freeSlots: 4096)
    for slot in router.spent { slab.release(slot) }
    router.spent.removeAll()
  }

  /// Padding under a number of a stream's own.
  mutating func receivePadding(_ sequence: Int64, on stream: Int, at now: Instant) {
    guard let slot = slab.take() else { return }
    let entry = PacketCache.Entry(
      sequence: sequence, timestamp: 0, slot: slot, arrival: now, payload: 0..<0, byteCount: 0,
      payloadType: Self.payloadType, marker: false)
    router.routePadding(entry, of: streams[stream])
    collect(at: now)
    slab.release(slot)
  }

  /// What a repair of a packet would be: found by what its history remembers, as the first sending was.
  func repair(_ packet: OutgoingPacket) -> (payload: [UInt8], descriptor: [UInt8])? {
    let stream = PublishedStream.Handle(rawValue: packet.origin)
    guard let kept = router.streams[stream].cache.find(packet.source) else { return nil }
    return written(kept.slot, kept.payload, kept.descriptor, packet.rewriting)
  }

  mutating func expire(at now: Instant) {
    router.expire(at: now)
    for slot in router.spent { slab.release(slot) }
    router.spent.removeAll()
  }

  mutating func takeOutputs() -> [Output] {
    defer {
      outputs = []
      (routingAllocations, beganCount) = (0, 0)
    }
    return outputs
  }

  mutating func takeRequests() -> [PublishedStream.Handle] {
    defer { requests = [] }
    return requests
  }

  private mutating func collect(at now: Instant) {
    for descriptor in router.pending {
      let kept = router.streams[PublishedStream.Handle(rawValue: descriptor.packet.origin)].cache.find(
        descriptor.packet.source)
      let range = kept?.descriptor ?? 0..<descriptor.payload.lowerBound
      let bytes = written(descriptor.slot, descriptor.payload, range, descriptor.packet.rewriting)
      outputs.append(
        Output(
          subscription: descriptor.subscription, packet: descriptor.packet, payload: bytes.payload,
          descriptor: bytes.descriptor, at: now))
    }
    router.pending.removeAll(keepingCapacity: true)
    for subscription in router.clockChanges { clocks.append(router.subscriptions[subscription].mapping.clock) }
    router.clockChanges.removeAll(keepingCapacity: true)
    requests += router.wishes
    router.wishes.removeAll(keepingCapacity: true)
  }

  private func written(
    _ slot: PacketSlab.Slot, _ payload: Range<Int>, _ descriptor: Range<Int>, _ rewriting: PacketRewriting
  ) -> (payload: [UInt8], descriptor: [UInt8]) {
    let bytes = Array(slab.bytes(of: slot)[..<max(payload.upperBound, descriptor.upperBound)])
    let source = Array(bytes[payload])
    let head = try? [UInt8](capacity: source.count + 8) { output throws(WireError) in
      let kept = try rewriting.writeHead(of: source.span.bytes, into: &output)
      try output.writeBytes(source.span.bytes.extracting(droppingFirst: kept))
    }
    let value = Array(bytes[descriptor])
    let described = try? [UInt8](capacity: 256) { output throws(WireError) in
      if rewriting.hasDescriptor { try rewriting.writeDescriptor(of: value.span.bytes, into: &output) }
    }
    return (head ?? [], described ?? [])
  }
}
