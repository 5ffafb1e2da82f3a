package import RTP
import WebRTC

// MARK: - From a packet that came to those that are to be sent
extension Router {
  /// By so many packets reordering and repairs are late at most.
  private static let overtakingLimit: Int64 = 64
  /// A subscription begins with a keyframe that was kept if no more packets, or no more time, have passed since.
  private static let keptPacketLimit: Int64 = 64
  private static let keptAge = Duration.milliseconds(150)
  /// A narrow network is not sent more of the past than this.
  private static let keptAgeWhereNarrow = Duration.milliseconds(500)
  /// A stream that brings something after so long may have been switched on again.
  private static let rest = Duration.milliseconds(500)

  /// Reads a packet of a stream and puts into `pending` what its subscribers are to be sent of it; `bytes` are the packet's.
  package mutating func route(
    _ entry: PacketCache.Entry, of stream: PublishedStream.Handle, in slab: borrowing PacketSlab, at now: Instant,
    _ drops: inout DropCounts
  ) {
    take(entry, of: stream, in: slab, at: now, &drops)
    forwardRow(of: stream, in: slab, at: now, &drops)
  }

  /// Reads a packet and puts it into the row of those that are to be forwarded next.
  mutating func take(
    _ entry: PacketCache.Entry, of stream: PublishedStream.Handle, in slab: borrowing PacketSlab, at now: Instant,
    _ drops: inout DropCounts
  ) {
    let track = streams[stream].track
    let isFirst = streams[stream].newest.map { now - $0.arrival > Self.rest } ?? true
    let reading = read(entry, of: stream, in: slab, at: now)
    // A keyframe may tell another size, and a stream that begins may be wished more than those before.
    let startsKeyframe = reading?.layers.startsKeyframe ?? false
    if isFirst || startsKeyframe { selectLayers(of: track, having: startsKeyframe ? stream : .none) }
    guard let packet = reading else { return drops.count(.awaitingKeyframe) }
    row.append(packet)
  }

  /// Puts into `pending` what subscribers are to be sent of the row, which is empty then.
  mutating func forwardRow(
    of stream: PublishedStream.Handle, in slab: borrowing PacketSlab, at now: Instant, _ drops: inout DropCounts
  ) {
    defer { row.removeAll() }
    let track = streams[stream].track
    guard tracks[track].isForwarded else { return }
    for index in 0..<tracks[track].subscriptions.count {
      let subscription = tracks[track].subscriptions[index]
      for place in 0..<row.count { forward(row[place], of: stream, to: subscription, in: slab, at: now, &drops) }
    }
  }

  /// Leaves padding out of the numbering of all who get the stream.
  package mutating func routePadding(_ entry: PacketCache.Entry, of stream: PublishedStream.Handle) {
    let track = streams[stream].track
    for index in 0..<tracks[track].subscriptions.count {
      let subscription = tracks[track].subscriptions[index]
      if let packet = subscriptions[subscription].leaveOutPadding(entry, of: stream) {
        pending.append(SendList.Descriptor(entry, subscription, packet, .video))
      }
    }
  }

  /// Puts into `pending` what a subscription begins with that was selected because it was kept.
  package mutating func begin(
    _ subscription: Subscription.Handle, in slab: borrowing PacketSlab, at now: Instant, _ drops: inout DropCounts
  ) {
    guard subscriptions.contains(subscription), subscriptions[subscription].awaitsKeyframe else { return }
    let stream = subscriptions[subscription].target
    guard streams.contains(stream), tracks[streams[stream].track].isAllowed else { return }
    guard canBegin(subscription, with: stream), let keyframe = streams[stream].keyframe,
      let newest = streams[stream].newest
    else { return wishes.append(stream) }
    replay(keyframe.sequence...newest.sequence, of: stream, to: subscription, in: slab, at: now, &drops)
    if subscriptions[subscription].awaitsKeyframe { wishes.append(stream) }
  }

  /// Whether a subscription that forwards nothing can begin with the stream's newest keyframe, which was kept and is recent.
  func canBegin(_ subscription: Subscription.Handle, with stream: PublishedStream.Handle) -> Bool {
    guard subscriptions[subscription].kind == .video, subscriptions[subscription].current == .none,
      let keyframe = streams[stream].keyframe, let newest = streams[stream].newest
    else { return false }
    let packetCount = newest.sequence - keyframe.sequence + 1
    guard packetCount <= Self.keptPacketLimit || newest.arrival - keyframe.arrival <= Self.keptAge,
      packetCount <= Int64(PacketCache.capacity),
      subscriptions[subscription].grant == .everything || newest.arrival - keyframe.arrival <= Self.keptAgeWhereNarrow
    else { return false }
    for number in keyframe.sequence...newest.sequence where streams[stream].cache.find(number) == nil { return false }
    return true
  }

  /// Chooses anew for all subscriptions of a track; of `stream`, if it is one, a keyframe is there.
  private mutating func selectLayers(of track: PublishedTrack.Handle, having stream: PublishedStream.Handle) {
    for index in 0..<tracks[track].subscriptions.count {
      let subscription = tracks[track].subscriptions[index]
      guard subscriptions[subscription].kind == .video else { continue }
      if let target = selectLayer(for: subscription), target != stream { wishes.append(target) }
    }
  }

  private mutating func read(
    _ entry: PacketCache.Entry, of stream: PublishedStream.Handle, in slab: borrowing PacketSlab, at now: Instant,
    isRepeated: Bool = false
  ) -> RoutedPacket? {
    // The slot is not given back before the flush.
    let bytes = RawSpan(_unsafeBytes: UnsafeRawBufferPointer(slab.bytes(of: entry.slot)).prefix(Int(entry.byteCount)))
    let packet = LayerReader.Packet(
      entry.codec, sequence: entry.sequence, timestamp: entry.timestamp, marker: entry.marker,
      startsKeyframe: entry.startsKeyframe)
    let layers = streams[stream].reader.read(
      packet, payload: bytes.extracting(entry.payload), descriptor: bytes.extracting(entry.descriptor), at: now,
      isRepeated: isRepeated)
    streams[stream].note(entry, startsKeyframe: layers?.startsKeyframe ?? false)
    return layers.map { RoutedPacket(entry: entry, layers: $0) }
  }

  private mutating func forward(
    _ packet: RoutedPacket, of stream: PublishedStream.Handle, to subscription: Subscription.Handle,
    in slab: borrowing PacketSlab, at now: Instant, _ drops: inout DropCounts
  ) {
    guard tracks[subscriptions[subscription].track].isHeard || subscriptions[subscription].isSelected else { return }
    // Encoders make keyframes of all encodings at once; that of the one to be left would only fill the way of the other's.
    if packet.layers.startsKeyframe, subscriptions[subscription].current == stream, isDescending(subscription) {
      subscriptions[subscription].giveWay()
    }
    let begins = subscriptions[subscription].begins(with: packet, of: stream, streams[stream], at: now)
    decide(packet, of: stream, for: subscription, at: now, &drops)
    if begins {
      clockChanges.append(subscription)
      guard subscriptions[subscription].kind == .video else { return }
      // What was sent after the keyframe's first packet but came before it was kept, and is due now.
      let first = packet.entry.sequence + 1
      let last = min(streams[stream].newest?.sequence ?? .min, packet.entry.sequence + Self.overtakingLimit)
      if first <= last { replay(first...last, of: stream, to: subscription, in: slab, at: now, &drops) }
    } else if packet.layers.startsKeyframe, stream == subscriptions[subscription].target,
      subscriptions[subscription].awaitsKeyframe,
      subscriptions[subscription].payloadType(for: packet.entry.payloadType) != nil
    {
      wishes.append(stream)  // this one came too late to go on with
    } else if subscriptions[subscription].current == stream,
      subscriptions[subscription].follow(streams[stream].clock) != nil
    {
      clockChanges.append(subscription)
    }
  }

  private mutating func decide(
    _ packet: RoutedPacket, of stream: PublishedStream.Handle, for subscription: Subscription.Handle, at now: Instant,
    _ drops: inout DropCounts
  ) {
    let neededKeyframe = subscriptions[subscription].selector.needsKeyframe
    let isAudio = subscriptions[subscription].kind == .audio
    switch subscriptions[subscription].decide(packet, of: stream, streams[stream], at: now) {
    case .drop(let reason): drops.count(reason)
    case .forward(let outgoing), .fill(let outgoing):
      pending.append(SendList.Descriptor(packet.entry, subscription, outgoing, isAudio ? .audio : .video))
    }
    if !neededKeyframe, subscriptions[subscription].selector.needsKeyframe { wishes.append(stream) }
  }

  mutating func replay(
    _ numbers: ClosedRange<Int64>, of stream: PublishedStream.Handle, to subscription: Subscription.Handle,
    in slab: borrowing PacketSlab, at now: Instant, _ drops: inout DropCounts
  ) {
    for number in numbers {
      guard let kept = streams[stream].cache.find(number),
        let packet = read(kept, of: stream, in: slab, at: now, isRepeated: true)
      else { continue }
      if subscriptions[subscription].begins(with: packet, of: stream, streams[stream], at: now) {
        clockChanges.append(subscription)
      }
      decide(packet, of: stream, for: subscription, at: now, &drops)
    }
  }
}
