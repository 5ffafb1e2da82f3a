/// A connection test as a machine: what its session asks and the media plane tells, and what follows from either.
package struct EchoState {
  package enum Effect: Sendable, Equatable {
    case media(MediaCommand)
    case answer(String, to: Int64)
    case done(Int64)
    case refuse(SignalingError, id: Int64)
    case subscription(offer: String, slots: [MediaSlot])
    /// Tells the session that the test is over, where it did not end it itself.
    case ended(ServerEvent.EchoEndReason)
    /// The test is over; nothing follows.
    case over
  }

  /// Descriptions of one kind that may wait for the media plane: a browser sends the next when the last was answered.
  package static let maximumPending = 4

  package let participant: ParticipantID
  private var offers: [Int64] = []
  private var answers: [Int64] = []
  private var isOver = false

  package init(participant: ParticipantID) {
    self.participant = participant
  }

  /// What begins it.
  package var opening: [Effect] {
    [.media(.open(.echo)), .media(.add(participant, publishing: [.audio, .video]))]
  }

  // MARK: The session

  package mutating func publish(_ offer: String, request: Int64) -> [Effect] {
    if let refusal = refusal(pending: offers) { return [.refuse(refusal, id: request)] }
    offers.append(request)
    return [.media(.offer(participant, offer, sources: [:]))]
  }

  package mutating func answer(_ answer: String, request: Int64) -> [Effect] {
    if let refusal = refusal(pending: answers) { return [.refuse(refusal, id: request)] }
    answers.append(request)
    return [.media(.answer(participant, answer))]
  }

  package mutating func restart(request: Int64) -> [Effect] {
    guard !isOver else { return [.refuse(Self.overRefusal, id: request)] }
    return [.media(.restart(participant, anew: false)), .done(request)]
  }

  /// Ends the test: with a reason for its session to be told of, or because the session wants it so.
  package mutating func end(_ reason: ServerEvent.EchoEndReason?) -> [Effect] {
    guard !isOver else { return [] }
    isOver = true
    let refused = (offers + answers).map { Effect.refuse(Self.overRefusal, id: $0) }
    (offers, answers) = ([], [])
    return refused + (reason.map { [.ended($0)] } ?? []) + [.media(.close), .over]
  }

  // MARK: The media plane

  package mutating func handle(_ event: MediaEvent) -> [Effect] {
    guard !isOver else { return [] }
    switch event {
    case .failed, .lost: return end(.failed)
    case .offer(_, let offer, let slots): return [.subscription(offer: offer, slots: slots)]
    case .slots, .report: return []
    case .answer(_, let answer): return Self.take(from: &offers).map { [.answer(answer, to: $0)] } ?? []
    case .accepted: return Self.take(from: &answers).map { [.done($0)] } ?? []
    case .refused(_, let refusal):
      let request =
        switch refusal.description {
        case .offer: Self.take(from: &offers)
        case .answer: Self.take(from: &answers)
        }
      return request.map { [.refuse(SignalingError(.invalidDescription, refusal.reason), id: $0)] } ?? []
    }
  }

  private func refusal(pending: [Int64]) -> SignalingError? {
    guard !isOver else { return Self.overRefusal }
    guard pending.count < Self.maximumPending else {
      return SignalingError(.rateLimited, "Wait until the last description was answered.", retryAfter: .seconds(1))
    }
    return nil
  }

  private static func take(from requests: inout [Int64]) -> Int64? {
    requests.isEmpty ? nil : requests.removeFirst()
  }

  private static var overRefusal: SignalingError {
    SignalingError(.notReady, "The connection test is over.")
  }
}
