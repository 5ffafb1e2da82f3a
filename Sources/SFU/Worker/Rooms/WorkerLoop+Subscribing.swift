import RTP
import WebRTC

// MARK: - What participants want and get
extension WorkerLoop {
  /// Makes the connection by which a participant is sent things, unless it has one, with a slot for everything it is to be sent.
  ///
  /// It is offered within a tenth of a second. One slot for sound is there always, for a connection needs something to connect.
  mutating func beginSubscription(of participant: Participant.Handle) {
    guard participants.contains(participant), !peers.contains(participants[participant].subscriber),
      !participants[participant].watches, let peer = connect(.subscriber, of: participant)
    else { return }
    participants[participant].subscriber = peer
    participants[participant].slots = []
    for track in tracks(for: participant) { give(track, to: participant) }
    guard participants[participant].slots.isEmpty else { return }
    addSlot(.audio, to: participant, on: peer)
  }

  /// What there is for a participant, sound first.
  private func tracks(for participant: Participant.Handle) -> [MediaServer.Track] {
    let (name, wishes) = (participants[participant].name, participants[participant].wishes)
    guard let room = rooms[participants[participant].room] else { return [] }
    guard room.mode == .routed else { return participants[participant].publications.map { .init(name, $0.source) } }
    let wanted = wishes.keys.filter { $0.source.kind == .video && room.tracks[$0] != nil }
    let sound = heardFirst(room.audio.filter { $0.participant != name }, in: room)
    return sound.prefix(Participant.audioSlotLimit) + wanted.sorted()
  }

  /// Sound that is heard before that which is not, each in the order in which it was published.
  func heardFirst(_ sound: [MediaServer.Track], in room: Room) -> [MediaServer.Track] {
    var (heard, others): ([MediaServer.Track], [MediaServer.Track]) = ([], [])
    for track in sound {
      if let handle = room.tracks[track], router.tracks[handle].isHeard {
        heard.append(track)
      } else {
        others.append(track)
      }
    }
    return heard + others
  }

  mutating func answer(_ text: String, by name: String, in room: String) {
    let participant = participant(name, in: room)
    guard participants.contains(participant), !participants[participant].watches,
      peers.contains(participants[participant].subscriber)
    else { return refuse(.answer, PeerNegotiationError.unexpectedAnswer, name, in: room) }
    let peer = participants[participant].subscriber
    do throws(PeerNegotiationError) {
      try peers[peer].connection.accept(text, at: now, into: &outbox)
      follow(peer)
      tell(.accepted(name), room)
      connectSlots(of: participant)
    } catch {
      follow(peer)
      refuse(.answer, error, name, in: room)
    }
  }

  /// Offers new credentials, or another connection if there is none or the participant has thrown it away.
  mutating func restart(_ participant: Participant.Handle, anew: Bool) {
    guard participants.contains(participant), !participants[participant].watches else { return }
    let peer = participants[participant].subscriber
    if peers.contains(peer), !anew {
      peers[peer].connection.restart(at: now, using: &generator, into: &outbox)
      return follow(peer)
    }
    close(peer)
    if rooms[participants[participant].room]?.mode == .echo, participants[participant].publications.isEmpty { return }
    beginSubscription(of: participant)
    hastenOffer(to: participant)
  }

  // MARK: Wishes

  mutating func subscribe(_ participant: Participant.Handle, to wishes: [MediaServer.Track: LayerWish]) {
    guard participants.contains(participant), rooms[participants[participant].room]?.mode == .routed else { return }
    guard !participants[participant].watches else { return wish(wishes, of: participant) }
    for track in wishes.keys.sorted() where track.participant != participants[participant].name {
      let isKnown = participants[participant].wishes[track] != nil
      guard isKnown || participants[participant].wishes.count < Participant.wishLimit else { continue }
      participants[participant].wishes[track] = wishes[track]
      if let slot = participants[participant].slots.firstIndex(where: { $0.track == track }) {
        applyWish(of: participant, to: slot)
      } else if track.source.kind == .video {
        give(track, to: participant)
      }
    }
    // There was no place for the connection when the participant came.
    if participants[participant].subscriber == .none { beginSubscription(of: participant) }
    hastenOffer(to: participant)
  }

  mutating func unsubscribe(_ participant: Participant.Handle, from tracks: [MediaServer.Track]) {
    guard participants.contains(participant), rooms[participants[participant].room]?.mode == .routed else { return }
    for track in tracks {
      guard participants[participant].wishes.removeValue(forKey: track) != nil else { continue }
      guard track.source.kind == .audio || participants[participant].watches else {
        free(track, of: participant)
        continue
      }
      let slot = participants[participant].slots.firstIndex { $0.track == track }
      if let slot { applyWish(of: participant, to: slot) }
    }
  }

  /// Tells the router what the subscriber wants of a slot's track.
  mutating func applyWish(of participant: Participant.Handle, to slot: Int) {
    let subscription = participants[participant].slots[slot].subscription
    guard router.subscriptions.contains(subscription), let track = participants[participant].slots[slot].track else {
      return
    }
    let wish = participants[participant].wishes[track] ?? LayerWish()
    if let stream = router.setWish(wish, of: subscription) { requestKeyframe(of: stream) }
    allocateLater(participants[participant].subscriber)
  }

  /// Somebody has left: its tracks are waited for no longer.
  mutating func forget(everythingOf name: String, for participant: Participant.Handle) {
    guard !participants[participant].watches else { return }  // its selection says whom it waits for
    for source in MediaServer.Source.allCases {
      let track = MediaServer.Track(name, source)
      participants[participant].wishes[track] = nil
      free(track, of: participant)
    }
  }
}

extension MediaServer.Track: Comparable {
  package static func < (left: MediaServer.Track, right: MediaServer.Track) -> Bool {
    (left.participant, left.source.rawValue) < (right.participant, right.source.rawValue)
  }
}
