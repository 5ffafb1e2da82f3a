import CAllocationCounter
import RTP
import SFU

/// Without optimization even a closure that does not escape is on the heap.
var canCountAllocations: Bool {
  #if DEBUG
    return false
  #else
    return allocation_counter_is_active()
  #endif
}

/// A turn of the packet loop, and what it did.
struct LoopTurn {
  let allocations: Int
  let locks: Int
  let systemCalls: Int
  /// Media packets that left.
  let forwarded: UInt64
  /// Datagrams that left or came and were no media: reports, checks.
  let controlCount: UInt64

  /// Turns the loop.
  init(of loop: inout WorkerLoop) {
    let before = loop.statistics
    let (allocations, locks, systemCalls) = (allocation_count(), lock_count(), system_call_count())
    loop.turn(until: SystemClock.now + .milliseconds(1))
    self.allocations = allocation_count() - allocations
    self.locks = lock_count() - locks
    self.systemCalls = system_call_count() - systemCalls
    let after = loop.statistics
    forwarded = after.mediaPacketsOut - before.mediaPacketsOut
    let datagrams = after.datagramsOut - before.datagramsOut + after.datagramsIn - before.datagramsIn
    controlCount = datagrams - forwarded - (after.mediaPacketsIn - before.mediaPacketsIn)
  }

  /// Whether nothing but media came and left; reports are control and may allocate.
  var isMediaOnly: Bool { controlCount == 0 }
}
