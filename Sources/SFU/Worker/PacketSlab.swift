internal import CSockets

/// A fixed store of equal slots for packets, allocated once, so that no packet ever allocates.
///
/// A slot is named by a `Slot`; whoever takes one gives it back. Taking and giving back are a few instructions on a stack of free
/// slots; the slot given back last is taken first, since it is still warm in the cache.
package struct PacketSlab: ~Copyable {
  /// The name of one slot: valid in the slab that gave it, from `take` until `release`.
  package struct Slot: Hashable, Sendable {
    package let index: Int32
  }

  /// The bytes of a slot: room for an Ethernet frame's payload and what encryption adds, a multiple of a cache line.
  package static let slotByteCount = 2048

  /// A large page of most processors. Packets of a second lie in thousands of small ones, more than their tables' cache holds.
  private static let largePage = 2 << 20

  package let slotCount: Int
  /// How many slots are free now.
  package private(set) var freeCount: Int
  private let memory: UnsafeMutableRawPointer
  private let free: UnsafeMutablePointer<Int32>

  package init(slotCount: Int) {
    precondition(slotCount > 0 && slotCount <= Int(Int32.max), "a slab has at least one slot, and an Int32 names each")
    self.slotCount = slotCount
    freeCount = slotCount
    let byteCount = slotCount * Self.slotByteCount
    memory = .allocate(byteCount: byteCount, alignment: byteCount < Self.largePage ? 64 : Self.largePage)
    if byteCount >= Self.largePage { csockets_prefer_large_pages(memory, byteCount) }
    free = .allocate(capacity: slotCount)
    for index in 0..<slotCount {
      free[index] = Int32(slotCount - 1 - index)
    }
  }

  deinit {
    memory.deallocate()
    free.deallocate()
  }

  /// A free slot with undefined content, or nil when all are taken.
  package mutating func take() -> Slot? {
    guard freeCount > 0 else { return nil }
    freeCount -= 1
    return Slot(index: free[freeCount])
  }

  /// Gives a slot back; its name is invalid from here on.
  package mutating func release(_ slot: Slot) {
    precondition(freeCount < slotCount, "a slot was released twice")
    free[freeCount] = slot.index
    freeCount += 1
  }

  /// The bytes of a slot. Unsafe: valid while the slab lives and the slot is taken.
  package func bytes(of slot: Slot) -> UnsafeMutableRawBufferPointer {
    precondition(slot.index >= 0 && Int(slot.index) < slotCount, "the slot is of another slab")
    return UnsafeMutableRawBufferPointer(
      start: memory + Int(slot.index) * Self.slotByteCount, count: Self.slotByteCount)
  }
}
