import RTP
import SFU
import ScriptedPeer
import Testing
import WebRTC

/// Encoders and players have no signalling that says how they are: media tells when they come and go.
@Suite(.serialized) struct WatchingLifeTests {
  private let camera = MediaServer.Track("ann", .camera)

  private func impatientRoom() throws -> RoomUnderTest {
    let room = try RoomUnderTest {
      $0.consentTimeout = .milliseconds(400)
      $0.patience = .milliseconds(200)
    }
    room.consentInterval = .milliseconds(100)
    return room
  }

  /// Ann publishes and answers no subscription, as encoders do.
  private func encoder(in room: RoomUnderTest) throws -> RoomUnderTest.Member {
    let ann = room.add("ann")
    ann.answersOffers = false
    room.offer(ann)
    ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    try #require(try room.run { ann.connectionCount == 1 })
    return ann
  }

  @Test func anEncoderThatAnswersNoSubscriptionIsNotLost() throws {
    let room = try impatientRoom()
    let ann = try encoder(in: room)
    let viewer = room.watch("viewer", .init(video: camera))

    let isGivenUp = try room.run { room.statistics.peers == 2 }
    let count = viewer.received(camera).count
    let goesOn = try room.run { viewer.received(camera).count >= count + 20 }

    #expect(isGivenUp && goesOn && !ann.news.contains(.lost("ann")), "the subscription alone is gone")
  }

  @Test(arguments: [true, false])
  func whoFallsSilentIsLost(watches: Bool) throws {
    let room = try impatientRoom()
    let ann = try encoder(in: room)
    let viewer = room.watch("viewer", .init(video: camera))
    try room.run { viewer.received(camera).count >= 10 }
    let (gone, other) = watches ? (viewer, ann) : (ann, viewer)

    for browser in gone.browsers { browser.sleep() }
    let isLost = try room.run { gone.news.contains(.lost(gone.name)) }

    #expect(isLost && !other.news.contains(.lost(other.name)))
    #expect(room.statistics.participants == 1)
  }

  @Test(arguments: [true, false])
  func whoTakesLeaveIsLostAtOnce(watches: Bool) throws {
    let room = try RoomUnderTest()
    let ann = try encoder(in: room)
    let viewer = room.watch("viewer", .init(video: camera))
    try room.run { viewer.received(camera).count >= 10 }
    let (gone, other) = watches ? (viewer, ann) : (ann, viewer)

    (watches ? gone.watching : gone.publishing).leave(at: SystemClock.now)
    let isLost = try room.run(for: .seconds(5)) { gone.news.contains(.lost(gone.name)) }

    #expect(isLost && !other.news.contains(.lost(other.name)))
    #expect(room.statistics.participants == 1)
  }

  @Test func whoIsRemovedLeavesNothing() throws {
    let room = try RoomUnderTest()
    _ = try encoder(in: room)
    let viewer = room.watch("viewer", .init(video: camera))
    try room.run { viewer.received(camera).count >= 10 }
    let browser = viewer.watching

    room.perform(.remove("viewer"))
    let isTold = try room.run { browser.isLeft }

    #expect(isTold && !viewer.news.contains(.lost("viewer")))
    #expect(room.statistics.subscriptions == 0 && room.statistics.participants == 1)
  }
}
