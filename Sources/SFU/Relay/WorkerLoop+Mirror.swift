import RTP
import STUN
import WebRTC

// MARK: - A room on several workers, as one sees it that is not its home
extension WorkerLoop {
  /// A keyframe is on its way for so long; whoever needs one asks again and again.
  private static let askingInterval = Duration.milliseconds(100)

  /// Takes what other workers have told.
  mutating func takeLetters() {
    for letter in hops.takeLetters() { take(letter.news, from: letter.sender) }
  }

  private mutating func take(_ news: MirrorNews, from sender: Int) {
    switch news {
    case .opened(let room): openMirror(room, of: sender)
    case .published(let track): publish(track, of: sender)
    case .negotiated(let track, let media): negotiate(media, of: MirrorTable.Name(home: sender, number: track))
    case .allowed(let track, let isAllowed): allow(isAllowed, MirrorTable.Name(home: sender, number: track))
    case .withdrawn(let track): withdraw(MirrorTable.Name(home: sender, number: track))
    case .began(let stream, let track):
      begin(MirrorTable.Name(home: sender, number: stream), of: MirrorTable.Name(home: sender, number: track))
    case .ended(let stream): end(MirrorTable.Name(home: sender, number: stream))
    case .coded(let track, let payloadType):
      code(payloadType, MirrorTable.Name(home: sender, number: track))
    case .roundTripTime(let track, let time):
      if let track = mirrors.track(MirrorTable.Name(home: sender, number: track)) {
        router.tracks[track].roundTripTime = time
      }
    case .refused(let room): mirrorRefused(room, by: sender)
    case .wanted(let track, let isWanted): want(isWanted, PublishedTrack.Handle(rawValue: track), on: sender)
    case .needed(let track, let layers): need(layers, of: PublishedTrack.Handle(rawValue: track), on: sender)
    case .useful(let stream, let isUseful):
      use(isUseful, PublishedStream.Handle(rawValue: stream), on: sender)
    case .keyframeWanted(let stream): requestKeyframe(of: PublishedStream.Handle(rawValue: stream))
    }
  }

  private mutating func openMirror(_ room: String, of home: Int) {
    guard rooms[room] == nil else { return }
    guard !isClosed, rooms.count < settings.limits.rooms else { return hops.tell(.refused(room: room), to: home) }
    rooms[room] = Room(mode: .routed, isMirror: true)
  }

  // MARK: Tracks

  private mutating func publish(_ mirrored: MirroredTrack, of home: Int) {
    guard let room = rooms[mirrored.room], room.isMirror else { return }
    guard !router.tracks.isFull else { return drops.count(.noRoom) }
    // A track that was published anew has another number and the same name.
    if let former = room.tracks[mirrored.name] { forget(former) }
    let track = router.tracks.insert(PublishedTrack(mirroring: mirrored))
    mirrors.insert(mirrored, of: home, as: track)
    rooms[mirrored.room]?.publish(mirrored.name, as: track)
    for other in subscribers(to: mirrored.name, in: mirrored.room) { give(mirrored.name, to: other) }
  }

  private mutating func negotiate(_ media: NegotiatedMedia, of name: MirrorTable.Name) {
    guard let track = mirrors.track(name), let mirrored = mirrors.tracks[track]?.mirrored else { return }
    mirrors.negotiated(media, of: track)
    router.tracks[track].rids = media.layers
    for other in subscribers(to: mirrored.name, in: mirrored.room) { give(mirrored.name, to: other) }
  }

  private mutating func allow(_ isAllowed: Bool, _ name: MirrorTable.Name) {
    if let track = mirrors.track(name) { setAllowed(isAllowed, track) }
  }

  private mutating func code(_ payloadType: UInt8, _ name: MirrorTable.Name) {
    guard let track = mirrors.track(name),
      let change = router.tracks[track].receive(payloadType: payloadType, at: now)
    else { return }
    follow(change, of: track)
  }

  private mutating func withdraw(_ name: MirrorTable.Name) {
    if let track = mirrors.track(name) { forget(track) }
  }

  private mutating func forget(_ track: PublishedTrack.Handle) {
    guard let mirrored = mirrors.tracks[track]?.mirrored else { return }
    for stream in router.tracks[track].streams { mirrors.remove(stream) }
    mirrors.remove(track)
    router.removeTrack(track)
    rooms[mirrored.room]?.unpublish(mirrored.name)
  }

  /// The room is closed: nothing of it is mirrored any longer.
  mutating func forgetMirrored(_ room: String) {
    guard let present = rooms[room], present.isMirror else { return }
    for track in present.tracks.values { forget(track) }
  }

  // MARK: Streams

  private mutating func begin(_ name: MirrorTable.Name, of track: MirrorTable.Name) {
    guard let track = mirrors.track(track) else { return }
    guard let stream = router.addStream(.max, to: track) else { return drops.count(.noRoom) }
    mirrors.insert(name, as: stream)
    selectStreams(of: track)
  }

  private mutating func end(_ name: MirrorTable.Name) {
    guard let stream = mirrors.stream(name), router.streams.contains(stream) else { return }
    let track = router.streams[stream].track
    mirrors.remove(stream)
    router.removeStream(stream)
    selectStreams(of: track)
  }

  // MARK: Packets

  /// A packet of a mirrored stream is sent to whoever is here for it, and kept for repairs, as if it had come from a publisher.
  mutating func receive(_ packet: Hop.MirroredPacket, in slot: PacketSlab.Slot, of home: Int) {
    guard let stream = stream(MirrorTable.Name(home: home, number: packet.stream)) else {
      drops.count(.unnegotiated)
      return router.spent.append(slot)
    }
    var entry = packet.entry
    (entry.slot, entry.arrival, entry.fill) = (slot, now, 0)
    let track = router.streams[stream].track
    router.streams[stream].activity.receive(
      byteCount: entry.payload.count, timestamp: entry.timestamp, &router.tracks[track].frames, at: now)
    // What was on its way when it was forbidden comes behind the letter that says so.
    guard router.tracks[track].isAllowed else {
      drops.count(.notAllowed)
      router.interrupt(stream)
      return router.spent.append(slot)
    }
    if router.tracks[track].kind == .video,
      let change = router.tracks[track].receive(payloadType: entry.payloadType, at: now)
    {
      follow(change, of: track)
    }
    (router.streams[stream].clock, router.streams[stream].place) = (packet.clock, packet.place)
    route(entry, of: stream)
  }

  /// A header without anything: what padding has of it is written anew for each subscriber.
  private static let paddingHeader: [UInt8] = [0x80] + [UInt8](repeating: 0, count: 11)

  mutating func receivePadding(_ sequence: Int64, of name: MirrorTable.Name) {
    guard let stream = stream(name) else { return drops.count(.unnegotiated) }
    let slot = Self.paddingHeader.withUnsafeBytes { self.slot(holding: $0) }
    guard let slot else { return }
    routePadding(sequence, in: slot, Self.paddingHeader.count, of: stream)
    router.spent.append(slot)
  }

  /// What a home has told before it has put a packet into the ring may have come after this worker looked for letters.
  private mutating func stream(_ name: MirrorTable.Name) -> PublishedStream.Handle? {
    if let stream = mirrors.stream(name) { return stream }
    takeLetters()
    return mirrors.stream(name)
  }

  // MARK: What the home is told

  /// Tells a track's home whether anybody here is sent it, and which of its layers are of use; nothing if it knows.
  mutating func tellHome(of track: PublishedTrack.Handle) {
    guard let mirrored = mirrors.tracks[track], router.tracks.contains(track) else { return }
    let isWanted = !router.tracks[track].subscriptions.isEmpty
    if mirrors.want(track, isWanted) {
      // Whoever wants a track is handed all of it at first.
      for stream in router.tracks[track].streams { _ = mirrors.use(stream, true) }
      hops.tell(.wanted(track: mirrored.mirrored.track, isWanted), to: mirrored.home)
    }
    guard isWanted else { return }
    let layers = router.neededLayerCount(of: track)
    if mirrors.need(track, layers) {
      hops.tell(.needed(track: mirrored.mirrored.track, layers: layers), to: mirrored.home)
    }
    tellUse(of: track, needing: layers, to: mirrored.home)
  }

  /// Layers that nobody here has needed for a while are not even handed over, as publishers do not encode what nobody needs: by the
  /// same measure (`LayerDemand`), so they count as there meanwhile.
  private mutating func tellUse(of track: PublishedTrack.Handle, needing layers: Int, to home: Int) {
    let count = router.tracks[track].rids.count
    guard count > 1 else { return }
    _ = router.tracks[track].demand.note(layers, of: count, at: now)
    let ladder = router.ladder(of: track)
    for rank in 0..<ladder.count {
      let stream = router.tracks[track].streams[ladder.index(atRank: rank)]
      let isUseful = rank < router.tracks[track].demand.told ?? count
      guard mirrors.use(stream, isUseful), let name = mirrors.streams[stream]?.name else { continue }
      hops.tell(.useful(stream: name.number, isUseful), to: home)
    }
  }

  mutating func askHome(forKeyframeOf stream: PublishedStream.Handle) {
    guard let name = mirrors.streams[stream]?.name, mirrors.asks(for: stream, every: Self.askingInterval, at: now)
    else { return }
    hops.tell(.keyframeWanted(stream: name.number), to: name.home)
  }
}
