import RTP
import WebRTC

// MARK: - Pictures that are sent in a row
extension WorkerLoop {
  /// For fewer subscribers a row was measured to save nothing while the worker has time, and when it has none packets gather by
  /// themselves.
  package static let leastCollectingCount = 16

  /// Routes a packet, or has it wait for the rest of its picture.
  mutating func collect(_ entry: PacketCache.Entry, of stream: PublishedStream.Handle) {
    if router.streams[stream].collector.isContinued(by: entry) { return add(entry, to: stream) }
    routeCollected(of: stream)
    guard isCollected(entry, of: stream) else { return deliver(entry, of: stream) }
    router.collecting.append(stream)
    add(entry, to: stream)
  }

  /// Routes those that have waited long enough.
  mutating func routeDueCollections() {
    // All wait equally long, so the first to wait is the first to be due.
    while mayListMore, let stream = router.collecting.first, router.streams[stream].collector.deadline <= now {
      routeCollected(of: stream)
    }
  }

  /// When that has something to do.
  var collectionDeadline: Instant {
    router.collecting.first.map { router.streams[$0].collector.deadline } ?? .distantFuture
  }

  /// Whether a packet is the first of several of a picture that many get.
  private func isCollected(_ entry: PacketCache.Entry, of stream: PublishedStream.Handle) -> Bool {
    let track = router.streams[stream].track
    guard settings.collecting > .zero, !entry.marker, router.tracks[track].kind == .video,
      router.tracks[track].subscriptions.count >= Self.leastCollectingCount
    else { return false }
    return router.streams[stream].newest.map { $0.sequence < entry.sequence } ?? false
  }

  private mutating func add(_ entry: PacketCache.Entry, to stream: PublishedStream.Handle) {
    router.streams[stream].collector.append(entry, until: now + settings.collecting)
    if router.streams[stream].collector.isComplete { routeCollected(of: stream) }
  }

  /// Routes those of a stream that wait.
  mutating func routeCollected(of stream: PublishedStream.Handle) {
    guard !router.streams[stream].collector.isEmpty else { return }
    router.streams[stream].collector.level()
    let count = router.streams[stream].collector.count
    for index in 0..<count {
      router.take(router.streams[stream].collector[index], of: stream, in: sockets.slab, at: now, &drops)
    }
    router.forwardRow(of: stream, in: sockets.slab, at: now, &drops)
    listPending()
    for index in 0..<count {
      router.keep(router.streams[stream].collector[index], of: stream, freeSlots: sockets.slab.freeCount)
    }
    router.streams[stream].collector.removeAll()
    router.collecting.removeAll { $0 == stream }
  }

  /// Lists a packet for every subscriber that gets it, and keeps it.
  private mutating func deliver(_ entry: PacketCache.Entry, of stream: PublishedStream.Handle) {
    router.route(entry, of: stream, in: sockets.slab, at: now, &drops)
    listPending()
    router.keep(entry, of: stream, freeSlots: sockets.slab.freeCount)
  }
}
