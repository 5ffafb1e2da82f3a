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

    #expect(state.handle(.answer(Self.me, "first")) == [.answer("first", to: 3)])
    #expect(state.handle(.accepted(Self.me)) == [.done(5)])
    #expect(state.handle(.answer(Self.me, "second")) == [.answer("second", to: 4)])
  }

  @Test mutating func aRefusalGoesToTheRequestItIsAbout() {
    _ = state.publish("o", request: 3)
    _ = state.answer("a", request: 4)
    let (offer, answer) = (MediaRefusal(.offer, "No codec is common."), MediaRefusal(.answer, "No offer is open."))

    let first = state.handle(.refused(Self.me, answer))
    let second = state.handle(.refused(Self.me, offer))

    #expect(first == [.refuse(SignalingError(.invalidDescription, "No offer is open."), id: 4)])
    #expect(second == [.refuse(SignalingError(.invalidDescription, "No codec is common."), id: 3)])
  }

  @Test mutating func whatNobodyAskedForIsAnsweredToNobody() {
    #expect(state.handle(.answer(Self.me, "x")) == [] && state.handle(.accepted(Self.me)) == [])
    #expect(state.handle(.refused(Self.me, MediaRefusal(.offer, "No."))) == [])
  }

  @Test mutating func onlySoManyDescriptionsMayWait() {
    for request in 0..<Int64(EchoState.maximumPending) {
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
    #expect(state.restart(request: 6).map(\.refusedCode) == [.notReady])
  }

  @Test(arguments: [MediaEvent.failed, .lost(me)])
  mutating func lostMediaEndsIt(event: MediaEvent) {
    #expect(state.handle(event) == [.ended(.failed), .media(.close), .over])
  }
}

extension EchoState.Effect {
  fileprivate var refusedCode: SignalingError.Code? {
    if case .refuse(let error, _) = self { error.code } else { nil }
  }
}
