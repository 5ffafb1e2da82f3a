/// A connection test as a machine: what its session asks and the media plane tells, and what follows from either.
package struct EchoState {
  package enum Effect: Sendable, Equatable {
    case media(MediaCommand)
    case reply(MediaReply, to: Int64)
    case tell(number: Int64, offer: String, slots: [MediaSlot])
    /// Tells the session that the test is over, where it did not end it itself.
    case ended(ServerEvent.EchoEndReason)
    /// The test is over; nothing follows.
    case over
  }

  package let participant: ParticipantID
  private var exchange = MediaExchange<Int64>()
  private var isOver = false

  package init(participant: ParticipantID) {
    self.participant = participant
  }

  /// What begins it.
  package var opening: [Effect] {
    [.media(.open(.echo)), .media(.add(participant, publishing: [.audio, .video]))]
  }

  // MARK: The session

  package mutating func publish(_ offer: PublishRequest, request: Int64) -> [Effect] {
    ask(.offer, .offer(participant, offer.offer, sources: offer.sources), request)
  }

  package mutating func answer(_ answer: SubscriptionAnswer, request: Int64) -> [Effect] {
    if !isOver, let refusal = exchange.refusal(of: answer) { return [.reply(.refused(refusal), to: request)] }
    return ask(.answer, .answer(participant, answer.answer), request)
  }

  package mutating func restart(anew: Bool, request: Int64) -> [Effect] {
    guard !isOver else { return [.reply(.refused(Self.overRefusal), to: request)] }
    if anew { exchange.outdateOffers() }
    return [.media(.restart(participant, anew: anew)), .reply(.accepted, to: request)]
  }

  /// Ends the test: with a reason for its session to be told of, or because the session wants it so.
  package mutating func end(_ reason: ServerEvent.EchoEndReason?) -> [Effect] {
    guard !isOver else { return [] }
    isOver = true
    let refused = exchange.removeAll().map { Effect.reply(.refused(Self.overRefusal), to: $0) }
    return refused + (reason.map { [.ended($0)] } ?? []) + [.media(.close), .over]
  }

  // MARK: The media plane

  package mutating func handle(_ event: MediaEvent) -> [Effect] {
    guard !isOver else { return [] }
    switch event {
    case .failed, .lost: return end(.failed)
    case .offer(_, let offer, let slots): return [.tell(number: exchange.nextOffer(), offer: offer, slots: slots)]
    case .answer, .refused, .accepted, .slots, .report, .fragment, .connected, .demand, .dominantSpeaker,
      .quality:
      return exchange.settle(by: event).map { [.reply($0.reply, to: $0.request)] } ?? []
    }
  }

  private mutating func ask(
    _ kind: MediaExchange<Int64>.Kind, _ command: MediaCommand, _ request: Int64
  ) -> [Effect] {
    if let refusal = isOver ? Self.overRefusal : exchange.refusal(of: kind) {
      return [.reply(.refused(refusal), to: request)]
    }
    exchange.add(request, kind)
    return [.media(command)]
  }

  private static var overRefusal: SignalingError {
    SignalingError(.notReady, "The connection test is over.")
  }
}
