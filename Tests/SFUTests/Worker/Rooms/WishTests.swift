import RTP
import SFU
import ScriptedPeer
import Testing

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
    bob.answers = false
    try room.run { bob.offers.count == 1 }

    for number in 0..<20 {
      room.join("p\(number)")
      room.subscribe(bob, to: .init("p\(number)", .camera))
    }
    try room.run(for: .milliseconds(300))
    let whileOneIsInFlight = bob.offers.count
    bob.answers = true
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
}
