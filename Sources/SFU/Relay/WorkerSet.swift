/// Some of the workers of a process, of which there are at most `WorkerPool.limit`, one bit of each. Trivial.
struct WorkerSet: Equatable, Sendable {
  private var bits: UInt64 = 0

  var isEmpty: Bool { bits == 0 }

  mutating func insert(_ worker: Int) { bits |= 1 << UInt64(worker) }

  mutating func remove(_ worker: Int) { bits &= ~(1 << UInt64(worker)) }

  /// One of them, which is in it no longer.
  mutating func popFirst() -> Int? {
    guard bits != 0 else { return nil }
    defer { bits &= bits - 1 }
    return bits.trailingZeroBitCount
  }
}
