import Signaling
import Testing

/// The connection test as a machine: every request is answered once, whatever the media plane tells.
@Suite struct EchoStateTests {
  private static let me = ParticipantID(rawValue: "p_me")
  private var state = EchoState(participant: me)

  @Test mutating func answersGoToTheOffersInTheirOrder() {
    #expect(state.opening == [.media(.open(.echo)), .media(.add(Self.me, publishing: [.audio, .video]))])
    #expect(state.publish("one", request: 3) == [.media(.offer(Self.me, "one", sources: [:]))])
    #expect(state.publish("two", request: 4) == [.media(.offer(Self.me, "two", sources: [:]))])
    #expect(state.answer("mine", request: 5) == [.media(.answer(Self.me, "mine"))])

    #expect(state.handle(.answer(Self.me, "first")) == [.reply(.answer("first"), to: 3)])
    #expect(state.handle(.accepted(Self.me)) == [.reply(.accepted, to: 5)])
    #expect(state.handle(.answer(Self.me, "second")) == [.reply(.answer("second"), to: 4)])
  }

  @Test mutating func aRefusalGoesToTheRequestItIsAbout() {
    _ = state.publish("o", request: 3)
    _ = state.answer("a", request: 4)
    let (offer, answer) = (MediaRefusal(.offer, "No codec is common."), MediaRefusal(.answer, "No offer is open."))

    let first = state.handle(.refused(Self.me, answer))
    let second = state.handle(.refused(Self.me, offer))

    #expect(first == [.reply(.refused(SignalingError(.invalidDescription, "No offer is open.")), to: 4)])
    #expect(second == [.reply(.refused(SignalingError(.invalidDescription, "No codec is common.")), to: 3)])
  }

  @Test mutating func sourcesAndAnotherConnectionAreAskedForAsInARoom() {
    let request = PublishRequest(offer: "o", sources: ["0": .camera])
    #expect(state.publish(request, request: 3) == [.media(.offer(Self.me, "o", sources: ["0": .camera]))])
    #expect(state.restart(anew: true, request: 4) == [.media(.restart(Self.me, anew: true)), .reply(.accepted, to: 4)])
  }

  @Test mutating func onlyTheLastOfferIsAnswered() {
    let numbers = (0..<2).map { _ in
      state.handle(.offer(Self.me, "o", slots: [])).compactMap {
        if case .tell(let number, "o", []) = $0 { number } else { nil }
      }
    }
    let (first, last) = (numbers[0].first, numbers[1].first)
    #expect(first != nil && last != nil)

    #expect(state.answer("a", to: first, request: 3).map(\.refusedCode) == [.conflict])
    #expect(state.answer("a", to: last, request: 4) == [.media(.answer(Self.me, "a"))])
    _ = state.restart(anew: true, request: 5)
    #expect(state.answer("a", to: last, request: 6).map(\.refusedCode) == [.conflict])
    _ = state.end(nil)
    #expect(state.answer("a", to: last, request: 7).map(\.refusedCode) == [.notReady])
  }

  @Test mutating func whatNobodyAskedForIsAnsweredToNobody() {
    #expect(state.handle(.answer(Self.me, "x")) == [] && state.handle(.accepted(Self.me)) == [])
    #expect(state.handle(.refused(Self.me, MediaRefusal(.offer, "No."))) == [])
  }

  @Test mutating func onlySoManyDescriptionsMayWait() {
    for request in 0..<Int64(MediaExchange<Int64>.maximumPending) {
      #expect(state.publish("o", request: request).first == .media(.offer(Self.me, "o", sources: [:])))
      #expect(state.answer("a", request: request).first == .media(.answer(Self.me, "a")))
    }

    #expect(state.publish("o", request: 9).first?.refusedCode == .rateLimited)
    #expect(state.answer("a", request: 9).first?.refusedCode == .rateLimited)
    _ = state.handle(.answer(Self.me, "x"))
    #expect(state.publish("o", request: 9) == [.media(.offer(Self.me, "o", sources: [:]))])
  }

  @Test mutating func theEndAnswersWhatIsOpenAndClosesTheMediaOnce() {
    _ = state.publish("o", request: 3)
    _ = state.answer("a", request: 4)

    let effects = state.end(.timeLimit)

    #expect(effects.count == 5)
    #expect(effects.prefix(2).map(\.refusedCode) == [.notReady, .notReady])
    #expect(effects.suffix(3) == [.ended(.timeLimit), .media(.close), .over])
    #expect(state.end(nil) == [] && state.handle(.failed) == [] && state.handle(.answer(Self.me, "x")) == [])
    #expect(state.publish("o", request: 5).map(\.refusedCode) == [.notReady])
    #expect(state.restart(anew: true, request: 6).map(\.refusedCode) == [.notReady])
  }

  @Test(arguments: [MediaEvent.failed, .lost(me)])
  mutating func lostMediaEndsIt(event: MediaEvent) {
    #expect(state.handle(event) == [.ended(.failed), .media(.close), .over])
  }
}

extension EchoState.Effect {
  fileprivate var refusedCode: SignalingError.Code? {
    if case .reply(.refused(let error), _) = self { error.code } else { nil }
  }
}

extension EchoState {
  fileprivate mutating func answer(_ answer: String, to offer: Int64? = nil, request: Int64) -> [Effect] {
    self.answer(SubscriptionAnswer(answer: answer, offerNumber: offer), request: request)
  }

  fileprivate mutating func publish(_ offer: String, request: Int64) -> [Effect] {
    publish(PublishRequest(offer: offer), request: request)
  }
}
