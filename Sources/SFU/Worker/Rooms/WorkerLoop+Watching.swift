import RTP
import WebRTC

// MARK: - Those who only watch: one connection, which they offer, and what is sent by it
extension WorkerLoop {
  /// What players show as the stream, whoever is to be seen in it.
  private static let stream = "stage"

  /// Answers a player's offer. The connection that it had before ends, for it is not offered twice.
  mutating func watch(_ text: String, _ selection: MediaServer.Selection, by name: String, in room: String) {
    let participant = participant(name, in: room)
    guard participants.contains(participant) else { return refuse(.offer, Self.noPlace, name, as: .full, in: room) }
    guard rooms[room]?.mode == .routed else {
      return refuse(.offer, "Nobody can be watched in this room.", name, in: room)
    }
    if !participants[participant].watches {
      close(participants[participant].subscriber)  // it is not offered a subscription any more
      participants[participant].selection = selection
    }
    guard let peer = connectWatcher(participant, selection) else {
      return refuse(.offer, Self.noPlace, name, as: .full, in: room)
    }
    do throws(PeerNegotiationError) {
      let answer = try peers[peer].connection.answer(text, at: now, using: &generator, into: &outbox)
      guard peers[peer].connection.media.contains(where: \.direction.sends) else { throw .unusable(.noMedia) }
      follow(peer)
      replaceConnection(of: participant, with: peer, showing: selection)
      tell(.slots(name, slots(of: participant)), room)
      tell(.answer(name, description: answer), room)
    } catch {
      follow(peer)
      close(peer)
      refuse(.offer, error, name, in: room)
    }
  }

  /// A connection that prefers the codec in which the selected picture comes.
  private mutating func connectWatcher(
    _ participant: Participant.Handle, _ selection: MediaServer.Selection
  ) -> PeerEntry.Handle? {
    var configuration = settings.peer
    if let track = selection.video, let published = rooms[participants[participant].room]?.tracks[track],
      let codec = router.tracks[published].codec
    {
      configuration.capabilities = configuration.capabilities.preferring(codec.family)
    }
    let tracks = [MediaServer.Slot.Kind.audio, .video].map {
      TrackDescription($0.mediaKind, stream: Self.stream, track: "\(Self.stream)-\($0)")
    }
    return connect(.watcher, as: .viewer(tracks), configuration, of: participant)
  }

  private mutating func replaceConnection(
    of participant: Participant.Handle, with peer: PeerEntry.Handle, showing selection: MediaServer.Selection
  ) {
    close(participants[participant].subscriber)
    keepWishes(of: participant, for: selection)
    participants[participant].subscriber = peer
    participants[participant].selection = selection
    let media = peers[peer].connection.media
    let count = media.map(\.index).max().map { $0 + 1 } ?? 0
    // The place of a media description that was rejected stays empty, whatever its kind.
    participants[participant].slots = (0..<count).map { index in
      AssignedSlot(media.first { $0.index == index }.flatMap { MediaServer.Slot.Kind($0.kind) } ?? .audio)
    }
    showSelection(to: participant)
  }

  /// Over the same connection something else comes from now on: numbers go on, a picture begins with a keyframe.
  mutating func select(_ selection: MediaServer.Selection, by participant: Participant.Handle) {
    guard participants.contains(participant), let present = participants[participant].selection, present != selection
    else { return }
    keepWishes(of: participant, for: selection)
    participants[participant].selection = selection
    guard peers.contains(participants[participant].subscriber) else { return }
    showSelection(to: participant)
    tell(.slots(participants[participant].name, slots(of: participant)), participants[participant].room)
  }

  private mutating func showSelection(to participant: Participant.Handle) {
    let peer = participants[participant].subscriber
    for slot in participants[participant].slots.indices where agreement(on: slot, with: peer) != nil {
      let present = participants[participant].slots[slot]
      let selected = participants[participant].selection?.track(of: present.kind)
      guard present.track != selected else { continue }
      router.detach(present.subscription)
      participants[participant].slots[slot].track = selected
      participants[participant].slots[slot].published = .none
      if let selected { show(selected, to: participant) }
    }
  }

  /// Has a selected track sent, if it is published.
  mutating func show(_ track: MediaServer.Track, to participant: Participant.Handle) {
    guard let slot = participants[participant].slots.firstIndex(where: { $0.track == track }),
      let published = rooms[participants[participant].room]?.tracks[track]
    else { return }
    participants[participant].slots[slot].published = published
    connect(slot, of: participant)
  }

  /// The places that something can be sent in.
  func watchedSlots(of participant: Participant.Handle) -> [MediaServer.Slot] {
    let peer = participants[participant].subscriber
    return participants[participant].slots.enumerated().compactMap { index, slot in
      agreement(on: index, with: peer).map {
        MediaServer.Slot(mid: $0.mid ?? String(index), kind: slot.kind, track: slot.track)
      }
    }
  }

  // MARK: Wishes

  /// Only what is selected can be wished otherwise.
  mutating func wish(_ wishes: [MediaServer.Track: LayerWish], of participant: Participant.Handle) {
    for (track, wish) in wishes where participants[participant].selection?.contains(track) ?? false {
      participants[participant].wishes[track] = wish
      let slot = participants[participant].slots.firstIndex { $0.track == track }
      if let slot { applyWish(of: participant, to: slot) }
    }
  }

  /// What was wished of a picture or sound holds for that which takes its place.
  private mutating func keepWishes(of participant: Participant.Handle, for selection: MediaServer.Selection) {
    let (wishes, present) = (participants[participant].wishes, participants[participant].selection)
    participants[participant].wishes = [:]
    for kind in [MediaServer.Slot.Kind.audio, .video] {
      guard let before = present?.track(of: kind), let next = selection.track(of: kind) else { continue }
      participants[participant].wishes[next] = wishes[before]
    }
  }
}

// MARK: - Fragments of the connection that a participant offers
extension WorkerLoop {
  /// Takes candidates, or restarts ICE, of the connection that the participant offered last.
  mutating func take(fragment text: String, mayRestart: Bool, by name: String, in room: String) {
    let participant = participant(name, in: room)
    let peer = participants.contains(participant) ? offered(by: participant) : .none
    guard peers.contains(peer) else { return refuse(.fragment, PeerNegotiationError.ended, name, in: room) }
    do throws(PeerNegotiationError) {
      let reply = try peers[peer].connection.patch(
        text, mayRestart: mayRestart, at: now, using: &generator, into: &outbox)
      follow(peer)
      tell(.fragment(name, reply), room)
    } catch {
      follow(peer)
      refuse(.fragment, error, name, in: room)
    }
  }

  private func offered(by participant: Participant.Handle) -> PeerEntry.Handle {
    participants[participant].watches ? participants[participant].subscriber : participants[participant].publisher
  }
}
