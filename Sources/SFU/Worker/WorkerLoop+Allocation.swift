import RTP
import WebRTC

/// What a subscriber's connection keeps of how its pictures share the network. Trivial.
struct PeerSharing {
  /// What was left for pictures lately at least.
  var floor = EstimateFloor()
  /// Until when the network is taken for one that carries no more than the estimate.
  var narrowUntil = Instant.zero
  /// Whether it is listed among those whose pictures are allocated before the turn ends.
  var isDue = false
  /// What everything wished would take, sound included, as the connection was told.
  var toldBitsPerSecond = 0
}

// MARK: - What subscribers are sent of what they wish
extension WorkerLoop {
  /// What is wanted is told anew when it has changed by so much: rates of layers move all the time, and each rise is probed for.
  private static let riseToTell = 1.1
  private static let fallToTell = 0.8

  /// Has a subscriber's pictures allocated before the turn ends, once, whatever has changed.
  mutating func allocateLater(_ peer: PeerEntry.Handle) {
    guard peers.contains(peer), !peers[peer].sharing.isDue else { return }
    peers[peer].sharing.isDue = true
    allocationsDue.append(peer)
  }

  /// Has the pictures of everybody in a room allocated anew: somebody else leads the conversation.
  mutating func allocateLater(everybodyIn room: String) {
    guard let present = rooms[room] else { return }
    for participant in present.participants.values { allocateLater(participants[participant].subscriber) }
  }

  /// Whether anything says what the network to a subscriber carries. In an echo everybody is sent the own tracks, all of them.
  func isAllocated(_ peer: PeerEntry.Handle) -> Bool {
    guard peers[peer].connection.estimate != nil, participants.contains(peers[peer].owner) else { return false }
    return rooms[participants[peers[peer].owner].room]?.mode == .routed
  }

  /// After a network has had the estimate be lowered it is narrow for so long.
  private static let narrowTime = Duration.seconds(10)

  mutating func estimateChanged(of peer: PeerEntry.Handle) {
    if peers.contains(peer), let loweredAt = peers[peer].connection.estimate?.loweredAt {
      peers[peer].sharing.narrowUntil = loweredAt + Self.narrowTime
    }
    allocateLater(peer)
  }

  /// Once a second: rates have changed, layers may have come or gone, and patience may be over.
  mutating func allocateAll() {
    allocateAllLater()
    noteRoundTripTimes()
    noteNeeds()
  }

  /// Has the pictures of everybody allocated before the turn ends.
  mutating func allocateAllLater() {
    for place in peers.places {
      if let peer = peers.handle(inPlace: place), !peers[peer].subscriptions.isEmpty { allocateLater(peer) }
    }
  }

  /// Does what is due: allocations, pictures that are not paused in vain, and what publishers are to be told.
  mutating func allocateDue() {
    if let deadline = router.nextDescent, deadline <= now { router.endDescents(at: now) }
    if !allocationsDue.isEmpty {
      for index in allocationsDue.indices { allocate(allocationsDue[index]) }
      allocationsDue.removeAll(keepingCapacity: true)
      listPending()
    }
    followNeeds()
  }

  private mutating func allocate(_ peer: PeerEntry.Handle) {
    guard peers.contains(peer) else { return }
    peers[peer].sharing.isDue = false
    guard participants.contains(peers[peer].owner) else { return }
    let speaker = rooms[participants[peers[peer].owner].room]?.dominantSpeaker
    let sound = soundReserve(of: peer)
    let budget = isAllocated(peer) ? budget(of: peer, less: sound) : nil
    let pictures = router.allocate(
      budget, sparing: economy(for: peer), among: peers[peer].subscriptions, speaker: speaker ?? .none, at: now)
    want(pictures + sound, for: peer)
  }

  /// What the network to a subscriber carries; nil where nothing tells.
  private mutating func budget(of peer: PeerEntry.Handle, less sound: Int) -> Allocation.Budget? {
    guard let estimate = peers[peer].connection.estimate else { return nil }
    // It has to leave within a second, beside what comes.
    let backlog = backlogByteCount(of: peer) * 8
    let bits = max(estimate.bitsPerSecond - estimate.repairBitsPerSecond - sound - backlog, 0)
    let isGuess = estimate.cause == .start
    // What was guessed is no measure of what there was at least.
    if !isGuess { peers[peer].sharing.floor.note(bits, at: now) }
    var budget = Allocation.Budget(
      estimate: estimate.bitsPerSecond, bitsPerSecond: bits,
      steadyBitsPerSecond: peers[peer].sharing.floor.lowest(at: now) ?? bits)
    budget.isGuess = isGuess
    return budget
  }

  private func soundReserve(of peer: PeerEntry.Handle) -> Int {
    var (sound, count) = (0, 0)
    for subscription in peers[peer].subscriptions
    where router.subscriptions.contains(subscription) && router.subscriptions[subscription].kind == .audio {
      sound += SoundReserve.bits(for: router.subscriptions[subscription].bitsPerSecond)
      count += 1
    }
    return count > 0 ? max(sound, SoundReserve.bitsPerSecond) : 0
  }

  /// Tells the connection what it is worth to look for.
  private mutating func want(_ bitsPerSecond: Int, for peer: PeerEntry.Handle) {
    let told = Double(peers[peer].sharing.toldBitsPerSecond)
    guard Double(bitsPerSecond) > told * Self.riseToTell || Double(bitsPerSecond) < told * Self.fallToTell else {
      return
    }
    peers[peer].sharing.toldBitsPerSecond = bitsPerSecond
    peers[peer].connection.want(bitsPerSecond, at: now)
    touch(peer)
  }

  private mutating func noteRoundTripTimes() {
    for place in router.tracks.places {
      guard let track = router.tracks.handle(inPlace: place) else { continue }
      let publisher = router.tracks[track].publisher
      guard peers.contains(publisher), let time = peers[publisher].connection.roundTripTime else { continue }
      router.tracks[track].roundTripTime = time
      tellMirrors(roundTripTimeOf: track)
    }
  }

  // MARK: What publishers are told

  /// Tells publishers what has changed in this turn.
  private mutating func followNeeds() {
    guard !router.needChanges.isEmpty else { return }
    for index in router.needChanges.indices { tellDemand(of: router.needChanges[index]) }
    router.needChanges.removeAll(keepingCapacity: true)
  }

  /// Tells publishers of layers that nobody has needed for a while.
  private mutating func noteNeeds() {
    for place in router.tracks.places {
      if let track = router.tracks.handle(inPlace: place) { tellDemand(of: track) }
    }
  }

  /// In an echo everything is for its publisher, who wants to see what it can send.
  private mutating func tellDemand(of track: PublishedTrack.Handle) {
    guard router.tracks.contains(track) else { return }
    router.tracks[track].needsHaveChanged = false
    tellHome(of: track)
    let (owner, source) = (router.tracks[track].owner, router.tracks[track].source)
    guard source.kind == .video, participants.contains(owner), rooms[participants[owner].room]?.mode == .routed,
      let count = router.tracks[track].demand.note(
        router.neededLayerCount(of: track), of: max(router.tracks[track].rids.count, 1), at: now)
    else { return }
    tell(.demand(participants[owner].name, source, layers: count), participants[owner].room)
  }
}
