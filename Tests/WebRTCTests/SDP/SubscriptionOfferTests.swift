import RTP
import Testing
import WebRTC

@Suite struct SubscriptionOfferTests {
  private func subscription() -> SubscriptionOffer {
    var subscription = SubscriptionOffer(sessionID: 5)
    for number in 0..<4 { _ = subscription.addSlot(for: LocalSide.track(.audio, UInt32(100 + 2 * number))) }
    for number in 0..<2 { _ = subscription.addSlot(for: LocalSide.track(.video, UInt32(200 + 2 * number))) }
    return subscription
  }

  @Test func offersEveryPlaceOnOneTransport() throws {
    var subscription = subscription()

    let offer = subscription.make(with: LocalSide.transport)

    #expect(try SessionDescription(parsing: offer.text) == offer)
    #expect(offer.isICELite && offer.allowsMixedExtensions)
    #expect(offer.bundledMids == ["0", "1", "2", "3", "4", "5"])
    #expect(offer.media.map(\.kind) == [.audio, .audio, .audio, .audio, .video, .video])
    #expect(offer.media.allSatisfy { $0.direction == .sendonly && $0.transport.setup == .actpass })
    #expect(offer.media.allSatisfy { $0.multiplexesRTCP && $0.reducesRTCPSize })
    #expect(offer.media.map(\.candidates.isEmpty) == [false, true, true, true, true, true])
    #expect(offer.media.map { $0.sources.map(\.ssrc) } == [[100], [102], [104], [106], [200, 201], [202, 203]])
  }

  @Test func payloadTypesLieBelow96AndMeanOneThing() throws {
    var subscription = subscription()
    let offer = subscription.make(with: LocalSide.transport)

    var meaning: [UInt8: CodecDescription] = [:]
    for codec in offer.media.flatMap(\.codecs) {
      #expect((35...63).contains(codec.payloadType))
      #expect(meaning.updateValue(codec, forKey: codec.payloadType) ?? codec == codec)
    }
    let names = Set(meaning.values.map(\.name))
    #expect(names == ["opus", "red", "VP8", "H264", "VP9", "AV1", "H265", "rtx"])
    for codec in meaning.values where codec.hasName("rtx") {
      #expect(meaning[codec.parameters?.number("apt") ?? 0]?.feedback.contains(.nack) == true)
    }
    #expect(meaning.count == 26)
  }

  @Test func headerExtensionsHaveOneNumberInAllMediaDescriptions() {
    var subscription = subscription()
    let maps = subscription.make(with: LocalSide.transport).media.flatMap(\.extensions)

    #expect(Set(maps.map(\.id)).count == Set(maps.map(\.uri)).count)
    #expect(Set(maps.map { "\($0.id) \($0.uri)" }).count == Set(maps.map(\.id)).count)
    #expect(maps.allSatisfy { (1...14).contains($0.id) })
  }

  @Test func whatABrowserAcceptsIsAgreed() throws {
    var subscription = subscription()
    let answer = subscription.make(with: LocalSide.transport).browserAnswer()

    let agreement = try subscription.accept(answer)

    #expect(agreement.media.map(\.mid) == ["0", "1", "2", "3", "4", "5"])
    #expect(agreement.media.allSatisfy { $0.direction == .sendonly })
    #expect(agreement.media[4].codecs.count == 12)
    #expect(agreement.media[4].codecs.allSatisfy { $0.retransmission != nil })
    #expect(agreement.media[4].track?.retransmission?.rawValue == 201)
    #expect(agreement.media[4].extensions.id(of: .dependencyDescriptor) == 8)
    #expect(agreement.remote?.localSetup == .passive)
    #expect(agreement.remote?.credentials.ufrag == "9fZk")
  }

  @Test func whatTheBrowserLeavesOutIsNotUsed() throws {
    var subscription = subscription()
    let answer = subscription.make(with: LocalSide.transport).browserAnswer { answer in
      answer.media[0].port = 0
      answer.media[1].direction = .inactive
      answer.media[4].codecs = answer.media[4].codecs.filter { $0.hasName("VP8") || $0.hasName("AV1") }
      answer.media[4].extensions.removeAll { $0.id != 1 }
      answer.media[5].codecs[0].name = "H264"  // the number of VP8
    }

    let agreement = try subscription.accept(answer)

    #expect(agreement.media.map(\.mid) == ["1", "2", "3", "4", "5"])
    #expect(agreement.media[0].direction == .inactive)
    #expect(agreement.media[3].codecs.map(\.codec) == [.vp8, .av1(profile: 0)])
    #expect(agreement.media[3].track?.retransmission == nil)
    #expect(agreement.media[3].extensions.id(of: .transportSequenceNumber) == nil)
    #expect(!agreement.media[4].codecs.contains { $0.codec == .vp8 })
  }

  @Test func anAnswerMayHavePayloadTypesOfItsOwn() throws {
    var subscription = subscription()
    let answer = subscription.make(with: LocalSide.transport).browserAnswer { answer in
      answer.media[0].codecs = [
        CodecDescription(payloadType: 96, name: "opus", clockRate: 48_000, channelCount: 2)
      ]
      answer.media[4].codecs = [
        CodecDescription(payloadType: 97, name: "VP8", clockRate: 90_000, feedback: [.nack]),
        CodecDescription(payloadType: 98, name: "rtx", clockRate: 90_000, parameters: FormatParameters("apt=97")),
        CodecDescription(
          payloadType: 99, name: "H264", clockRate: 90_000,
          parameters: FormatParameters("packetization-mode=1;profile-level-id=42e034")),
        CodecDescription(payloadType: 100, name: "rtx", clockRate: 90_000, parameters: FormatParameters("apt=96")),
      ]
    }

    let media = try subscription.accept(answer).media

    #expect(media[0].codecs.map(\.payloadType) == [96])
    #expect(media[4].codecs.map(\.codec) == [.vp8, .h264(.constrainedBaseline, packetizationMode: 1)])
    #expect(media[4].codecs.map(\.payloadType) == [97, 99])
    #expect(media[4].codecs.map(\.retransmission) == [98, nil])
    #expect(media[4].codecs.map(\.feedback) == [[.nack], []])
    #expect(media[5].codecs[0].payloadType == 37, "the numbers of the offer hold where the answer keeps them")
  }

  @Test(arguments: [0, 34, 64, 72, 95] as [UInt8])
  func numbersThatCannotBeToldFromRTCPOrAreFixedAreNotTaken(number: UInt8) throws {
    var subscription = subscription()
    let answer = subscription.make(with: LocalSide.transport).browserAnswer { answer in
      answer.media[4].codecs = [
        CodecDescription(payloadType: 97, name: "VP8", clockRate: 90_000),
        CodecDescription(
          payloadType: number, name: "rtx", clockRate: 90_000, parameters: FormatParameters("apt=97")),
        CodecDescription(payloadType: number, name: "AV1", clockRate: 90_000),
      ]
    }

    let codecs = try subscription.accept(answer).media[4].codecs

    #expect(codecs.map(\.payloadType) == [97] && codecs[0].retransmission == nil)
  }

  @Test func anAnswerThatAcceptsAPlaceWithoutACodecIsRefused() throws {
    var subscription = subscription()
    let offer = subscription.make(with: LocalSide.transport)
    func answer(_ codecs: [CodecDescription], place: Int = 4, port: UInt16 = 9) -> SessionDescription {
      offer.browserAnswer { ($0.media[place].codecs, $0.media[place].port) = (codecs, port) }
    }
    let red = offer.media[0].codecs.filter { $0.hasName("red") }
    let unknown = CodecDescription(payloadType: 101, name: "theora", clockRate: 90_000)
    let otherProfile = CodecDescription(
      payloadType: 102, name: "VP9", clockRate: 90_000, parameters: FormatParameters("profile-id=1"))

    #expect(throws: NegotiationError.noCodec) { try subscription.accept(answer([])) }
    #expect(throws: NegotiationError.noCodec) { try subscription.accept(answer([unknown, otherProfile])) }
    #expect(throws: NegotiationError.noCodec) { try subscription.accept(answer(red, place: 0)) }
    #expect(try subscription.accept(answer([unknown], port: 0)).media.count == 5, "that place is rejected")
  }

  @Test func anAnswerToSomethingElseIsRefused() throws {
    var subscription = subscription()
    let offer = subscription.make(with: LocalSide.transport)

    #expect(throws: NegotiationError.mismatch) {
      try subscription.accept(offer.browserAnswer { $0.media.removeLast() })
    }
    #expect(throws: NegotiationError.mismatch) {
      try subscription.accept(offer.browserAnswer { $0.media[0].mid = "9" })
    }
    #expect(throws: NegotiationError.mismatch) {
      try subscription.accept(offer.browserAnswer { $0.media[0].kind = .video })
    }
    #expect(throws: NegotiationError.bothLite) { try subscription.accept(offer.browserAnswer { $0.isICELite = true }) }
    #expect(throws: NegotiationError.unusableSetup) {
      try subscription.accept(offer.browserAnswer { $0.media[0].transport.setup = .actpass })
    }
  }

  @Test func aPlaceThatIsAddedWaitsForItsOwnOffer() throws {
    var subscription = subscription()
    let answer = subscription.make(with: LocalSide.transport).browserAnswer()
    _ = subscription.addSlot(for: LocalSide.track(.video, 900))

    #expect(try subscription.accept(answer).media.count == 6)

    let next = subscription.make(with: LocalSide.transport)
    #expect(next.media.count == 7)
    #expect(next.origin.version == "2")
    #expect(try subscription.accept(next.browserAnswer()).media.count == 7)
  }

  @Test func aPlaceWhoseTrackRestsIsOfferedAsInactiveAndKeepsItsSSRC() throws {
    var subscription = subscription()
    subscription.setSlot("5", .rests)
    let resting = subscription.make(with: LocalSide.transport).media[5]
    #expect(resting.direction == .inactive && resting.sources.isEmpty)

    subscription.setSlot("5", .carries)

    #expect(subscription.make(with: LocalSide.transport).media[5].sources.map(\.ssrc) == [202, 203])
  }

  /// Pion up to 3.1 and webrtcbin cannot revive what was inactive.
  @Test func aPlaceThatWaitsForATrackIsOfferedAsOneThatSendsAndNothingIsSentThere() throws {
    var subscription = subscription()
    subscription.setSlot("5", .waits)

    let offer = subscription.make(with: LocalSide.transport)

    #expect(offer.media[5].direction == .sendonly)
    #expect(offer.media[5].sources.isEmpty)
    #expect(try subscription.accept(offer.browserAnswer()).media[5].direction == .inactive)
  }

  @Test func theCodecThatComesIsOfferedFirst() {
    var subscription = SubscriptionOffer(sessionID: 5)
    _ = subscription.addSlot(for: LocalSide.track(.video, 2), in: [.vp9(profile: 0), .vp8])

    let media = subscription.make(with: LocalSide.transport).media[0]

    #expect(media.codecs.map(\.name) == ["VP9", "rtx", "VP8", "rtx"])
  }

  @Test func onlyTheCodecsOfTheRoomAreOfferedWithTheirNumbers() throws {
    var subscription = SubscriptionOffer(sessionID: 5, codecs: OfferedCodecs([.opus, .av1(profile: 0)]))
    var all = SubscriptionOffer(sessionID: 5)
    for kind in [MediaKind.audio, .video] {
      _ = subscription.addSlot(for: LocalSide.track(kind, 2))
      _ = all.addSlot(for: LocalSide.track(kind, 2))
    }

    let few = subscription.make(with: LocalSide.transport).media.flatMap(\.codecs)
    let many = all.make(with: LocalSide.transport).media.flatMap(\.codecs)

    #expect(few.map(\.name) == ["opus", "AV1", "rtx"])
    #expect(few.allSatisfy(many.contains))
  }

  @Test func placesAreLimited() {
    var subscription = SubscriptionOffer(sessionID: 5)
    let added = (0..<200).count { subscription.addSlot(for: LocalSide.track(.audio, UInt32($0))) != nil }
    #expect(added == SDPLimits.mediaCount)
  }
}

@Suite struct OfferScheduleTests {
  @Test func changesThatComeTogetherMakeOneOffer() {
    var schedule = OfferSchedule()
    #expect(schedule.nextDeadline == .distantFuture)
    schedule.change(at: .zero)
    schedule.change(at: .zero + .milliseconds(99))

    #expect(schedule.advance(to: .zero + .milliseconds(99)) == false)
    #expect(schedule.advance(to: .zero + .milliseconds(100)) == true)
    #expect(schedule.advance(to: .zero + .milliseconds(101)) == false)
  }

  @Test func whatChangesBeforeTheAnswerIsOfferedAfterIt() {
    var schedule = OfferSchedule()
    schedule.change(at: .zero)
    _ = schedule.advance(to: .zero + .milliseconds(100))
    schedule.change(at: .zero + .milliseconds(200))
    #expect(schedule.advance(to: .zero + .milliseconds(900)) == false)

    #expect(schedule.answered(at: .zero + .seconds(1)) == true)

    #expect(schedule.nextDeadline == .zero + .milliseconds(1100))
    #expect(schedule.advance(to: .zero + .milliseconds(1100)) == true)
    #expect(schedule.answered(at: .zero + .seconds(2)) == true)
    #expect(schedule.nextDeadline == .distantFuture)
  }

  @Test func thereIsNoSecondOfferBesideOneThatWaits() {
    var schedule = OfferSchedule()
    schedule.change(at: .zero)
    _ = schedule.advance(to: .zero + .milliseconds(100))
    schedule.change(at: .zero + .seconds(1))
    schedule.hasten(at: .zero + .seconds(1))

    #expect(schedule.nextDeadline == .distantFuture)
    #expect(schedule.advance(to: .zero + .seconds(60)) == false)
    #expect(schedule.answered(at: .zero + .seconds(60)) == true)
    #expect(schedule.advance(to: .zero + .milliseconds(60_100)) == true)
  }

  @Test func aCrowdIsOfferedInFewerSteps() {
    var schedule = OfferSchedule()
    var now = Instant.zero
    var offeredAt: [Instant] = []

    // Somebody comes every 50 ms, everybody's picture is asked for at once, and offers are answered within 10 ms.
    while now < .zero + .seconds(20) {
      if schedule.awaitsAnswer { _ = schedule.answered(at: now) }
      if now.nanoseconds % 50_000_000 == 0 {
        schedule.change(at: now)
        schedule.hasten(at: now)
      }
      if schedule.advance(to: now) { offeredAt.append(now) }
      now = now + .milliseconds(10)
    }

    let early = offeredAt.count { $0 < .zero + .seconds(1) }
    #expect((8...10).contains(early), "the first ones quickly")
    #expect((36...40).contains(offeredAt.count - early), "then two a second")
  }

  @Test func afterACalmTheNextOnesAreQuickAgain() {
    var schedule = OfferSchedule()
    var now = Instant.zero
    for _ in 0..<20 {
      schedule.change(at: now)
      now = schedule.nextDeadline
      _ = schedule.advance(to: now)
      _ = schedule.answered(at: now)
    }
    schedule.change(at: now)
    #expect(schedule.nextDeadline == now + .milliseconds(500))
    _ = schedule.advance(to: now + .milliseconds(500))
    _ = schedule.answered(at: now + .milliseconds(500))

    now = now + .milliseconds(2500)
    schedule.change(at: now)
    #expect(schedule.nextDeadline == now + .milliseconds(100))
    #expect(schedule.advance(to: schedule.nextDeadline) == true)
    _ = schedule.answered(at: schedule.nextDeadline)
    schedule.change(at: now + .milliseconds(110))
    #expect(schedule.nextDeadline == now + .milliseconds(210))
  }

  @Test func anAnswerToNothingIsNoticed() {
    var schedule = OfferSchedule()
    #expect(schedule.answered(at: .zero) == false)
    schedule.change(at: .zero)
    #expect(schedule.answered(at: .zero) == false)
  }
}
