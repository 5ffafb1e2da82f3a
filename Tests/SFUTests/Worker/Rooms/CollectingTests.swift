import RTP
import SFU
import ScriptedPeer
import Testing

/// Pictures of several packets, which leave in a row for each of many.
@Suite(.serialized) struct CollectingTests {
  private static let packetCount = 6
  private static let many = WorkerLoop.leastCollectingCount

  /// Some watch a camera, which has just stopped.
  private func meeting(
    watchers count: Int = Self.many, growth: Int = 1, _ change: (inout SFUConfiguration) -> Void = { _ in }
  ) throws -> (room: RoomUnderTest, ann: RoomUnderTest.Member, watchers: [RoomUnderTest.Member]) {
    let room = try RoomUnderTest(.routed, change)
    let ann = room.join("ann")
    let watchers = (0..<count).map { room.add("watcher\($0)") }
    for watcher in watchers { room.subscribe(watcher, to: MediaServer.Track("ann", .camera)) }
    ann.publishing.startCamera(every: .milliseconds(20), at: SystemClock.now, byteCount: 1000)
    ann.publishing.camera?.shape = (Self.packetCount, growth)
    try #require(try room.run { watchers.allSatisfy { $0.received("ann", .camera).count >= Self.packetCount * 5 } })
    ann.publishing.camera?.stop()
    try room.run(for: .milliseconds(100))
    return (room, ann, watchers)
  }

  /// Sends packets of the next picture by their places in it, each in a turn of its own; what left in each.
  private func send(_ places: [Int], of ann: RoomUnderTest.Member, in room: RoomUnderTest) throws -> [UInt64] {
    let camera = try #require(ann.publishing.camera)
    let first = (camera.count + Self.packetCount - 1) / Self.packetCount * Self.packetCount
    return try places.map { place in
      let before = room.statistics
      ann.publishing.send(camera.packet(first + place), isRepair: false, at: SystemClock.now)
      while room.statistics.mediaPacketsIn == before.mediaPacketsIn { _ = try room.countedTurn() }
      return room.statistics.mediaPacketsOut - before.mediaPacketsOut
    }
  }

  @Test func aPictureLeavesWithItsLastPacketInARowOfEqualLength() throws {
    let (room, ann, watchers) = try meeting { $0.collecting = .seconds(5) }
    let before = watchers[0].byteCounts.count

    let left = try send([0, 1, 2, 3, 4, 5], of: ann, in: room)
    try room.run(for: .milliseconds(50))

    #expect(left == [0, 0, 0, 0, 0, UInt64(Self.packetCount * watchers.count)])
    let lengths = watchers[0].byteCounts[before...]
    #expect(lengths.count == Self.packetCount && Set(lengths).count == 1, "\(lengths)")
    for watcher in watchers {
      let media = watcher.received("ann", .camera).suffix(Self.packetCount * 2)
      #expect(media.compactMap(\.index).haveNoGap, "whole, though padded")
      #expect(media.map { Int($0.sequence) }.haveNoGap)
    }
  }

  @Test func whatTheLastPacketIsMissingOfLeavesAllTheSame() throws {
    let (room, ann, watchers) = try meeting()
    let before = watchers.map { $0.received("ann", .camera).count }

    let left = try send([0, 1, 2], of: ann, in: room)
    let isThere = try room.run(for: .seconds(2)) {
      zip(watchers, before).allSatisfy { $0.received("ann", .camera).count == $1 + 3 }
    }

    #expect(left.last == 0 && isThere)
  }

  @Test func whatWasOvertakenWaitsForNothing() throws {
    let (room, ann, watchers) = try meeting { $0.collecting = .seconds(5) }

    let left = try send([0, 1, 3, 2, 4, 5], of: ann, in: room)
    try room.run(for: .milliseconds(50))

    #expect(left.prefix(4) == [0, 0, 0, UInt64(4 * watchers.count)])
    #expect(watchers[0].received("ann", .camera).compactMap(\.index).sorted().haveNoGap)
  }

  @Test(arguments: [(Self.many - 1, Duration.seconds(5)), (Self.many, .zero)])
  func forFewAndWhereItIsSwitchedOffNothingWaits(count: Int, time: Duration) throws {
    let (room, ann, _) = try meeting(watchers: count) { $0.collecting = time }

    #expect(try send([0, 1, 2], of: ann, in: room) == [UInt64](repeating: UInt64(count), count: 3))
  }

  @Test func whatWaitsOfSomebodyWhoMayNotShowItAnyMoreIsNotSent() throws {
    let (room, ann, _) = try meeting { $0.collecting = .milliseconds(30) }
    ann.publishing.camera?.makeKeyframe()  // anything else would not be begun with

    #expect(try send([0, 1, 2], of: ann, in: room) == [0, 0, 0])
    let sent = room.statistics.mediaPacketsOut
    room.perform(.allow("ann", publishing: [.audio]))
    try room.run(for: .milliseconds(100))

    #expect(room.statistics.mediaPacketsOut == sent)
  }

  @Test func whatWaitsOfSomebodyWhoLeavesIsNotSent() throws {
    let (room, ann, _) = try meeting { $0.collecting = .seconds(5) }

    #expect(try send([0, 1, 2], of: ann, in: room) == [0, 0, 0])
    let sent = room.statistics.mediaPacketsOut
    room.remove(ann)
    try room.run(for: .milliseconds(50))

    #expect(room.statistics.mediaPacketsOut == sent)
  }
}
