/// What one participant has asked of the media plane and was not answered yet, each kind in the order in which it was asked.
///
/// The media plane answers every description once and in order, also of somebody it does not know (any more), so nothing is
/// ever taken out but by its answer. Reports are another matter: of somebody unknown there is none.
package struct MediaExchange<Request: Sendable>: Sendable {
  /// Requests of one kind that may wait: a browser sends its next description when the last was answered.
  package static var maximumPending: Int { 4 }

  private var offers: [Request] = []
  private var answers: [Request] = []
  private var reports: [Request] = []
  /// The number of the last offer of the subscription, by which its answer names it; never given twice.
  private var offerNumber: Int64 = 0

  package init() {}

  package enum Kind: Sendable, CaseIterable {
    /// An offer of the publishing connection.
    case offer
    /// An answer to the subscription's offer.
    case answer
    case report
  }

  /// Why nothing more of this kind may be asked now; nil if it may.
  package func refusal(of kind: Kind) -> SignalingError? {
    guard self[kind].count >= Self.maximumPending else { return nil }
    return SignalingError(.rateLimited, "Wait until the last ones were answered.", retryAfter: .seconds(1))
  }

  /// Why this answer must not reach the media plane, which knows one offer only; nil if it may.
  ///
  /// An answer is late when a client without a socket said it again, or when what it was about was lost meanwhile.
  package func refusal(of answer: SubscriptionAnswer) -> SignalingError? {
    guard let number = answer.offerNumber, number != offerNumber else { return refusal(of: .answer) }
    return SignalingError(.conflict, "This answers another offer than the last one.")
  }

  /// The media plane has made an offer, which is told with this number.
  package mutating func nextOffer() -> Int64 {
    offerNumber += 1
    return offerNumber
  }

  /// The media plane begins another subscription: no offer that was told before is answered any more.
  package mutating func outdateOffers() {
    offerNumber += 1
  }

  package mutating func add(_ request: Request, _ kind: Kind) {
    self[kind].append(request)
  }

  /// The request that is answered by this event, and how; nil if it answers none.
  package mutating func settle(by event: MediaEvent) -> (request: Request, reply: MediaReply)? {
    switch event {
    case .answer(_, let answer): take(.offer, .answer(answer))
    case .accepted: take(.answer, .accepted)
    case .report(_, let report): take(.report, .report(report))
    case .refused(_, let refusal):
      switch refusal.description {
      case .offer: take(.offer, .refused(SignalingError(.invalidDescription, refusal.reason)))
      case .answer: take(.answer, .refused(SignalingError(.invalidDescription, refusal.reason)))
      case .fragment: nil
      }
    case .failed, .lost, .offer, .slots, .fragment, .connected, .demand, .dominantSpeaker, .quality: nil
    }
  }

  /// Gives up what waits, of these kinds.
  package mutating func removeAll(_ kinds: [Kind] = Kind.allCases) -> [Request] {
    var removed: [Request] = []
    for kind in kinds {
      removed += self[kind]
      self[kind] = []
    }
    return removed
  }

  private mutating func take(_ kind: Kind, _ reply: MediaReply) -> (Request, MediaReply)? {
    self[kind].isEmpty ? nil : (self[kind].removeFirst(), reply)
  }

  private subscript(kind: Kind) -> [Request] {
    get {
      switch kind {
      case .offer: offers
      case .answer: answers
      case .report: reports
      }
    }
    set {
      switch kind {
      case .offer: offers = newValue
      case .answer: answers = newValue
      case .report: reports = newValue
      }
    }
  }
}

/// How a request to the media plane is answered.
package enum MediaReply: Sendable, Equatable {
  case answer(String)
  case accepted
  case report(MediaReport)
  case refused(SignalingError)
}

extension ClientSession {
  func send(_ reply: MediaReply, id: Int64) {
    switch reply {
    case .answer(let answer): send(MessageEncoder.result(.answer(answer), id: id))
    case .accepted: send(MessageEncoder.result(.done, id: id))
    case .report(let report): send(MessageEncoder.result(.media(report), id: id))
    case .refused(let error): send(error, id: id)
    }
  }
}
