import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// What is wanted comes, as far as it is there and no further.
@Suite(.serialized) struct WishTests {
  private let camera = MediaServer.Track("ann", .camera)

  @Test func whatIsWantedBeforeItIsPublishedComesWhenItIs() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.add("ann"), room.add("bob"))
    room.subscribe(bob, to: camera)
    try room.run { bob.watching.isConnected }
    let slotsBefore = bob.slots.filter { $0.kind == .video }

    room.offer(ann)
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    let comes = try room.run { bob.received(camera).count >= 10 }

    #expect(slotsBefore.isEmpty, "no place for what is not there")
    #expect(comes)
  }

  @Test func aWishHastensTheOffer() throws {
    let room = try RoomUnderTest()
    room.join("ann")
    let bob = room.add("bob")

    room.subscribe(bob, to: camera)
    try room.run(for: .milliseconds(40)) { !bob.offers.isEmpty }

    #expect(bob.offers.count == 1 && bob.slot(of: camera) != nil, "before the tenth of a second is over")
  }

  @Test func manyChangesAreFewOffersAndOneAtATime() throws {
    let room = try RoomUnderTest()
    let bob = room.add("bob")
    bob.answersOffers = false
    try room.run { bob.offers.count == 1 }

    for number in 0..<20 {
      room.join("p\(number)")
      room.subscribe(bob, to: .init("p\(number)", .camera))
    }
    try room.run(for: .milliseconds(300))
    let whileOneIsInFlight = bob.offers.count
    bob.answersOffers = true
    let answer = try bob.watching.answer(try #require(bob.offers.last), at: SystemClock.now)
    room.perform(.answer("bob", description: answer))
    try room.run { bob.slots.count { $0.kind == .video } == 20 }

    #expect(whileOneIsInFlight == 1)
    #expect(bob.offers.count <= 3, "\(bob.offers.count)")
  }

  @Test func noMoreThanSixtyFourTracksAreWanted() throws {
    let room = try RoomUnderTest { $0.limits.tracksPerParticipant = 8 }
    for number in 0..<66 { room.join("p\(number)") }
    let bob = room.add("bob")

    let wishes = (0..<66).map { (MediaServer.Track("p\($0)", .camera), LayerWish()) }
    room.perform(.subscribe("bob", Dictionary(uniqueKeysWithValues: wishes)))
    try room.run { bob.watching.isConnected && !bob.slots.isEmpty }

    #expect(bob.slots.count { $0.kind == .video } == Participant.wishLimit)
    #expect(bob.slots.count { $0.kind == .audio } == Participant.audioSlotLimit)
    let byteCount = try #require(bob.offers.last).utf8.count
    #expect(byteCount < 128 * 1024, "\(byteCount) bytes")
  }

  @Test func aTrackOfAnotherRoomGivesNothing() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    room.perform(.open(.routed), in: "another")
    room.perform(.add("eve", publishing: []), in: "another")
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    room.subscribe(bob, to: camera)
    try room.run { bob.received(camera).count >= 5 }

    room.perform(.subscribe("eve", [camera: LayerWish()]), in: "another")
    try room.run(for: .milliseconds(200))

    #expect(room.statistics.subscriptions == 2, "Bob's, of Ann's sound and picture")
  }

  @Test func nobodyIsSentTheOwnTracks() throws {
    let room = try RoomUnderTest()
    let ann = room.join("ann")

    room.subscribe(ann, to: camera)
    try room.run { ann.watching.isConnected }
    try room.run(for: .milliseconds(200))

    #expect(ann.slots == [.init(mid: "0", kind: .audio)])
  }

  @Test func aSubscriptionThatWasThrownAwayIsMadeAnewWithAllThatIsWanted() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    room.subscribe(bob, to: camera)
    try room.run { bob.received(camera).count >= 5 }

    room.reload(bob)
    room.perform(.restart("bob", anew: true))
    let comes = try room.run { bob.received(camera).count >= 10 }

    #expect(comes)
    #expect(room.statistics.peers == 3, "Bob has one connection, and Ann has two")
  }

  @Test func aRestartKeepsTheConnection() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    room.subscribe(bob, to: camera)
    try room.run { bob.received(camera).count >= 5 && ann.watching.isConnected }
    let handshakeCount = room.statistics.completedHandshakes
    let old = bob.watching.agent.remote

    bob.watching.renewCredentials()
    room.perform(.restart("bob", anew: false))
    try room.run { bob.watching.agent.remote != old }
    let count = bob.received(camera).count
    let goesOn = try room.run { bob.received(camera).count >= count + 20 }

    #expect(goesOn && room.statistics.completedHandshakes == handshakeCount)
  }

  @Test func whatIsWantedNoLongerStops() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    room.subscribe(bob, to: camera)
    try room.run { bob.received(camera).count >= 5 }

    room.perform(.unsubscribe("bob", [camera]))
    try room.run(for: .milliseconds(50))
    let (count, requestCount) = (bob.watching.received.count, ann.publishing.keyframeRequestCount)
    try room.run(for: .milliseconds(1300))

    #expect(bob.watching.received.count == count)
    #expect(ann.publishing.keyframeRequestCount == requestCount, "nobody waits for a keyframe")
  }

  /// A keyframe twice a second would spoil the picture of all the others.
  @Test func whoAsksForKeyframesAgainAndAgainGetsThreeAndThenOneNowAndThen() throws {
    let room = try RoomUnderTest()
    let (ann, bob) = (room.join("ann"), room.add("bob"))
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    room.subscribe(bob, to: camera)
    try #require(try room.run { bob.received(camera).count >= 5 })
    let requestCount = ann.publishing.keyframeRequestCount

    for _ in 0..<6 {
      bob.watching.requestKeyframe()
      try room.run(for: .milliseconds(550))
    }

    #expect((3...4).contains(ann.publishing.keyframeRequestCount - requestCount))
  }

  /// Ann publishes three layers, whose packets are numbered from a hundred thousand times their place on, and Bob wants them.
  private func simulcast(
    wishing wish: LayerWish = LayerWish()
  ) throws -> (RoomUnderTest, ann: RoomUnderTest.Member, bob: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    let ann = room.add("ann")
    ann.publishing.descriptions.layers = ["low", "mid", "high"]
    room.offer(ann)
    for interval in [30, 15, 6] { ann.publishing.startLayer(every: .milliseconds(interval), at: SystemClock.now) }
    try room.run { ann.publishing.isConnected }
    try room.run(for: .milliseconds(1200))  // so that the layers are known
    let bob = room.add("bob")
    room.subscribe(bob, to: camera, wishing: wish)
    return (room, ann, bob)
  }

  private func layer(_ layer: UInt8?, isPaused: Bool = false) -> LayerWish {
    var wish = LayerWish()
    (wish.spatialLayer, wish.isPaused) = (layer, isPaused)
    return wish
  }

  @Test func theWishedLayerComesAndNoOtherIsAskedFor() throws {
    let (room, ann, bob) = try simulcast(wishing: layer(0))

    let comes = try room.run { bob.received(camera).count >= 20 }

    #expect(comes)
    #expect(bob.received(camera).layers == [0], "none above it, not even at the beginning")
    #expect(ann.publishing.wishes.allSatisfy { $0.event.wantedLayer ?? 0 == 0 })
  }

  @Test func aWishForAnotherLayerIsHonouredWithoutABreak() throws {
    let (room, _, bob) = try simulcast(wishing: layer(1))
    try room.run { bob.received(camera).count >= 20 }

    room.subscribe(bob, to: camera, wishing: layer(2))
    let risen = try room.run { bob.received(camera).last?.layer == 2 }
    room.subscribe(bob, to: camera, wishing: layer(0))
    let fallen = try room.run { bob.received(camera).last?.layer == 0 }
    try room.run(for: .milliseconds(100))

    #expect(risen && fallen)
    #expect(bob.received(camera).layers == [1, 2, 0])
    #expect(bob.received(camera).map { Int($0.sequence) }.haveNoGap, "one numbering")
    #expect(bob.offers.count <= 2, "layers are nobody's business but the router's")
  }

  @Test func whatIsPausedStopsAtOnceAndComesBack() throws {
    let (room, ann, bob) = try simulcast()
    try room.run { bob.received(camera).count >= 20 }

    room.subscribe(bob, to: camera, wishing: layer(nil, isPaused: true))
    try room.run(for: .milliseconds(50))
    let (count, requestCount) = (bob.received(camera).count, ann.publishing.keyframeRequestCount)
    try room.run(for: .milliseconds(1300))
    let (countMeanwhile, requestsMeanwhile) = (bob.received(camera).count, ann.publishing.keyframeRequestCount)
    room.subscribe(bob, to: camera, wishing: layer(nil))
    let comesBack = try room.run { bob.received(camera).count >= count + 20 }

    #expect(countMeanwhile == count && requestsMeanwhile == requestCount, "nobody waits for a keyframe meanwhile")
    #expect(comesBack)
    #expect(bob.received(camera).map { Int($0.sequence) }.haveNoGap)
  }

  @Test func whoBeginsPausedIsSentAndAsksForNothing() throws {
    let (room, ann, bob) = try simulcast(wishing: layer(nil, isPaused: true))

    try room.run { bob.slot(of: camera) != nil && bob.watching.isConnected }
    try room.run(for: .milliseconds(1300))

    #expect(bob.watching.received.isEmpty && ann.publishing.keyframeRequestCount == 0)
  }

  @Test func threeSeeEachOtherInTheLayersTheyWish() throws {
    let room = try RoomUnderTest()
    let members = ["ann", "bob", "carol"].map { room.add($0) }
    for member in members {
      member.publishing.descriptions.layers = ["low", "mid", "high"]
      room.offer(member)
      for interval in [30, 15, 6] { member.publishing.startLayer(every: .milliseconds(interval), at: SystemClock.now) }
      member.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    }
    try room.run { members.allSatisfy(\.publishing.isConnected) }
    try room.run(for: .milliseconds(1200))

    for (place, member) in members.enumerated() {
      for other in members where other !== member {
        room.subscribe(member, to: .init(other.name, .camera), wishing: layer(UInt8(place)))
      }
    }
    let allSee = try room.run {
      members.allSatisfy { member in
        members.allSatisfy { other in
          other === member
            || (member.received(other.name, .camera).count >= 20
              && member.received(other.name, .microphone).count >= 10)
        }
      }
    }

    #expect(allSee)
    for (place, member) in members.enumerated() {
      for other in members where other !== member {
        let received = member.received(other.name, .camera)
        #expect(received.layers == [place], "\(member.name) of \(other.name)")
        #expect(received.map { Int($0.sequence) }.haveNoGap)
      }
    }
  }
}

extension FeedbackEvent {
  /// The layer of which a keyframe is wanted.
  fileprivate var wantedLayer: Int? {
    if case .keyframeWanted(let stream) = self { stream - Browser.cameraStream } else { nil }
  }
}
