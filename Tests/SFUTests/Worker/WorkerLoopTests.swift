import CAllocationCounter
import Glibc
import RTP
import SFU
import ScriptedPeer
import Testing

/// The packet loop turned by hand, in one thread with its client.
@Suite struct WorkerLoopTests {
  /// Larger ones are spread.
  private static let burstCount = 8
  /// They come faster than any camera's, so as many are remembered as ever are.
  static let burstsUntilRingsAreFull = 180

  @Test func locksAndSystemCallsAreCounted() {
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    defer { mutex.deallocate() }
    pthread_mutex_init(mutex, nil)
    let (locks, calls) = (lock_count(), system_call_count())

    pthread_mutex_lock(mutex)
    pthread_mutex_unlock(mutex)
    _ = write(-1, nil, 0)

    #expect(lock_count() == locks + 1)
    #expect(system_call_count() == calls + 1)
  }

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aPacketOnItsWayThroughTheWorkerAllocatesNothing() throws {
    var echo = try HandTurnedEcho()
    try echo.connect()
    echo.publishing.startCamera(every: .milliseconds(1), at: SystemClock.now)
    for _ in 0..<200 { try echo.turn() }  // tables and buffers have their size now
    let quiet = echo.publishing.camera?.count ?? 0
    echo.publishing.camera?.stop()
    for _ in 0..<100 { try echo.turn() }

    let packetCount = (Self.burstsUntilRingsAreFull + 180) * Self.burstCount
    let packets = try (quiet..<quiet + packetCount).map { number in
      let packet = try #require(echo.publishing.camera?.packet(number))
      echo.publishing.send(packet, isRepair: false, at: SystemClock.now)
      return try #require(echo.publishing.takeOutgoing().first)
    }
    var (countedTurns, forwarded, allocations, locks) = (0, UInt64(0), 0 as Int, 0 as Int)
    for start in stride(from: 0, to: packets.count, by: Self.burstCount) {
      for packet in packets[start..<start + Self.burstCount] { echo.publishingSocket.send(packet) }
      let turn = echo.countedTurn()
      guard turn.isMediaOnly, start >= Self.burstsUntilRingsAreFull * Self.burstCount else { continue }
      countedTurns += 1
      forwarded += turn.forwarded
      allocations += turn.allocations
      locks += turn.locks
    }

    #expect(countedTurns >= 20, "\(countedTurns)")
    #expect(forwarded >= UInt64(countedTurns * Self.burstCount * 9 / 10), "\(forwarded)")
    #expect(allocations == 0)
    #expect(locks == 0)
  }

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aRoomInWhichPeopleSpeakAllocatesNothingForAPacket() throws {
    let room = try RoomUnderTest()
    let members = (0..<12).map { room.join("p\($0)") }
    let camera = MediaServer.Track("p0", .camera)
    for member in members {
      room.subscribe(member, to: camera)
      member.publishing.microphoneLevel = 80
    }
    try room.run { members.allSatisfy { $0.publishing.isConnected && $0.watching.isConnected } }
    for member in members { member.publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now) }
    members[0].publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    members[0].publishing.microphoneLevel = 20
    try room.run(for: .seconds(1))

    let passedSlots = room.statistics.passedSlots
    let counted = try room.countMedia(for: .seconds(2))

    #expect(passedSlots == room.statistics.passedSlots, "who speaks is heard by all meanwhile")
    #expect(counted.forwarded >= 2000, "\(counted.forwarded)")
    #expect(counted.allocations == 0 && counted.locks == 0)
    // Each packet comes alone and goes to eleven: a turn waits, receives and sends once.
    #expect(counted.systemCalls < Int(counted.forwarded) / 2, "\(counted.systemCalls) for \(counted.forwarded)")
  }
}
