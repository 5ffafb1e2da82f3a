import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// Whoever only watches is sent what it has selected, by the one connection that it offers.
@Suite(.serialized) struct WatchingTests {
  private let camera = MediaServer.Track("ann", .camera)
  private let microphone = MediaServer.Track("ann", .microphone)
  private let otherCamera = MediaServer.Track("ben", .camera)
  private var ann: MediaServer.Selection { .init(audio: microphone, video: camera) }
  private var ben: MediaServer.Selection { .init(audio: .init("ben", .microphone), video: otherCamera) }

  /// Somebody publishes sound and a picture, whose packets are numbered from `offset` on.
  @discardableResult
  private func publisher(
    _ name: String, in room: RoomUnderTest, numberedFrom offset: Int = 0
  ) throws -> RoomUnderTest.Member {
    let member = room.join(name)
    member.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now, numberedFrom: offset)
    member.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now, numberedFrom: offset)
    try room.run { member.publishing.camera?.count ?? 0 > 20 && member.watching.isConnected }
    return member
  }

  @Test func whatIsSelectedComesFromAKeyframeOn() throws {
    let room = try RoomUnderTest()
    try publisher("ann", in: room)

    let viewer = room.watch("viewer", ann)
    let comes = try room.run { viewer.received(camera).count >= 50 && viewer.received(microphone).count >= 20 }

    #expect(comes)
    #expect(viewer.received(camera).first?.startsKeyframe == true)
    #expect(viewer.received(camera).compactMap(\.index).haveNoGap)
    #expect(viewer.received(camera).map { Int($0.sequence) }.haveNoGap)
    #expect(viewer.received(microphone).compactMap(\.index).haveNoGap)
  }

  @Test func theSlotsAreToldBeforeTheAnswerAndTheConnectionOnce() throws {
    let room = try RoomUnderTest()
    let publisher = try publisher("ann", in: room)

    let viewer = room.watch("viewer", ann)
    try room.run { viewer.received(camera).count >= 10 }

    let slots: [MediaServer.Slot] = [
      .init(mid: "0", kind: .audio, track: microphone), .init(mid: "1", kind: .video, track: camera),
    ]
    let answer = try #require(viewer.answers.first)
    #expect(
      viewer.news == [.slots("viewer", slots), .answer("viewer", description: answer), .connected("viewer")])
    #expect(viewer.offers.isEmpty, "it is not offered a subscription")
    #expect(publisher.connectionCount == 1 && !answer.contains("ann"), "a player is not told who it is")
  }

  @Test func whatIsNotPublishedYetComesWhenItIs() throws {
    let room = try RoomUnderTest()
    let viewer = room.watch("viewer", ann)
    try room.run { viewer.connectionCount == 1 }
    let before = viewer.watching.received.count

    try publisher("ann", in: room)
    let comes = try room.run { viewer.received(camera).count >= 10 && viewer.received(microphone).count >= 10 }

    #expect(before == 0 && comes)
    #expect(viewer.answers.count == 1 && viewer.news.count == 3, "nothing is negotiated again")
  }

  @Test func anotherSelectionComesOverTheSameConnectionWithoutABreak() throws {
    let room = try RoomUnderTest()
    try publisher("ann", in: room)
    let second = try publisher("ben", in: room, numberedFrom: 1_000_000)
    let viewer = room.watch("viewer", ann)
    try room.run { viewer.received(camera).count >= 30 && viewer.received(microphone).count >= 10 }
    let (handshakeCount, requestCount) = (room.statistics.completedHandshakes, second.publishing.keyframeRequestCount)

    room.perform(.select("viewer", ben))
    let comes = try room.run { viewer.received(otherCamera).contains { $0.index ?? 0 > 1_000_050 } }

    #expect(comes)
    let video = viewer.received(otherCamera)
    let first = try #require(video.first { $0.index ?? 0 >= 1_000_000 })
    #expect(first.startsKeyframe && video.map { Int($0.sequence) }.haveNoGap)
    #expect(video.last { $0.index ?? 0 < 1_000_000 }?.sequence == first.sequence - 1)
    let audio = viewer.received("ben", .microphone)
    #expect(audio.map { Int($0.sequence) }.haveNoGap && audio.last?.index ?? 0 >= 1_000_000)
    #expect(viewer.slotNews.count == 2 && viewer.answers.count == 1)
    #expect(viewer.slots.map(\.track) == [ben.audio, ben.video])
    #expect(second.publishing.keyframeRequestCount == requestCount + 1, "it is asked for its keyframe at once")
    #expect(room.statistics.completedHandshakes == handshakeCount)
  }

  @Test func nothingSelectedIsNothingSentAndWhatComesBackGoesOn() throws {
    let room = try RoomUnderTest()
    try publisher("ann", in: room)
    let viewer = room.watch("viewer", ann)
    try room.run { viewer.received(camera).count >= 20 }

    room.perform(.select("viewer", .init(audio: microphone)))
    try room.run(for: .milliseconds(50))
    let place = viewer.watching.received.filter { viewer.watching.mediaIndex(ofIncoming: $0.stream) == 1 }.count
    try room.run(for: .milliseconds(300))
    let meanwhile = viewer.watching.received.filter { viewer.watching.mediaIndex(ofIncoming: $0.stream) == 1 }.count
    room.perform(.select("viewer", ann))
    let comesBack = try room.run { viewer.received(camera).count >= place + 20 }

    #expect(meanwhile == place && comesBack)
    #expect(viewer.received(camera).map { Int($0.sequence) }.haveNoGap)
    #expect(viewer.received(microphone).compactMap(\.index).haveNoGap, "the sound never stopped")
  }

  @Test func aPublisherThatWasRemovedAndComesBackIsSeenAgainWithoutBeingSelected() throws {
    let room = try RoomUnderTest()
    let old = try publisher("ann", in: room)
    let viewer = room.watch("viewer", ann)
    try room.run { viewer.received(camera).count >= 20 }

    room.remove(old)
    try room.run(for: .milliseconds(100))
    try publisher("ann", in: room, numberedFrom: 1_000_000)
    let comes = try room.run { viewer.received(camera).contains { $0.index ?? 0 > 1_000_020 } }

    #expect(comes)
    #expect(viewer.received(camera).map { Int($0.sequence) }.haveNoGap)
    #expect(viewer.slotNews.count == 1 && viewer.connectionCount == 1)
  }

  @Test func aConnectionThatIsOfferedAnewReplacesTheOldOne() throws {
    let room = try RoomUnderTest()
    try publisher("ann", in: room)
    let viewer = room.watch("viewer", ann)
    try room.run { viewer.received(camera).count >= 10 }
    let (old, peers) = (viewer.watching, room.statistics.peers)

    room.reload(viewer)
    viewer.watching.descriptions.audio = .recvonly
    viewer.watching.descriptions.video = .recvonly
    room.watch(viewer, ann)
    let comes = try room.run { viewer.received(camera).count >= 10 && viewer.connectionCount == 2 }

    #expect(comes && viewer.watching !== old)
    #expect(room.statistics.peers == peers && room.statistics.subscriptions == 2)
    #expect(viewer.answers.count == 2 && !viewer.news.contains(.lost("viewer")))
  }

  @Test func anOfferThatIsRefusedLeavesTheOldConnection() throws {
    let room = try RoomUnderTest()
    try publisher("ann", in: room)
    let viewer = room.watch("viewer", ann)
    try room.run { viewer.received(camera).count >= 10 }
    let peers = room.statistics.peers

    room.perform(.watch("viewer", description: "v=0", of: ann))
    let count = viewer.received(camera).count
    let goesOn = try room.run { viewer.received(camera).count >= count + 20 }

    #expect(goesOn && viewer.refusals.count == 1 && room.statistics.peers == peers)
  }

  @Test func ofTwelveWhoSpeakOnlyTheSelectedOneIsHeard() throws {
    let room = try RoomUnderTest()
    let viewer = room.watch("viewer", .init(audio: .init("p0", .microphone)))
    for number in 0..<12 {
      let member = room.join("p\(number)")
      member.publishing.microphoneLevel = 20
      member.publishing.startMicrophone(
        every: .milliseconds(20), at: SystemClock.now, numberedFrom: number * 1_000_000)
    }

    let isServed = try room.run {
      viewer.received("p0", .microphone).count >= 60 && room.statistics.subscriptions >= 12 * 10
    }

    #expect(isServed)
    #expect(viewer.watching.received.allSatisfy { $0.index ?? .max < 1_000_000 })
    #expect(viewer.slotNews.count == 1)
  }

  @Test func whatIsSaidToSubscribersOnlyIsNoBusinessOfOneWhoWatches() throws {
    let room = try RoomUnderTest()
    try publisher("ann", in: room)
    let viewer = room.watch("viewer", ann)
    try room.run { viewer.received(camera).count >= 10 }

    room.perform(.answer("viewer", description: viewer.watching.offer()))
    room.perform(.restart("viewer", anew: true))
    room.perform(.unsubscribe("viewer", [camera, microphone]))
    room.subscribe(viewer, to: otherCamera)
    let count = viewer.received(camera).count
    let goesOn = try room.run { viewer.received(camera).count >= count + 20 }

    #expect(goesOn && viewer.offers.isEmpty)
    #expect(viewer.refusals.map(\.description) == [.answer])
  }

  @Test func whoeverDoesNotWatchCannotSelect() throws {
    let room = try RoomUnderTest()
    try publisher("ann", in: room)
    let bob = room.add("bob")

    room.perform(.select("bob", ann))
    room.perform(.select("nobody", ann))
    let hears = try room.run { bob.received(microphone).count >= 5 }

    #expect(hears && bob.refusals.isEmpty, "it has its subscription")
    #expect(bob.slot(of: camera) == nil)
  }
}
