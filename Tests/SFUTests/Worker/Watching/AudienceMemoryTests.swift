import RTP
import SFU
import ScriptedPeer
import Testing

/// What everybody who watches takes of the memory, which is what bounds an audience that the network does not.
@Suite struct AudienceMemoryTests {
  private static let count = 20

  /// One and a half megabits per second and a microphone, with reports on arrivals; what the tables have set aside is counted too.
  /// Machines that stall make rings grow, so there is some room above the 35 KiB of a quiet one.
  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aViewerTakesLittleMemory() throws {
    let room = try RoomUnderTest()
    room.reportsArrivals = true
    let publisher = room.join("ann")
    let camera = MediaServer.Track("ann", .camera)
    let selection = MediaServer.Selection(audio: .init("ann", .microphone), video: camera)
    publisher.publishing.startCamera(every: .milliseconds(6), at: SystemClock.now)
    publisher.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    try watch(selection, by: "first", in: room)  // what is made once is made now

    let before = room.keptByteCount
    try watch(selection, by: "viewer", in: room)
    let heap = (room.keptByteCount - before) / Self.count
    let places =
      MemoryLayout<PeerEntry>.stride + MemoryLayout<Participant>.stride + 2 * MemoryLayout<Subscription>.stride

    #expect((16 * 1024...46 * 1024).contains(heap + places), "\(heap) bytes of heap and \(places) in tables")
  }

  /// Has some more come, and watch for longer than anything is remembered.
  private func watch(_ selection: MediaServer.Selection, by name: String, in room: RoomUnderTest) throws {
    let viewers = (0..<Self.count).map { room.watch("\(name)\($0)", selection) }
    let areConnected = try room.run { viewers.allSatisfy { $0.watching.received.count > 10 } }
    #expect(areConnected)
    try room.run(for: .seconds(2))
  }
}
