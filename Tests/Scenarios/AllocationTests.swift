import CAllocationCounter
import RTP
import ScriptedPeer
import Testing
import WebRTC

/// Without optimization even a closure that does not escape is on the heap.
private var canCountAllocations: Bool {
  #if DEBUG
    return false
  #else
    return allocation_counter_is_active()
  #endif
}

/// What a packet costs a peer connection at steady state.
@Suite struct AllocationTests {
  /// No report is made meanwhile, so more and more arrivals wait for it.
  private static let untilRingsAreFull = 2048

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func aPacketThatComesAllocatesNothing() throws {
    let scenario = Scenario()
    let (browser, peer) = try scenario.addPublisher()
    browser.startCamera(every: .milliseconds(2), at: scenario.now)
    scenario.run(for: .seconds(2))
    browser.camera?.stop()
    scenario.run(for: .seconds(1))
    let next = try #require(browser.camera?.count)
    var packets = try (next..<next + Self.untilRingsAreFull + 1000).map { number in
      let packet = try #require(browser.camera?.packet(number))
      browser.send(packet, isRepair: false, at: scenario.now)
      return try #require(browser.takeOutgoing().first)
    }
    let (path, now) = (browser.path, scenario.now)
    var outbox = PeerOutbox()
    var (openedCount, latest) = (0, Instant.zero)

    var before = allocation_count()
    for index in packets.indices {
      if index == Self.untilRingsAreFull { (before, openedCount) = (allocation_count(), 0) }
      packets[index].withUnsafeMutableBytes { buffer in
        var raw = MutableRawSpan(_unsafeBytes: buffer)
        let opened = peer.connection.open(&raw, on: path, arrival: now, at: now, into: &outbox)
        if case .packet = opened { openedCount += 1 }
        latest = max(latest, peer.connection.nextDeadline)
      }
    }
    let after = allocation_count()

    #expect(openedCount == 1000 && latest < .distantFuture)
    #expect(after == before)
  }
}
