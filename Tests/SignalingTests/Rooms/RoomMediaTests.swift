import Signaling
import TestSupport
import Testing

/// What a room has at the media plane, what is asked of it there, and who is answered.
@Suite struct RoomMediaTests {
  private var room = TestRoom.meeting("Ada", "Bob")
  private let ada: ParticipantID
  private let bob: ParticipantID

  init() {
    ada = room.id("Ada")
    bob = room.id("Bob")
    room.handle(#""type":"updateRoom","mode":"routed""#, from: ada)
    room.say(moved: .routed, ada, bob)
    _ = (room.takeMedia(), room.takeReplies())
  }

  // MARK: Descriptions

  @Test mutating func descriptionsAreAnsweredInTheirOrderToWhoAsked() {
    room.handle(#""type":"publish","offer":"a1","tracks":[{"mid":"0","source":"screen"}]"#, from: ada)
    room.handle(#""type":"publish","offer":"b1""#, from: bob)
    room.handle(#""type":"publish","offer":"a2""#, from: ada)
    room.handle(#""type":"answerSubscription","answer":"a3""#, from: ada)
    #expect(
      room.takeMedia() == [
        .offer(ada, "a1", sources: ["0": .screen]), .offer(bob, "b1", sources: [:]), .offer(ada, "a2", sources: [:]),
        .answer(ada, "a3"),
      ])
    let tickets = room.held
    #expect(tickets.count == 4)

    room.report(.accepted(ada))
    room.report(.answer(ada, "x1"))
    room.report(.refused(ada, MediaRefusal(.offer, "No.")))
    room.report(.answer(bob, "y1"))
    room.report(.answer(bob, "nobody asked"))

    let expected: [(RequestTicket, MediaReply)] = [
      (tickets[3], .accepted), (tickets[0], .answer("x1")),
      (tickets[2], .refused(SignalingError(.invalidDescription, "No."))), (tickets[1], .answer("y1")),
    ]
    let settled = room.takeSettled()
    #expect(settled.map(\.0) == expected.map(\.0) && settled.map(\.1) == expected.map(\.1))
  }

  @Test mutating func onlySoManyMayWait() {
    for kind in [#""type":"publish","offer":"o""#, #""type":"answerSubscription","answer":"a""#, #""type":"getMedia""#]
    {
      for _ in 0..<4 { #expect(room.handle(kind, from: ada) == nil) }
      #expect(room.handle(kind, from: ada)?.code == .rateLimited)
      #expect(room.handle(kind, from: bob) == nil)
    }
    room.report(.answer(ada, "x"))
    #expect(room.handle(#""type":"publish","offer":"o""#, from: ada) == nil)
  }

  @Test mutating func whatWaitsIsRefusedWhenItsSenderOrTheRoomIsGone() {
    for id in [ada, bob] {
      room.handle(#""type":"publish","offer":"o""#, from: id)
      room.handle(#""type":"getMedia""#, from: id)
    }
    room.handle(#""type":"leave""#, from: bob)
    #expect(room.takeSettled().map(\.1.code) == [.conflict, .conflict])
    room.report(.answer(bob, "late"))
    room.handle(#""type":"endRoom""#, from: ada)

    #expect(room.takeSettled().map(\.1.code) == [.conflict, .conflict])
    #expect(room.held.isEmpty)
  }

  @Test mutating func theSubscriptionIsToldToItsOwnerAlone() {
    let slots = [MediaSlot(mid: "0", kind: .video, track: MediaTrack(bob, .camera))]
    _ = room.takeEffects()

    room.report(.offer(ada, "v=0", slots: slots))
    room.report(.slots(bob, slots))
    room.report(.offer(ParticipantID(rawValue: "p_gone"), "v=0", slots: slots))

    let events = room.takeEffects().compactMap { if case .event(let event, let to) = $0 { (event, to) } else { nil } }
    #expect(events.map(\.1) == [[ada], [bob]])
    guard case .subscription(_, "v=0", slots) = events[0].0, case .slots(slots) = events[1].0 else {
      return #expect(Bool(false), "\(events)")
    }
  }

  @Test mutating func onlyTheLastOfferIsAnswered() {
    let first = room.offer(to: ada)
    let bobs = room.offer(to: bob)
    let second = room.offer(to: ada)
    #expect(first != nil && first != second)

    #expect(room.handle(Self.answer(first), from: ada)?.code == .conflict)
    #expect(room.handle(Self.answer(bobs), from: bob) == nil)
    #expect(room.handle(Self.answer(second), from: ada) == nil)
    #expect(room.handle(#""type":"answerSubscription","answer":"a""#, from: ada) == nil, "the last one is meant")
    #expect(room.takeMedia() == [.answer(bob, "a"), .answer(ada, "a"), .answer(ada, "a")])
  }

  @Test mutating func noOfferOfAFormerSubscriptionIsAnswered() {
    let first = room.offer(to: ada)
    room.handle(#""type":"restartSubscription""#, from: ada)
    #expect(room.handle(Self.answer(first), from: ada) == nil, "it is the same subscription")
    room.handle(#""type":"restartSubscription","anew":true"#, from: ada)
    #expect(room.handle(Self.answer(first), from: ada)?.code == .conflict)

    let second = room.offer(to: ada)
    room.pass(.seconds(2))
    room.report(.lost(ada))
    #expect(room.handle(Self.answer(second), from: ada)?.code == .conflict)
    let third = room.offer(to: ada)
    #expect(room.handle(Self.answer(third), from: ada) == nil)
  }

  @Test mutating func aSubscriptionIsOfferedAgainOrAnew() {
    room.handle(#""type":"restartSubscription""#, from: ada)
    room.handle(#""type":"restartSubscription","anew":true"#, from: ada)
    #expect(room.takeMedia() == [.restart(ada, anew: false), .restart(ada, anew: true)])
    #expect(room.takeReplies() == 2)
  }

  // MARK: Wishes

  @Test mutating func wishesArePassedOnForThoseWhoAreThere() {
    let tracks = [ada, bob, ParticipantID(rawValue: "p_gone")].map(Self.camera).joined(separator: ",")
    #expect(room.handle(#""type":"subscribe","tracks":[\#(tracks)]"#, from: ada) == nil)
    room.handle(#""type":"subscribe","tracks":[\#(Self.camera(ada))]"#, from: ada)
    room.handle(#""type":"unsubscribe","tracks":[\#(tracks)]"#, from: ada)
    room.handle(#""type":"unsubscribe","tracks":[\#(tracks)]"#, from: ada)

    #expect(
      room.takeMedia() == [
        .subscribe(ada, [MediaTrack(bob, .camera): MediaWish()]), .unsubscribe(ada, [MediaTrack(bob, .camera)]),
      ])
    #expect(room.takeReplies() == 4)
  }

  @Test mutating func sixtyFourTracksMayBeWantedAtOnce() {
    let others = (0..<17).map { room.join("Guest \($0)") }
    let sources = MediaSource.allCases
    let all = others.flatMap { id in sources.map { #"{"participant":"\#(id.rawValue)","source":"\#($0.rawValue)"}"# } }
    let (first, next) = (all.prefix(64).joined(separator: ","), all[64])
    #expect(room.handle(#""type":"subscribe","tracks":[\#(first)]"#, from: ada) == nil)

    #expect(room.handle(#""type":"subscribe","tracks":[\#(next)]"#, from: ada)?.code == .conflict)
    #expect(room.handle(#""type":"subscribe","tracks":[\#(all[3])]"#, from: ada) == nil, "it is among them")
    #expect(room.handle(#""type":"subscribe","tracks":[\#(next)]"#, from: bob) == nil)
    let others63 = all.suffix(63).joined(separator: ",")
    #expect(room.handle(#""type":"subscribe","tracks":[\#(others63)]"#, from: ada)?.code == .conflict)
    #expect(room.handle(#""type":"subscribe","tracks":[\#(others63)],"only":true"#, from: ada) == nil)
    #expect(room.handle(#""type":"subscribe","tracks":[\#(first)],"only":true"#, from: ada) == nil)
    room.handle(#""type":"leave""#, from: others[0])
    #expect(room.handle(#""type":"subscribe","tracks":[\#(next)]"#, from: ada) == nil)
  }

  @Test mutating func whoSaysAllThatItWantsWantsNothingElse() {
    let carol = room.join("Carol")
    let (bobs, carols) = (MediaTrack(bob, .camera), MediaTrack(carol, .camera))
    room.handle(#""type":"subscribe","tracks":[\#(Self.camera(bob)),\#(Self.camera(carol))]"#, from: ada)
    _ = room.takeMedia()

    room.handle(#""type":"subscribe","tracks":[\#(Self.camera(carol))],"only":true"#, from: ada)
    #expect(room.takeMedia() == [.unsubscribe(ada, [bobs]), .subscribe(ada, [carols: MediaWish()])])
    room.handle(#""type":"subscribe","tracks":[\#(Self.camera(carol))],"only":true"#, from: ada)
    #expect(room.takeMedia() == [.subscribe(ada, [carols: MediaWish()])])
    room.handle(#""type":"subscribe","tracks":[\#(Self.camera(bob))],"only":false"#, from: ada)
    #expect(room.takeMedia() == [.subscribe(ada, [bobs: MediaWish()])])
    let gone = Self.camera(ParticipantID(rawValue: "p_gone"))
    room.handle(#""type":"subscribe","tracks":[\#(gone)],"only":true"#, from: ada)
    guard case .unsubscribe(ada, let given) = room.takeMedia().first else { return #expect(Bool(false)) }
    #expect(Set(given) == [bobs, carols])
  }

  @Test mutating func whatIsWantedOfWhoLeavesIsGivenUpAndOfWhoIsLostIsNot() {
    let carol = room.join("Carol")
    room.handle(#""type":"subscribe","tracks":[\#(Self.camera(carol)),\#(Self.camera(bob))]"#, from: ada)
    _ = room.takeMedia()
    room.pass(.seconds(3))
    room.report(.lost(carol))
    #expect(room.takeMedia() == [.remove(carol), .add(carol, publishing: .everything)])

    room.handle(#""type":"leave""#, from: carol)

    #expect(room.takeMedia() == [.remove(carol), .unsubscribe(ada, [MediaTrack(carol, .camera)])])
  }

  // MARK: Who may

  @Test func whoMayPublishNothingIsRefused() {
    var room = TestRoom.meeting("Ada")
    let ada = room.id("Ada")
    room.handle(#""type":"updateRoom","mode":"routed""#, from: ada)
    let watcher = room.join("Walter", role: .observer)
    #expect(room.handle(#""type":"publish","offer":"o""#, from: watcher)?.code == .forbidden)
    #expect(room.handle(#""type":"answerSubscription","answer":"a""#, from: watcher) == nil)
    room.handle(
      #""type":"setPermission","participant":"\#(watcher.rawValue)","permission":"publishAudio","allowed":true"#,
      from: ada)
    #expect(room.handle(#""type":"publish","offer":"o""#, from: watcher)?.code == .forbidden, "its role has none")
  }

  @Test(arguments: [
    #""type":"publish","offer":"o""#, #""type":"answerSubscription","answer":"a""#, #""type":"restartSubscription""#,
    #""type":"subscribe","tracks":[{"participant":"p","source":"camera"}]"#, #""type":"getMedia""#,
    #""type":"unsubscribe","tracks":[{"participant":"p","source":"camera"}]"#,
    #""type":"reportLimitation","reason":"cpu""#,
  ])
  mutating func aMeshHasNoMediaToAskFor(members: String) {
    var mesh = TestRoom.meeting("Ada", "Bob")
    #expect(mesh.handle(members, from: mesh.id("Ada"))?.code == .conflict)

    room.report(.lost(ada))
    let refusal = room.handle(members, from: ada)
    #expect(refusal?.code == .mediaUnavailable && refusal?.retryAfter != nil)
    #expect(room.handle(members, from: bob) == nil)
    room.pass(.seconds(2))
    #expect(room.handle(members, from: ada) == nil)
  }

  // MARK: Losses

  @Test mutating func whoIsLostIsTakenInAnewAndToldSo() {
    room.handle(#""type":"publish","offer":"o""#, from: ada)
    room.handle(#""type":"getMedia""#, from: ada)
    room.handle(#""type":"subscribe","tracks":[\#(Self.camera(bob))]"#, from: ada)
    room.pass(.seconds(2))
    _ = (room.takeMedia(), room.takeEffects())

    room.report(.lost(ada))

    #expect(room.takeMedia() == [.remove(ada), .add(ada, publishing: .everything)])
    #expect(room.told[ada]?.last == .mediaLost && room.told[bob]?.last != .mediaLost)
    #expect(room.takeSettled().map(\.1.code) == [.conflict], "the report will not come, the answer will")
    room.handle(#""type":"unsubscribe","tracks":[\#(Self.camera(bob))]"#, from: ada)
    #expect(room.takeMedia() == [], "its wishes are forgotten")
  }

  @Test mutating func whatIsLostAgainAtOnceIsNotAskedForInACircle() {
    room.report(.lost(ada))
    #expect(room.takeMedia() == [.remove(ada)])
    room.report(.lost(ada))
    #expect(room.takeMedia() == [])
    room.pass(.milliseconds(1999))
    #expect(room.takeMedia() == [])
    room.pass(.milliseconds(1))
    #expect(room.takeMedia() == [.add(ada, publishing: .everything)])

    room.report(.failed)
    #expect(room.takeMedia() == [.close, .open(.routed)] + [ada, bob].map { .add($0, publishing: .everything) })
    room.report(.failed)
    #expect(room.takeMedia() == [.close])
    room.report(.failed)
    let carol = room.join("Carol")
    room.handle(#""type":"setDevices","audio":false"#, from: ada)
    room.handle(#""type":"leave""#, from: carol)
    #expect(room.takeMedia() == [])
    room.pass(.seconds(2))
    let kinds: [ParticipantID: MediaKinds] = [ada: [.video, .screen], bob: .everything]
    #expect(room.takeMedia() == [.open(.routed)] + [ada, bob].map { .add($0, publishing: kinds[$0] ?? []) })
    #expect(room.told[bob]?.count { $0 == .mediaLost } == 2)
  }

  @Test func whatFailsOnTheWayToTheMeshIsSetUpAgainForWhoMustGoBack() {
    var room = TestRoom.returningPair
    let (ada, bob) = (room.id("Ada"), room.id("Bob"))

    room.report(.failed)

    #expect(room.takeMedia() == [.close, .open(.routed)] + [ada, bob].map { .add($0, publishing: .everything) })
    #expect(room.path == [.mesh, .routed])
    #expect(room.told[ada]?.last == .mediaLost && room.told[bob]?.last == .mediaLost)
  }

  @Test mutating func whatComesAfterTheMediaWasClosedMeansNothing() {
    room.handle(#""type":"publish","offer":"o""#, from: ada)
    room.handle(#""type":"updateRoom","mode":"mesh""#, from: ada)
    room.say(moved: .mesh, ada, bob)
    #expect(room.takeMedia().last == .close)
    _ = room.takeEffects()

    room.report(.offer(ada, "late", slots: []))
    room.report(.lost(ada))
    room.report(.failed)
    #expect(room.takeEffects().isEmpty)
    room.report(.answer(ada, "x"))

    #expect(room.takeSettled().map(\.1) == [.answer("x")], "every offer has its answer")
  }

  private static func answer(_ number: Int64?) -> String {
    #""type":"answerSubscription","answer":"a","number":\#(number ?? 0)"#
  }

  private static func camera(_ id: ParticipantID) -> String {
    #"{"participant":"\#(id.rawValue)","source":"camera"}"#
  }
}

extension TestRoom {
  /// The media plane offers; the number with which the participant is told.
  fileprivate mutating func offer(to id: ParticipantID) -> Int64? {
    _ = takeEffects()
    report(.offer(id, "v=0", slots: []))
    for case .event(.subscription(let number, _, _), [id]) in takeEffects() { return number }
    return nil
  }
}

extension MediaReply {
  fileprivate var code: SignalingError.Code? {
    if case .refused(let error) = self { error.code } else { nil }
  }
}
