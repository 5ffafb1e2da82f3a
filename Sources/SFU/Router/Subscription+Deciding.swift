import RTP
import WebRTC

/// A packet of a published stream that has been read: where it is, and what it says of itself.
struct RoutedPacket {
  let entry: PacketCache.Entry
  let layers: PacketLayers

  var position: NumberMapping.Position {
    NumberMapping.Position(
      sequence: entry.sequence, timestamp: entry.timestamp, marker: entry.marker, layers: layers)
  }
}

// MARK: - What becomes of a packet
extension Subscription {
  /// Whether a packet is what the subscription begins to forward its target with; then it has begun.
  ///
  /// False also for a keyframe that is too old to come behind what was sent: the next may be in time.
  mutating func begins(
    with packet: RoutedPacket, of stream: PublishedStream.Handle, _ source: borrowing PublishedStream, at now: Instant
  ) -> Bool {
    guard stream == target, target != current, kind == .audio || packet.layers.startsKeyframe,
      payloadType(for: packet.entry.payloadType) != nil
    else { return false }
    let isForced = kind == .audio || refusedKeyframes >= Self.refusalLimit
    guard takeUp(with: packet.position, source.clock, isForced: isForced, at: now) else {
      refusedKeyframes += 1
      return false
    }
    refusedKeyframes = 0
    selector.begin(with: packet.position)
    return true
  }

  /// Decides on a packet of one of the track's streams.
  mutating func decide(
    _ packet: RoutedPacket, of stream: PublishedStream.Handle, _ source: borrowing PublishedStream, at now: Instant
  ) -> Decision {
    guard stream == current else { return .drop(stream == target ? .awaitingKeyframe : .unwantedLayer) }
    guard let payloadType = payloadType(for: packet.entry.payloadType) else {
      if kind == .video { pause() }  // what it can decode begins anew
      return .drop(.unknownCodec)
    }
    guard kind == .video else { return forwardSound(packet, payloadType, of: stream, source, at: now) }
    guard mapping.isAhead(packet.position) else { return .drop(.tooOld) }
    switch selector.decide(packet.position, source.reader, at: now) {
    case .forward(let endsPicture):
      return forward(packet, payloadType, of: stream, endsPicture: endsPicture, source, at: now)
    case .leaveOut(let joins):
      guard let numbers = mapping.leaveOut(packet.position, joins: joins) else { return .drop(.unwantedLayer) }
      return .fill(outgoing(packet, payloadType, of: stream, numbers, marker: false))
    }
  }

  /// Leaves padding out that came under a number of the stream; what is to be sent in its place if something is.
  mutating func leaveOutPadding(_ entry: PacketCache.Entry, of stream: PublishedStream.Handle) -> OutgoingPacket? {
    guard kind == .video, stream == current, let payloadType = payloadType(for: entry.payloadType),
      let numbers = mapping.leaveOutPadding(entry.sequence)
    else { return nil }
    return outgoing(RoutedPacket(entry: entry, layers: PacketLayers()), payloadType, of: stream, numbers, marker: false)
  }

  /// What the subscriber is to be told of the moments of its timestamps, if that is news.
  mutating func follow(_ clock: StreamClock?) -> StreamClock? {
    mapping.follow(clock)
  }

  private mutating func forward(
    _ packet: RoutedPacket, _ payloadType: UInt8, of stream: PublishedStream.Handle, endsPicture: Bool,
    _ source: borrowing PublishedStream, at now: Instant
  ) -> Decision {
    guard var numbers = mapping.map(packet.position, endsPicture: endsPicture, at: now) else { return .drop(.tooOld) }
    if packet.layers.startsKeyframe { noteKeyframe(at: packet.position) }
    selector.narrow(&numbers.rewriting, packet.layers, source.reader.targets)
    byteCount += packet.entry.payload.count
    let marker = kind == .audio ? packet.entry.marker : endsPicture
    return .forward(outgoing(packet, payloadType, of: stream, numbers, marker: marker))
  }

  private mutating func forwardSound(
    _ packet: RoutedPacket, _ payloadType: UInt8, of stream: PublishedStream.Handle,
    _ source: borrowing PublishedStream, at now: Instant
  ) -> Decision {
    guard var numbers = mapping.map(packet.position, endsPicture: true, at: now) else { return .drop(.tooOld) }
    numbers.rewriting = PacketRewriting()
    numbers.rewriting.redundancy = redundancy(for: packet.entry, source)
    byteCount += packet.entry.payload.count * (1 + numbers.rewriting.redundancy.nonzeroBitCount)
    let sentType = numbers.rewriting.redundancy == 0 ? payloadType : redundantType ?? payloadType
    return .forward(outgoing(packet, sentType, of: stream, numbers, marker: packet.entry.marker))
  }

  /// Which of the packets before go along with one of sound.
  private func redundancy(for packet: PacketCache.Entry, _ source: borrowing PublishedStream) -> UInt8 {
    guard generations > 0, redundantType != nil, packet.codec == .opus else { return 0 }
    var bits: UInt8 = 0
    var byteCount = packet.payload.count
    for generation in 1...min(generations, SoundHead.generationLimit) {
      guard let earlier = source.cache.find(packet.sequence - Int64(generation)),
        SoundHead.canRepeat(earlier, with: packet)
      else { continue }
      byteCount += earlier.payload.count
      guard byteCount <= SoundHead.longestPayload else { break }
      bits |= SoundHead.bit(generation)
    }
    return bits
  }

  private func outgoing(
    _ packet: RoutedPacket, _ payloadType: UInt8, of stream: PublishedStream.Handle, _ numbers: NumberMapping.Numbers,
    marker: Bool
  ) -> OutgoingPacket {
    var outgoing = OutgoingPacket(
      payloadType: payloadType, sequence: numbers.sequence, timestamp: numbers.timestamp, marker: marker,
      source: packet.entry.sequence, origin: stream.rawValue, rewriting: numbers.rewriting)
    if numbers.rewriting.payload != .padding { outgoing.fill = packet.entry.fill }
    return outgoing
  }
}
