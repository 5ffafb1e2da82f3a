import RTP
import WebRTC

// MARK: - What participants publish
extension WorkerLoop {
  mutating func offer(
    _ text: String, _ named: [String: MediaServer.Source], by name: String, in room: String
  ) {
    let participant = participant(name, in: room)
    guard participants.contains(participant) else { return refuse(.offer, Self.noPlace, name, as: .full, in: room) }
    let (description, sources): (SessionDescription, SourceAssignment)
    do throws(UnusableOffer) {
      (description, sources) = try read(text, named, of: participant)
    } catch {
      return refuse(.offer, error.sentence, name, as: error.cause, in: room)
    }
    let isAnother = !peers.contains(participants[participant].publisher)
    guard let peer = publisher(of: participant) else {
      return refuse(.offer, Self.noPlace, name, as: .full, in: room)
    }
    do throws(PeerNegotiationError) {
      try answer(description, sources, by: participant, on: peer)
    } catch {
      follow(peer)
      if isAnother || error == .anotherPeer { close(peer) }
      // A new connection, as after a page was loaded anew: the old one ends.
      guard error != .anotherPeer || isAnother else { return offer(text, named, by: name, in: room) }
      refuse(.offer, error, name, in: room)
    }
  }

  private mutating func answer(
    _ offer: SessionDescription, _ sources: SourceAssignment, by participant: Participant.Handle,
    on peer: PeerEntry.Handle
  ) throws(PeerNegotiationError) {
    // Whoever publishes something may stop; an offer that never had anything is of somebody else's making.
    let isEmpty = sources.sources.isEmpty && participants[participant].publications.isEmpty
    guard !isEmpty || peers[peer].connection.hasRemote else { throw .unusable(.noMedia) }
    let answer = try peers[peer].connection.answer(offer, at: now, using: &generator, into: &outbox)
    guard peers[peer].connection.hasRemote else { throw .unusable(.noMedia) }
    follow(peer)
    tell(.answer(participants[participant].name, description: answer), participants[participant].room)
    publish(by: participant, sources)
  }

  /// What an offer says, before anything is made of it.
  private func read(
    _ text: String, _ named: [String: MediaServer.Source], of participant: Participant.Handle
  ) throws(UnusableOffer) -> (SessionDescription, SourceAssignment) {
    let offer: SessionDescription
    do throws(SDPError) {
      offer = try SessionDescription(parsing: text)
    } catch {
      throw UnusableOffer(sentence: PeerNegotiationError.malformed(error).sentence, cause: .malformed)
    }
    guard rooms[participants[participant].room]?.mode != .echo else { return (offer, SourceAssignment(ofEcho: offer)) }
    let present = participants[participant].publications.map { ($0.media, $0.source) }
    do throws(SourceAssignment.Refusal) {
      let sources = try SourceAssignment(
        of: offer, named: named, present: Dictionary(present, uniquingKeysWith: { first, _ in first }))
      return (offer, sources)
    } catch {
      throw UnusableOffer(sentence: error.sentence, cause: .unusable)
    }
  }

  private mutating func publisher(of participant: Participant.Handle) -> PeerEntry.Handle? {
    let present = participants[participant].publisher
    guard !peers.contains(present) else { return present }
    guard let peer = connect(.publisher, of: participant) else { return nil }
    participants[participant].publisher = peer
    return peer
  }

  // MARK: Tracks

  /// Follows what the publishing connection agreed on: new tracks, tracks that pause, tracks that are gone.
  private mutating func publish(by participant: Participant.Handle, _ sources: SourceAssignment) {
    let peer = participants[participant].publisher
    guard peers.contains(peer) else { return }
    let media = peers[peer].connection.media
    for publication in participants[participant].publications {
      let isThere = media.contains { $0.index == publication.media }
      // A description that sends nothing keeps its track, unless the source is shown in another.
      let isOther = sources.sources[publication.media].map { $0 != publication.source }
      let isElsewhere = sources.sources.contains { $0.value == publication.source && $0.key != publication.media }
      if !isThere || isOther ?? isElsewhere { withdraw(publication, of: participant) }
    }
    for description in media { publish(description, sources.sources[description.index], by: participant) }
    guard rooms[participants[participant].room]?.mode == .echo else { return }
    beginSubscription(of: participant)
    hastenOffer(to: participant)
  }

  private mutating func publish(
    _ media: NegotiatedMedia, _ source: MediaServer.Source?, by participant: Participant.Handle
  ) {
    if let index = participants[participant].publications.firstIndex(where: { $0.media == media.index }) {
      participants[participant].publications[index].isInUse = media.direction.receives
      router.tracks[participants[participant].publications[index].track].rids = media.layers
      tellMirrors(
        .negotiated(track: participants[participant].publications[index].track.rawValue, media),
        in: participants[participant].room)
      return renegotiated(participants[participant].publications[index], of: participant)
    }
    guard media.direction.receives, let source, !router.tracks.isFull,
      participants[participant].publications.count < settings.limits.tracksPerParticipant
    else { return }
    let (name, room) = (participants[participant].track(source), participants[participant].room)
    let track = router.tracks.insert(
      PublishedTrack(
        by: participant, publisher: participants[participant].publisher, media: media, source: source,
        isAllowed: participants[participant].kinds.contains(source.kinds)))
    router.tracks[track].isHeard = rooms[room]?.hearsAtOnce(source, of: settings.heardCount) ?? true
    participants[participant].publications.append(Publication(media: media.index, source: source, track: track))
    rooms[room]?.publish(name, as: track)
    tellMirrors(.published(mirrored(track, named: name, in: room, media)), in: room)
    republishStreams(of: track)
    for other in subscribers(to: name, in: room) { give(name, to: other) }
  }

  /// Takes over what was negotiated anew for a track that goes on.
  private mutating func renegotiated(_ publication: Publication, of participant: Participant.Handle) {
    let (track, room) = (participants[participant].track(publication.source), participants[participant].room)
    for other in subscribers(to: track, in: room) { give(track, to: other) }
  }

  /// A track is published no longer; its slots are kept for it as long as somebody wants it.
  private mutating func withdraw(_ publication: Publication, of participant: Participant.Handle) {
    let (track, room) = (participants[participant].track(publication.source), participants[participant].room)
    router.removeTrack(publication.track)
    rooms[room]?.unpublish(track)
    tellMirrors(.withdrawn(track: publication.track.rawValue), in: room)
    participants[participant].publications.removeAll { $0.media == publication.media }
    if rooms[room]?.mode == .echo { free(track, of: participant) }
  }

  mutating func withdrawAll(of participant: Participant.Handle) {
    for publication in participants[participant].publications { withdraw(publication, of: participant) }
  }

  /// Those in a room who are to be sent a track.
  func subscribers(to track: MediaServer.Track, in room: String) -> [Participant.Handle] {
    guard let present = rooms[room] else { return [] }
    switch present.mode {
    case .echo: return present.participants[track.participant].map { [$0] } ?? []
    case .routed, .broadcast:
      return present.participants.values.filter { other in
        if let selection = participants[other].selection { return selection.contains(track) }
        return present.sends(track, to: participants[other].name, wishing: participants[other].wishes)
      }
    }
  }

  // MARK: Streams that begin and end

  mutating func publish(_ incoming: Int, of peer: PeerEntry.Handle) {
    let (owner, media) = (peers[peer].owner, peers[peer].connection.streams.incoming[incoming].media)
    guard participants.contains(owner),
      let publication = participants[owner].publications.first(where: { $0.media == media })
    else { return }
    unpublish(incoming, of: peer)
    enter(incoming, of: peer, in: publication.track)
  }

  private mutating func enter(_ incoming: Int, of peer: PeerEntry.Handle, in track: PublishedTrack.Handle) {
    guard let stream = router.addStream(incoming, to: track) else { return }
    while peers[peer].published.count <= incoming { peers[peer].published.append(.none) }
    peers[peer].published[incoming] = stream
    for mirror in router.tracks[track].mirrors { router.streams[stream].mirrors.insert(mirror.worker) }
    tellMirrors(.began(stream: stream.rawValue, of: track.rawValue), ofOwnerOf: peer)
    selectStreams(of: track)
  }

  mutating func unpublish(_ incoming: Int, of peer: PeerEntry.Handle) {
    guard incoming < peers[peer].published.count else { return }
    let stream = peers[peer].published[incoming]
    guard router.streams.contains(stream) else { return }
    let track = router.streams[stream].track
    router.removeStream(stream)
    tellMirrors(.ended(stream: stream.rawValue), ofOwnerOf: peer)
    peers[peer].published[incoming] = .none
    selectStreams(of: track)
  }

  /// Streams that went on while their media description was given to another track are the new track's.
  private mutating func republishStreams(of track: PublishedTrack.Handle) {
    let (peer, media) = (router.tracks[track].publisher, router.tracks[track].media)
    for incoming in peers[peer].published.indices
    where peers[peer].published[incoming] != .none && !router.streams.contains(peers[peer].published[incoming])
      && peers[peer].connection.streams.incoming[incoming].media == media
    {
      enter(incoming, of: peer, in: track)
    }
  }

  /// Gives every subscription of a track that has no stream one.
  mutating func selectStreams(of track: PublishedTrack.Handle) {
    guard router.tracks.contains(track) else { return }
    for subscription in router.tracks[track].subscriptions {
      beginIfIdle(subscription)
      allocateLater(router.subscriptions[subscription].subscriber)
    }
  }

  mutating func beginIfIdle(_ subscription: Subscription.Handle) {
    guard router.subscriptions.contains(subscription), router.subscriptions[subscription].target == .none else {
      return
    }
    if let stream = router.selectLayer(for: subscription) { requestKeyframe(of: stream) }
  }
}

/// An offer that says nothing that could be published.
private struct UnusableOffer: Error {
  let sentence: String
  let cause: MediaServer.Refusal.Cause
}
