package import RTP

/// Video that waits until its subscriber's network has taken what was sent before: descriptors, never copies of packets.
///
/// Fixed memory: one pool for all subscribers, chained by index. A descriptor holds no slot: whoever takes it looks whether the
/// packet is still kept where it says.
package struct WaitingList: ~Copyable {
  /// One subscriber's, in the order in which it is sent. Trivial.
  package struct Chain {
    fileprivate var first = WaitingList.end
    fileprivate var last = WaitingList.end
    package private(set) var count = 0
    package private(set) var byteCount = 0
    /// When the first began to wait.
    package fileprivate(set) var oldest = Instant.zero

    package init() {}

    package var isEmpty: Bool { count == 0 }

    fileprivate mutating func note(_ descriptor: SendList.Descriptor, isAdded: Bool) {
      count += isAdded ? 1 : -1
      byteCount += isAdded ? descriptor.byteCount : -descriptor.byteCount
    }
  }

  private struct Entry {
    var descriptor: SendList.Descriptor
    var since: Instant
    var next: Int32
  }

  /// A keyframe for a few hundred subscribers at a time; beyond that nothing waits.
  package static let capacity = 8192
  fileprivate static let end: Int32 = -1

  private let pool: UnsafeMutablePointer<Entry>
  /// So many places have been used at least once; those given back are chained.
  private var used: Int32 = 0
  private var free = WaitingList.end

  package init() {
    pool = .allocate(capacity: Self.capacity)
  }

  deinit {
    pool.deallocate()
  }

  /// Has a descriptor wait; false if there is no place.
  package mutating func append(_ descriptor: SendList.Descriptor, to chain: inout Chain, at now: Instant) -> Bool {
    guard let index = takePlace() else { return false }
    // Trivial, so it is never deinitialized.
    (pool + Int(index)).initialize(to: Entry(descriptor: descriptor, since: now, next: Self.end))
    if chain.last == Self.end {
      (chain.first, chain.oldest) = (index, now)
    } else {
      pool[Int(chain.last)].next = index
    }
    chain.last = index
    chain.note(descriptor, isAdded: true)
    return true
  }

  /// The descriptor that has waited longest, which waits no longer.
  package mutating func removeFirst(of chain: inout Chain) -> SendList.Descriptor? {
    guard chain.first != Self.end else { return nil }
    let index = chain.first
    let entry = pool[Int(index)]
    chain.first = entry.next
    if chain.first == Self.end { chain.last = Self.end } else { chain.oldest = pool[Int(chain.first)].since }
    chain.note(entry.descriptor, isAdded: false)
    pool[Int(index)].next = free
    free = index
    return entry.descriptor
  }

  private mutating func takePlace() -> Int32? {
    guard free == Self.end else {
      defer { free = pool[Int(free)].next }
      return free
    }
    guard used < Self.capacity else { return nil }
    defer { used += 1 }
    return used
  }
}
