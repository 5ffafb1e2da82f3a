import RTP
import SFU
import ScriptedPeer
import Testing

/// Many watch one who publishes.
@Suite(.serialized) struct AudienceTests {
  #if DEBUG
    private static let viewerCount = 30  // an unoptimized build cannot keep up with more
  #else
    private static let viewerCount = 200
  #endif
  private static let selection = MediaServer.Selection(
    audio: .init("ann", .microphone), video: .init("ann", .camera))

  private func publisher(in room: RoomUnderTest) throws -> RoomUnderTest.Member {
    let ann = room.join("ann")
    ann.publishing.startCamera(every: .milliseconds(40), at: SystemClock.now, byteCount: 940)
    ann.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    try #require(try room.run { ann.watching.isConnected && ann.publishing.camera?.count ?? 0 > 10 })
    return ann
  }

  /// One comes every twentieth of a second: two hundred in ten seconds.
  @Test func thoseWhoAreThereLoseNothingWhileOthersCome() throws {
    let room = try RoomUnderTest()
    _ = try publisher(in: room)
    var viewers: [RoomUnderTest.Member] = []
    var longestAnswer = Duration.zero

    for number in 0..<Self.viewerCount {
      let next = SystemClock.now + .milliseconds(50)
      let before = SystemClock.now
      viewers.append(room.watch("viewer \(number)", Self.selection))
      longestAnswer = max(longestAnswer, SystemClock.now - before)
      try room.run { SystemClock.now >= next }
    }
    let allSee = try room.run { viewers.allSatisfy { $0.received("ann", .camera).count >= 25 } }

    #expect(allSee && longestAnswer < .milliseconds(100), "\(longestAnswer)")
    for viewer in viewers {
      for source in [MediaServer.Source.camera, .microphone] {
        #expect(viewer.received("ann", source).compactMap(\.index).haveNoGap, "\(viewer.name) \(source)")
        #expect(viewer.received("ann", source).map { Int($0.sequence) }.haveNoGap, "\(viewer.name) \(source)")
      }
      #expect(viewer.received("ann", .camera).first?.startsKeyframe == true)
    }
    let lost: [MediaServer.DropReason] = [.noRoom, .unsendable, .notConnected, .tooOld, .unknownCodec]
    for reason in lost { #expect(room.statistics.dropped[reason, default: 0] == 0, "\(reason)") }
  }

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func nothingIsAllocatedForAPacketThatIsWatched() throws {
    let room = try RoomUnderTest()
    let ann = try publisher(in: room)
    let viewers = (0..<12).map { room.watch("viewer \($0)", Self.selection) }
    try room.run { viewers.allSatisfy { $0.received("ann", .camera).count >= 10 } }
    try room.run(for: .seconds(1))

    let counted = try room.countMedia(for: .seconds(3))

    #expect(counted.forwarded >= 1000, "\(counted.forwarded)")
    #expect(counted.allocations == 0 && counted.locks == 0)
    #expect(ann.connectionCount == 1)
  }
}
