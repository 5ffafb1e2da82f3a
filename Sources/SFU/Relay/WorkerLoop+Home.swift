import RTP
import STUN
import WebRTC

// MARK: - A room on several workers, as its home sees it
extension WorkerLoop {
  /// From now on another worker mirrors a room: it is told of everything that is published, and sent what it wants of that.
  package mutating func mirror(_ room: String, on worker: Int) {
    guard let present = rooms[room], !present.isMirror, !present.mirrors.contains(worker) else { return }
    rooms[room]?.mirrors.append(worker)
    hops.tell(.opened(room: room), to: worker)
    for (name, track) in present.tracks where router.tracks.contains(track) {
      guard let media = negotiated(track) else { continue }
      hops.tell(.published(mirrored(track, named: name, in: room, media)), to: worker)
      for stream in router.tracks[track].streams {
        hops.tell(.began(stream: stream.rawValue, of: track.rawValue), to: worker)
      }
    }
  }

  /// The worker has no place for the room; it is asked again when somebody else is placed there.
  mutating func mirrorRefused(_ room: String, by worker: Int) {
    rooms[room]?.mirrors.removeAll { $0 == worker }
  }

  /// What mirrors are told of a track.
  func mirrored(
    _ track: PublishedTrack.Handle, named name: MediaServer.Track, in room: String, _ media: NegotiatedMedia
  ) -> MirroredTrack {
    MirroredTrack(
      room: room, name: name, track: track.rawValue, media: media, payloadType: router.tracks[track].payloadType,
      isAllowed: router.tracks[track].isAllowed, roundTripTime: router.tracks[track].roundTripTime)
  }

  func tellMirrors(_ news: @autoclosure () -> MirrorNews, in room: String) {
    guard let mirrors = rooms[room]?.mirrors, !mirrors.isEmpty else { return }
    let news = news()
    for worker in mirrors { hops.tell(news, to: worker) }
  }

  func tellMirrors(_ news: @autoclosure () -> MirrorNews, ofOwnerOf peer: PeerEntry.Handle) {
    guard participants.contains(peers[peer].owner) else { return }
    tellMirrors(news(), in: participants[peers[peer].owner].room)
  }

  /// Tells the workers that mirror a track how far its publisher is, if that is another distance than they know.
  mutating func tellMirrors(roundTripTimeOf track: PublishedTrack.Handle) {
    let time = router.tracks[track].roundTripTime
    for index in router.tracks[track].mirrors.indices {
      let told = router.tracks[track].mirrors[index].roundTripTime
      // It is for planning only.
      guard time > told * 5 / 4 || time < told * 3 / 4 else { continue }
      router.tracks[track].mirrors[index].roundTripTime = time
      hops.tell(
        .roundTripTime(track: track.rawValue, time), to: router.tracks[track].mirrors[index].worker)
    }
  }

  // MARK: What mirrors want

  mutating func want(_ isWanted: Bool, _ track: PublishedTrack.Handle, on worker: Int) {
    guard router.tracks.contains(track) else { return }
    let place = router.tracks[track].mirrors.firstIndex { $0.worker == worker }
    switch (place, isWanted) {
    case (nil, true):
      router.tracks[track].mirrors.append(TrackMirror(worker: worker, roundTripTime: .zero))
      router.tracks[track].selectionCount += 1  // it is sent, be it too quiet for the room
    case (let place?, false):
      router.tracks[track].mirrors.remove(at: place)
      router.tracks[track].selectionCount -= 1
    case (nil, false), (_?, true): return
    }
    for stream in router.tracks[track].streams { use(isWanted, stream, on: worker) }
    router.noteNeedChange(of: track)
  }

  mutating func need(_ layers: Int, of track: PublishedTrack.Handle, on worker: Int) {
    guard router.tracks.contains(track),
      let place = router.tracks[track].mirrors.firstIndex(where: { $0.worker == worker })
    else { return }
    router.tracks[track].mirrors[place].neededLayerCount = layers
    router.noteNeedChange(of: track)
  }

  mutating func use(_ isUseful: Bool, _ stream: PublishedStream.Handle, on worker: Int) {
    guard router.streams.contains(stream) else { return }
    let isMirrored = router.tracks[router.streams[stream].track].mirrors.contains { $0.worker == worker }
    if isUseful, isMirrored {
      router.streams[stream].mirrors.insert(worker)
    } else {
      router.streams[stream].mirrors.remove(worker)
    }
  }
}

// MARK: - Packets for mirrors
extension WorkerLoop {
  /// What waits for room in a ring is tried again this often, if nothing else happens.
  private static let backlogInterval = Duration.milliseconds(2)

  /// Hands a packet to every worker on which somebody is sent its stream: one copy for each, however many those are.
  mutating func mirror(_ entry: PacketCache.Entry, of stream: PublishedStream.Handle) {
    guard !router.streams[stream].mirrors.isEmpty else { return }
    let isSound = router.tracks[router.streams[stream].track].kind == .audio
    var workers = router.streams[stream].mirrors
    while let worker = workers.popFirst() {
      // What waits comes first. Sound overtakes: it is not kept, and nobody would wait for it.
      if isSound || backlogs[worker].isEmpty, pass(entry, of: stream, isSound: isSound, to: worker) { continue }
      if isSound || !backlogs[worker].append(MirrorBacklog.Item(stream, entry.sequence)) { drops.count(.mirrorBusy) }
    }
  }

  /// Tells every worker to which a stream is handed of a number under which there is nothing.
  mutating func mirror(padding sequence: Int64, of stream: PublishedStream.Handle) {
    var workers = router.streams[stream].mirrors
    while let worker = workers.popFirst() {
      if backlogs[worker].isEmpty, hops.pass(padding: sequence, of: stream.rawValue, to: worker) { continue }
      let item = MirrorBacklog.Item(stream, sequence, isPadding: true)
      if !backlogs[worker].append(item) { drops.count(.mirrorBusy) }
    }
  }

  private mutating func pass(
    _ entry: PacketCache.Entry, of stream: PublishedStream.Handle, isSound: Bool, to worker: Int
  ) -> Bool {
    let packet = Hop.MirroredPacket(
      stream: stream.rawValue, entry: entry, clock: router.streams[stream].clock, place: router.streams[stream].place)
    // The slot is the stream's, or not given back before the flush.
    let bytes = UnsafeRawBufferPointer(rebasing: sockets.slab.bytes(of: entry.slot)[..<Int(entry.byteCount)])
    return hops.pass(packet, bytes, isSound: isSound, to: worker)
  }

  /// Passes on what waits for room in the rings of mirrors, as far as there is some.
  mutating func passBacklogs() {
    for worker in backlogs.indices {
      while let item = backlogs[worker].first, passBacklog(item, to: worker) { backlogs[worker].removeFirst() }
    }
  }

  /// True if it need not wait any longer.
  private mutating func passBacklog(_ item: MirrorBacklog.Item, to worker: Int) -> Bool {
    guard router.streams.contains(item.stream), router.tracks[router.streams[item.stream].track].isAllowed else {
      return true
    }
    guard !item.isPadding else { return hops.pass(padding: item.sequence, of: item.stream.rawValue, to: worker) }
    let kept = router.streams[item.stream].cache.find(item.sequence)
    guard let entry = kept ?? router.streams[item.stream].collector.find(item.sequence) else {
      drops.count(.mirrorBusy)
      return true
    }
    return pass(entry, of: item.stream, isSound: false, to: worker)
  }

  /// When that has something to do.
  var backlogDeadline: Instant {
    for index in backlogs.indices where !backlogs[index].isEmpty { return now + Self.backlogInterval }
    return .distantFuture
  }
}
