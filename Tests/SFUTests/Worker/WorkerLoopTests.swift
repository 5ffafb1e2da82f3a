import CAllocationCounter
import RTP
import SFU
import ScriptedPeer
import Testing

/// Without optimization even a closure that does not escape is on the heap.
private var canCountAllocations: Bool {
  #if DEBUG
    return false
  #else
    return allocation_counter_is_active()
  #endif
}

/// The packet loop turned by hand, in one thread with its client.
@Suite struct WorkerLoopTests {
  private static let burstCount = 24

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aPacketOnItsWayThroughTheWorkerAllocatesNothing() throws {
    var echo = try HandTurnedEcho()
    try echo.connect()
    echo.publishing.startCamera(every: .milliseconds(1), at: SystemClock.now)
    for _ in 0..<200 { try echo.turn() }  // tables and buffers have their size now
    let quiet = echo.publishing.camera?.count ?? 0
    echo.publishing.camera?.stop()
    for _ in 0..<100 { try echo.turn() }

    let packets = try (quiet..<quiet + 60 * Self.burstCount).map { number in
      let packet = try #require(echo.publishing.camera?.packet(number))
      echo.publishing.send(packet, isRepair: false, at: SystemClock.now)
      return try #require(echo.publishing.takeOutgoing().first)
    }
    var (countedTurns, forwarded, allocations) = (0, UInt64(0), 0 as Int)
    for start in stride(from: 0, to: packets.count, by: Self.burstCount) {
      for packet in packets[start..<start + Self.burstCount] { echo.publishingSocket.send(packet) }
      let turn = echo.countedTurn()
      // A turn in which a report was due sends more than it forwards; reports are control and may allocate.
      guard turn.datagramsOut == turn.forwarded else { continue }
      countedTurns += 1
      forwarded += turn.forwarded
      allocations += turn.allocations
    }

    #expect(countedTurns >= 20, "\(countedTurns)")
    #expect(forwarded >= UInt64(countedTurns * Self.burstCount * 9 / 10), "\(forwarded)")
    #expect(allocations == 0)
  }
}
