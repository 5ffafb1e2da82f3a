package import RTP

/// What is published to a worker and who gets it: tables that name each other by handles, and what waits to be sent.
package struct Router: ~Copyable {
  /// Slots that the cache leaves to packets that come: three turns of a full socket.
  private static let slotReserve = 1536

  package var tracks: SlotTable<PublishedTrack>
  package var streams: SlotTable<PublishedStream>
  package var subscriptions: SlotTable<Subscription>
  var list = SendList()
  let soundHead = SoundHead()
  /// What is being forwarded.
  var row = RoutedRow()
  /// Subscribers with something in the list.
  var recipients: [PeerEntry.Handle] = []
  /// What is to be sent of the packets that are being routed.
  package var pending: [SendList.Descriptor] = []
  /// Subscriptions that may begin with what is kept.
  package var beginnings: [Subscription.Handle] = []
  /// Streams of which a keyframe is needed.
  package var wishes: [PublishedStream.Handle] = []
  /// Tracks of which more or fewer layers are needed than before.
  var needChanges: [PublishedTrack.Handle] = []
  /// Subscriptions that wait for a smaller picture, because the network does not carry the present one.
  var descents: [Descent] = []
  /// The pictures among which a subscriber's network is being shared, and whose they are.
  var demands: [TrackDemand] = []
  var demanding: [Subscription.Handle] = []
  /// Subscriptions whose timestamps stand for other moments than the subscriber was told.
  package var clockChanges: [Subscription.Handle] = []
  /// Streams of which packets wait for the rest of their picture, the first to be sent first.
  var collecting: [PublishedStream.Handle] = []
  /// Whether less is sent than the networks carry, since there is more to do than can be done.
  package var isSparing = false
  /// Slots that are free again after the flush, for until then the list may name them.
  package var spent: [PacketSlab.Slot] = []

  package init(peerLimit: Int, tracksPerPeer: Int) {
    tracks = SlotTable(capacity: peerLimit * tracksPerPeer)
    streams = SlotTable(capacity: peerLimit * tracksPerPeer)
    subscriptions = SlotTable(capacity: peerLimit * tracksPerPeer)
    spent.reserveCapacity(2048)
    recipients.reserveCapacity(1024)
    pending.reserveCapacity(SendList.capacity)
    beginnings.reserveCapacity(1024)
    wishes.reserveCapacity(1024)
    clockChanges.reserveCapacity(1024)
    needChanges.reserveCapacity(1024)
    descents.reserveCapacity(1024)
    demands.reserveCapacity(Allocation.capacity)
    demanding.reserveCapacity(Allocation.capacity)
    collecting.reserveCapacity(1024)
  }

  // MARK: Publishing

  /// Enters a stream of a track that has begun; nil when there is no room.
  package mutating func addStream(_ incoming: Int, to track: PublishedTrack.Handle) -> PublishedStream.Handle? {
    guard tracks.contains(track), !streams.isFull else { return nil }
    let stream = streams.insert(PublishedStream(track: track, incoming: incoming))
    tracks[track].streams.append(stream)
    return stream
  }

  /// A stream has ended.
  package mutating func removeStream(_ stream: PublishedStream.Handle) {
    guard streams.contains(stream) else { return }
    let track = streams[stream].track
    interrupt(stream)
    streams[stream].cache.releaseAll(into: &spent)
    streams.remove(stream)
    guard tracks.contains(track) else { return }
    tracks[track].streams.removeAll { $0 == stream }
    for subscription in tracks[track].subscriptions { subscriptions[subscription].forget(stream) }
  }

  /// Packets of a stream are not routed for a while: what was kept is no beginning any more, and what waits is not sent.
  mutating func interrupt(_ stream: PublishedStream.Handle) {
    streams[stream].interrupt()
    guard !streams[stream].collector.isEmpty else { return }
    streams[stream].collector.releaseAll(into: &spent)
    collecting.removeAll { $0 == stream }
  }

  /// A track is published no longer; its subscriptions wait for another.
  package mutating func removeTrack(_ track: PublishedTrack.Handle) {
    guard tracks.contains(track) else { return }
    for stream in tracks[track].streams { removeStream(stream) }
    tracks.remove(track)
  }

  // MARK: Subscribing

  package mutating func subscribe(_ subscription: consuming Subscription) -> Subscription.Handle? {
    let track = subscription.track
    guard tracks.contains(track), !subscriptions.isFull else { return nil }
    let handle = subscriptions.insert(subscription)
    tracks[track].subscriptions.append(handle)
    if subscriptions[handle].isSelected { tracks[track].selectionCount += 1 }
    return handle
  }

  /// Has nothing more forwarded; the subscription stays, so that another can continue its numbers.
  mutating func detach(_ subscription: Subscription.Handle) {
    guard subscriptions.contains(subscription) else { return }
    unlist(subscription)
    subscriptions[subscription].detach()
  }

  package mutating func removeSubscription(_ subscription: Subscription.Handle) {
    guard subscriptions.contains(subscription) else { return }
    unlist(subscription)
    subscriptions.remove(subscription)
  }

  private mutating func unlist(_ subscription: Subscription.Handle) {
    let track = subscriptions[subscription].track
    guard tracks.contains(track) else { return }
    tracks[track].subscriptions.removeAll { $0 == subscription }
    if subscriptions[subscription].isSelected { tracks[track].selectionCount -= 1 }
  }

  // MARK: Packets

  /// Keeps a packet for repairs if there is room; the slot is the cache's then, else it is spent.
  package mutating func keep(
    _ entry: PacketCache.Entry, of stream: PublishedStream.Handle, freeSlots: Int
  ) {
    let count = tracks[streams[stream].track].keptCount
    if count < PacketCache.capacity {
      streams[stream].cache.release(through: entry.sequence - count, into: &spent)
    }
    streams[stream].cache.expire(at: entry.arrival, into: &spent)
    guard count > 0, freeSlots > Self.slotReserve else { return spent.append(entry.slot) }
    switch streams[stream].cache.keep(entry) {
    case .kept(let displaced): if let displaced { spent.append(displaced) }
    case .refused: spent.append(entry.slot)
    }
  }

  /// Gives up what is too old to be asked for.
  package mutating func expire(at now: Instant) {
    for place in streams.places {
      guard let stream = streams.handle(inPlace: place) else { continue }
      streams[stream].cache.expire(at: now, into: &spent)
    }
  }

  /// Ends a period of counting for all streams and subscriptions.
  package mutating func closeActivity(after period: Duration) {
    for place in streams.places {
      guard let stream = streams.handle(inPlace: place) else { continue }
      streams[stream].activity.close(after: period)
      streams[stream].reader.closeCounts(after: period)
    }
    for place in subscriptions.places {
      guard let subscription = subscriptions.handle(inPlace: place) else { continue }
      subscriptions[subscription].closeCount(after: period)
    }
  }
}
