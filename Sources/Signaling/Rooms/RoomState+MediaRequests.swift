/// What participants ask of the media plane. Whether they may was decided before.
extension RoomState {
  mutating func publish(_ request: PublishRequest, from id: ParticipantID) throws(SignalingError) {
    try pass(on: .offer(id, request.offer, sources: request.sources), .offer, from: id)
  }

  mutating func answerSubscription(_ answer: SubscriptionAnswer, from id: ParticipantID) throws(SignalingError) {
    if let refusal = media.exchanges[id]?.refusal(of: answer) { throw refusal }
    try pass(on: .answer(id, answer.answer), .answer, from: id)
  }

  mutating func getMedia(of id: ParticipantID) throws(SignalingError) {
    try pass(on: .report(id), .report, from: id)
  }

  mutating func restartSubscription(of id: ParticipantID, anew: Bool) {
    emit(.reply(.done))
    if anew { media.exchanges[id]?.outdateOffers() }
    emit(.media(.restart(id, anew: anew)))
  }

  mutating func subscribe(_ wishes: [MediaTrack: MediaWish], only isAll: Bool, by id: ParticipantID) {
    emit(.reply(.done))
    if isAll { giveUp(Array(media.wanted[id, default: []].subtracting(wishes.keys)), by: id) }
    let wishes = wishes.filter { isThere($0.key, for: id) }
    guard !wishes.isEmpty else { return }
    media.wanted[id, default: []].formUnion(wishes.keys)
    emit(.media(.subscribe(id, wishes)))
  }

  mutating func unsubscribe(_ tracks: [MediaTrack], by id: ParticipantID) {
    emit(.reply(.done))
    giveUp(tracks.filter { media.wanted[id]?.contains($0) ?? false }, by: id)
  }

  private mutating func giveUp(_ tracks: [MediaTrack], by id: ParticipantID) {
    guard !tracks.isEmpty else { return }
    media.wanted[id]?.subtract(tracks)
    emit(.media(.unsubscribe(id, tracks)))
  }

  /// Why this participant's request does not reach the media plane; nil if it does.
  func refusal(ofMediaFor id: ParticipantID) -> SignalingError? {
    guard settings.mediaMode != nil else {
      return SignalingError(.conflict, "The participants of this room are connected directly.")
    }
    guard media.has(id) else {
      return SignalingError(.mediaUnavailable, "Your media is being set up again.", retryAfter: .seconds(1))
    }
    return nil
  }

  func refusal(
    ofWishes wishes: [MediaTrack: MediaWish], only isAll: Bool, by id: ParticipantID
  ) -> SignalingError? {
    let before = isAll ? [] : media.wanted[id, default: []]
    let wanted = before.union(wishes.keys.filter { isThere($0, for: id) })
    guard wanted.count > parameters.limits.wantedTracks else { return nil }
    return SignalingError(
      .conflict, "You may want \(parameters.limits.wantedTracks) tracks at once: unsubscribe from others first.")
  }

  /// Whether the track is, or may come to be, one that this participant can want: of whoever left there will be none.
  private func isThere(_ track: MediaTrack, for id: ParticipantID) -> Bool {
    track.participant != id && participants[track.participant] != nil
  }

  /// Asks the media plane, whose answer answers the request.
  private mutating func pass(
    on command: MediaCommand, _ kind: MediaExchange<RequestTicket>.Kind, from id: ParticipantID
  ) throws(SignalingError) {
    var exchange = media.exchanges[id] ?? MediaExchange()
    if let refusal = exchange.refusal(of: kind) { throw refusal }
    let ticket = takeTicket()
    exchange.add(ticket, kind)
    media.exchanges[id] = exchange
    emit(.hold(ticket))
    emit(.media(command))
  }
}
