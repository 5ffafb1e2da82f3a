import RTP
import STUN
import WebRTC

// MARK: - A room on several workers, as its home sees it
extension WorkerLoop {
  /// From now on another worker mirrors a room: it is told of everything that is published, and sent what it wants of that.
  mutating func mirror(_ room: String, on worker: Int) {
    guard let present = rooms[room], !present.isMirror, !present.mirrors.contains(worker) else { return }
    rooms[room]?.mirrors.append(worker)
    hops.tell(.opened(room: room), to: worker)
    for (name, track) in present.tracks where router.tracks.contains(track) {
      guard let media = negotiated(track) else { continue }
      let published = MirroredTrack(name, in: room, as: track, media, router.tracks[track].isAllowed)
      hops.tell(.published(published), to: worker)
      for stream in router.tracks[track].streams {
        hops.tell(.began(stream: stream.rawValue, of: track.rawValue), to: worker)
      }
    }
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

  // MARK: Packets

  /// Hands a packet to every worker on which somebody is sent its track: one copy for each, however many those are.
  mutating func mirror(_ entry: PacketCache.Entry, of stream: PublishedStream.Handle) {
    let track = router.streams[stream].track
    guard !router.tracks[track].mirrors.isEmpty else { return }
    let packet = Hop.MirroredPacket(
      stream: stream.rawValue, entry: entry, clock: router.streams[stream].clock, place: router.streams[stream].place)
    // The slot is not given back before the flush.
    let bytes = UnsafeRawBufferPointer(rebasing: sockets.slab.bytes(of: entry.slot)[..<Int(entry.byteCount)])
    for index in router.tracks[track].mirrors.indices {
      let isPassed = hops.pass(packet, bytes, to: router.tracks[track].mirrors[index].worker)
      if !isPassed { drops.count(.noRoom) }
    }
  }

  mutating func mirror(
    padding sequence: Int64, in slot: PacketSlab.Slot, _ byteCount: Int, of stream: PublishedStream.Handle
  ) {
    let track = router.streams[stream].track
    guard !router.tracks[track].mirrors.isEmpty else { return }
    let bytes = UnsafeRawBufferPointer(rebasing: sockets.slab.bytes(of: slot)[..<byteCount])
    for index in router.tracks[track].mirrors.indices {
      let worker = router.tracks[track].mirrors[index].worker
      if !hops.pass(padding: sequence, of: stream.rawValue, bytes, to: worker) { drops.count(.noRoom) }
    }
  }

  // MARK: What mirrors want

  mutating func want(_ isWanted: Bool, _ track: PublishedTrack.Handle, on worker: Int) {
    guard router.tracks.contains(track) else { return }
    let place = router.tracks[track].mirrors.firstIndex { $0.worker == worker }
    switch (place, isWanted) {
    case (nil, true):
      router.tracks[track].mirrors.append(TrackMirror(worker: worker))
      router.tracks[track].selectionCount += 1  // it is sent, be it too quiet for the room
    case (let place?, false):
      router.tracks[track].mirrors.remove(at: place)
      router.tracks[track].selectionCount -= 1
    case (nil, false), (_?, true): return
    }
    router.noteNeedChange(of: track)
  }

  mutating func need(_ layers: Int, of track: PublishedTrack.Handle, on worker: Int) {
    guard router.tracks.contains(track),
      let place = router.tracks[track].mirrors.firstIndex(where: { $0.worker == worker })
    else { return }
    router.tracks[track].mirrors[place].neededLayerCount = layers
    router.noteNeedChange(of: track)
  }
}

extension MirroredTrack {
  init(
    _ name: MediaServer.Track, in room: String, as track: PublishedTrack.Handle, _ media: NegotiatedMedia,
    _ isAllowed: Bool
  ) {
    self.init(room: room, name: name, track: track.rawValue, media: media, isAllowed: isAllowed)
  }
}
