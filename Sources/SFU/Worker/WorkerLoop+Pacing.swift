import RTP
import WebRTC

// MARK: - Bursts that are spread
extension WorkerLoop {
  /// Whether a subscriber's video has to wait its turn: more leaves at once than a short queue on the way would hold, or some waits
  /// already. Where nothing tells what the network carries nothing waits.
  func spreads(_ peer: PeerEntry.Handle) -> Bool {
    guard peers[peer].waiting.isEmpty else { return true }
    let count = peers[peer].chains.videoCount
    guard count > (isNarrow(to: peer) ? Pacer.leastHarmlessPacketCount : Pacer.harmlessPacketCount) else {
      return false
    }
    return way(to: peer).map { count > Pacer.harmlessPacketCount(on: $0) } ?? false
  }

  /// Whether the network to a subscriber has proved to carry no more than the estimate.
  private func isNarrow(to peer: PeerEntry.Handle) -> Bool { now < peers[peer].sharing.narrowUntil }

  /// What is known of the way to a subscriber; nil if nothing is.
  private func way(to peer: PeerEntry.Handle) -> Pacer.Path? {
    guard let estimate = peers[peer].connection.estimate else { return nil }
    return Pacer.Path(bitsPerSecond: estimate.bitsPerSecond, isNarrow: isNarrow(to: peer))
  }

  /// The cache may give up a packet that is older, while it waits.
  private static let oldestToWait = PacketCache.maximumAge - Pacer.longestNarrowDelay

  /// Has a packet wait; false if it cannot, as it is not kept for long enough or there is no place, and is to be sent now.
  mutating func wait(_ descriptor: SendList.Descriptor, for peer: PeerEntry.Handle) -> Bool {
    guard let kept = kept(descriptor), kept.arrival + Self.oldestToWait > now else { return false }
    if waiting.append(descriptor, to: &peers[peer].waiting, at: now) { return true }
    sendAllWaiting(of: peer)  // or it would overtake them
    return false
  }

  /// Sends as much of what waits as may leave now.
  mutating func sendGranted(to peer: PeerEntry.Handle) {
    let chain = peers[peer].waiting
    guard !chain.isEmpty, let way = way(to: peer) else { return sendAllWaiting(of: peer) }
    let granted = peers[peer].pacer.grant(
      of: chain.count, byteCount: chain.byteCount, oldest: chain.oldest, on: way, at: now)
    send(granted, ofThoseWaitingFor: peer)
    if backlogByteCount(of: peer) > 0 { allocateLater(peer) }
  }

  /// What has waited for so long before a narrow path that the pictures must take more than they were expected to.
  func backlogByteCount(of peer: PeerEntry.Handle) -> Int {
    let chain = peers[peer].waiting
    guard !chain.isEmpty, chain.oldest + Self.backlogPatience < now, isNarrow(to: peer) else { return 0 }
    return chain.byteCount
  }

  private static let backlogPatience = Duration.milliseconds(200)

  /// Sends what waits and is due.
  mutating func sendWaiting(of peer: PeerEntry.Handle) {
    guard peers[peer].pacer.nextDeadline <= now else { return }
    sendGranted(to: peer)
  }

  /// Nothing may wait any longer: what comes next goes on behind it.
  mutating func sendAllWaiting(of peer: PeerEntry.Handle) {
    send(peers[peer].waiting.count, ofThoseWaitingFor: peer)
    peers[peer].pacer = Pacer()
  }

  /// Nobody is there any more to be sent what waits.
  mutating func dropWaiting(of peer: PeerEntry.Handle) {
    while waiting.removeFirst(of: &peers[peer].waiting) != nil { continue }
  }

  private mutating func send(_ count: Int, ofThoseWaitingFor peer: PeerEntry.Handle) {
    let path = peers[peer].connection.path
    var left = count
    while left > 0, let descriptor = waiting.removeFirst(of: &peers[peer].waiting) {
      // What a keyframe of another stream has overtaken would only keep that waiting.
      guard router.subscriptions.contains(descriptor.subscription),
        router.subscriptions[descriptor.subscription].needs(descriptor.packet.source, of: descriptor.packet.origin)
      else {
        drops.count(.unwantedLayer)
        continue
      }
      left -= 1
      guard kept(descriptor) != nil else {
        drops.count(.tooOld)
        continue
      }
      Self.send(descriptor, to: &peers[peer], on: path, router, by: &sockets, at: now, &counts, &drops)
    }
  }

  /// The packet of a descriptor, if it is still where that says: its slot may be another's by now.
  private func kept(_ descriptor: SendList.Descriptor) -> PacketCache.Entry? {
    let stream = PublishedStream.Handle(rawValue: descriptor.packet.origin)
    guard router.streams.contains(stream), let kept = router.streams[stream].cache.find(descriptor.packet.source),
      kept.slot == descriptor.slot
    else { return nil }
    return kept
  }
}
