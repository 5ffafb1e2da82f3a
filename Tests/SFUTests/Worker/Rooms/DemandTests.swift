import RTP
import SFU
import ScriptedPeer
import Testing

/// Publishers are told which of their layers somebody watches.
@Suite(.serialized) struct DemandTests {
  private let camera = MediaServer.Track("ann", .camera)

  private func simulcast() throws -> (RoomUnderTest, ann: RoomUnderTest.Member, bob: RoomUnderTest.Member) {
    let room = try RoomUnderTest()
    let ann = room.add("ann")
    ann.publishing.descriptions.layers = ["low", "mid", "high"]
    room.offer(ann)
    for interval in [60, 40, 20] { ann.publishing.startLayer(every: .milliseconds(interval), at: SystemClock.now) }
    let bob = room.add("bob")
    try room.run { ann.publishing.isConnected && bob.watching.isConnected }
    return (room, ann, bob)
  }

  private func layer(_ layer: UInt8) -> LayerWish {
    var wish = LayerWish()
    wish.spatialLayer = layer
    return wish
  }

  @Test func whatIsOfNoUseIsToldAfterFiveSecondsAndWhatIsAtOnce() throws {
    let (room, ann, bob) = try simulcast()
    room.subscribe(bob, to: camera, wishing: layer(0))
    try room.run { bob.received(camera).count >= 5 }
    let start = SystemClock.now

    let falls = try room.run(for: .seconds(9)) { ann.demands.last == 1 }
    let fallTime = SystemClock.now - start
    room.subscribe(bob, to: camera, wishing: layer(2))
    let rises = try room.run(for: .milliseconds(50)) { ann.demands.last == 3 }
    room.perform(.unsubscribe("bob", [camera]))
    let ends = try room.run(for: .seconds(9)) { ann.demands.last == 0 }

    #expect(falls && rises && ends, "\(ann.demands)")
    #expect(fallTime > .seconds(4) && fallTime < .seconds(7))
    #expect(ann.demands == [3, 1, 3, 0], "and nothing in between")
  }

  @Test func nobodyIsToldOfTheOwnEcho() throws {
    let room = try RoomUnderTest(.echo)
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(20), at: SystemClock.now)

    try room.run(for: .seconds(7))

    #expect(ann.demands.isEmpty)
  }
}

extension RoomUnderTest.Member {
  /// Of how many layers of its camera it was told that they are of use.
  var demands: [Int] {
    news.compactMap { if case .demand(_, .camera, let count) = $0 { count } else { nil } }
  }
}
