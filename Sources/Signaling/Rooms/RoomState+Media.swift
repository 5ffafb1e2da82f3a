/// What a room asks of the media plane of itself: to be open while it is needed, with everybody in it.
extension RoomState {
  /// Something happened to the media of this room: what was lost is asked for anew, what is told goes to whom it is about.
  package mutating func handle(_ event: MediaEvent, at now: Timestamp) -> [RoomEffect] {
    guard !isEnded else { return [] }
    switch event {
    case .failed: mediaFailed(at: now)
    case .lost(let id): mediaLost(of: id, at: now)
    case .offer(let id, let offer, let slots): tellOffer(offer, slots, to: id)
    case .slots(let id, let slots): tellMedia(.slots(slots), to: id)
    // Of those who have a page.
    case .connected, .fragment: return []
    case .demand(let id, let source, let layers): tellMedia(.demand(source, layers: layers), to: id)
    case .dominantSpeaker(let id): follow(speaker: id)
    case .quality(let id, let quality): if media.has(id) { media.qualities.measure(quality, of: id) }
    case .answer(let id, _), .refused(let id, _), .accepted(let id), .report(let id, _):
      guard let (ticket, reply) = media.exchanges[id]?.settle(by: event) else { return [] }
      emit(.settle(ticket, reply))
    }
    settleQualities(at: now)
    return takeEffects()
  }

  /// Opens and closes media as topology and former need it, and takes in everybody who is not in it yet.
  mutating func settleMedia(at now: Timestamp) {
    let needed = participants.isEmpty ? nil : settings.mediaMode
    if case .open(let mode, _) = media.plane, mode != needed {
      closeMedia()
      forgetMeasured()
    }
    settleMachines(at: now)
    guard let needed else { return media.plane = .closed }
    switch media.plane {
    case .open: break
    case .closed: openMedia(needed, at: now)
    case .failed(let retriesAt):
      guard retriesAt <= now else { return }
      openMedia(needed, at: now)
      tell(.mediaLost)
    }
    for participant in inOrder where !media.has(participant.id) { takeIn(participant, at: now) }
  }

  /// Forgets what a participant who is gone had at the media plane, and what others wanted of it.
  mutating func removeFromMedia(_ id: ParticipantID) {
    refuseMedia(media.giveUp(MediaExchange.Kind.allCases, of: id))
    media.exchanges[id] = nil
    if media.has(id) { emit(.media(.remove(id))) }
    media.attendance[id] = nil
    media.wanted[id] = nil
    forgetMeasured(of: id)
    for subscriber in inOrder.map(\.id) {
      let wanted = media.wanted[subscriber] ?? []
      let gone = MediaSource.allCases.map { MediaTrack(id, $0) }.filter(wanted.contains)
      guard !gone.isEmpty else { continue }
      media.wanted[subscriber]?.subtract(gone)
      emit(.media(.unsubscribe(subscriber, gone)))
    }
  }

  /// The room is over, and its media with it.
  mutating func endMedia() {
    for id in inOrder.map(\.id) { refuseMedia(media.giveUp(MediaExchange.Kind.allCases, of: id)) }
    if case .open = media.plane { closeMedia() }
  }

  // MARK: What befalls it

  private mutating func mediaFailed(at now: Timestamp) {
    guard case .open(_, let since) = media.plane else { return }
    closeMedia()
    forgetMeasured()
    media.plane = .failed(retriesAt: since + RoomMedia.retryInterval)
    settleMedia(at: now)
  }

  mutating func mediaLost(of id: ParticipantID, at now: Timestamp) {
    guard case .added(let since) = media.attendance[id] else { return }
    forgetWishes(of: id)
    forgetMeasured(of: id)
    emit(.media(.remove(id)))
    media.attendance[id] = .lost(returnsAt: since + RoomMedia.retryInterval)
    settleMedia(at: now)
  }

  /// What is late, because the media plane had not heard yet that the participant was removed, is told to nobody.
  private mutating func tellMedia(_ event: ServerEvent, to id: ParticipantID) {
    if media.has(id) { tell(event, to: .one(id)) }
  }

  private mutating func tellOffer(_ offer: String, _ slots: [MediaSlot], to id: ParticipantID) {
    guard media.has(id) else { return }
    let number = media.exchanges[id, default: MediaExchange()].nextOffer()
    tell(.subscription(number: number, offer: offer, slots: slots), to: .one(id))
  }

  // MARK: Opening and closing

  private mutating func openMedia(_ mode: MediaMode, at now: Timestamp) {
    media.plane = .open(mode, since: now)
    emit(.media(.open(mode)))
  }

  private mutating func closeMedia() {
    for id in inOrder.map(\.id) { forgetWishes(of: id) }
    dropStreams()
    media.plane = .closed
    media.attendance = [:]
    emit(.media(.close))
  }

  private mutating func takeIn(_ participant: Participant, at now: Timestamp) {
    switch media.attendance[participant.id] {
    case .lost(let returnsAt):
      guard returnsAt <= now else { return }
      tell(.mediaLost, to: .one(participant.id))
    case .added, nil: break
    }
    media.attendance[participant.id] = .added(at: now)
    media.exchanges[participant.id, default: MediaExchange()].outdateOffers()
    emit(.media(.add(participant.id, publishing: participant.devices.kinds)))
  }

  /// The media plane forgets them too. Of somebody it does not have it gives no report.
  private mutating func forgetWishes(of id: ParticipantID) {
    media.wanted[id] = nil
    refuseMedia(media.giveUp([.report], of: id))
  }

  private mutating func refuseMedia(_ tickets: [RequestTicket]) {
    for ticket in tickets { emit(.settle(ticket, .refused(Self.mediaIsGone))) }
  }

  private static let mediaIsGone = SignalingError(.conflict, "Your media has ended meanwhile.")
}
