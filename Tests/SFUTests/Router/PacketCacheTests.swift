import CAllocationCounter
import RTP
import SFU
import Testing

/// What is kept of a stream, for how long, and that every slot comes back.
@Suite struct PacketCacheTests {
  @Test func aPacketIsFoundUntilItIsDisplaced() throws {
    var slab = PacketSlab(slotCount: 2)
    var cache = PacketCache()
    let (first, second) = (try slot(&slab), try slot(&slab))

    #expect(cache.keep(entry(7, first)) == .kept(displacing: nil))
    #expect(cache.find(7)?.slot == first)
    #expect(cache.keep(entry(7 + Int64(PacketCache.capacity), second)) == .kept(displacing: first))
    #expect(cache.find(7) == nil)
    #expect(cache.find(7 + Int64(PacketCache.capacity))?.slot == second)
  }

  @Test func whatIsThereAlreadyOrTooOldIsRefused() throws {
    var slab = PacketSlab(slotCount: 2)
    var cache = PacketCache()
    let (first, second) = (try slot(&slab), try slot(&slab))
    _ = cache.keep(entry(1000, first))

    #expect(cache.keep(entry(1000, second)) == .refused)
    #expect(cache.keep(entry(1000 - Int64(PacketCache.capacity), second)) == .refused)
    #expect(cache.find(1000)?.slot == first)
  }

  @Test func whateverIsYoungerThanASecondIsFoundUpToTheBound() throws {
    var slab = PacketSlab(slotCount: 4096)
    var cache = PacketCache()
    for number in 0..<2000 {
      let arrival = Instant.zero + .microseconds(number * 2500)
      _ = cache.keep(entry(Int64(number * 2), try slot(&slab), at: arrival))
      guard number % 7 == 6 else { continue }
      _ = cache.keep(entry(Int64(number * 2 - 11), try slot(&slab), at: arrival))  // comes late
    }

    let found = (0..<4000).filter { cache.find(Int64($0)) != nil }

    #expect(found.filter { $0 % 2 == 0 } == (3998 - 511..<4000).filter { $0 % 2 == 0 })
    #expect(found.count > 256 + 30)
  }

  @Test(.enabled(if: allocation_counter_is_active(), "allocations cannot be counted under a sanitizer"))
  func aMicrophoneTakesLittleMemory() throws {
    let sound = try byteCount(of: 200, every: .milliseconds(20))
    let flood = try byteCount(of: 2000, every: .milliseconds(1))

    #expect((64 * MemoryLayout<PacketCache.Entry>.stride..<4096).contains(sound))
    #expect(flood >= PacketCache.capacity * MemoryLayout<PacketCache.Entry>.stride)
  }

  private func byteCount(of count: Int, every interval: Duration) throws -> Int {
    var slab = PacketSlab(slotCount: 4096)
    let before = allocated_byte_count()
    var cache = PacketCache()
    for number in 0..<count { _ = cache.keep(entry(Int64(number), try slot(&slab), at: .zero + interval * number)) }
    let used = allocated_byte_count() - before
    #expect(cache.find(Int64(count - 1)) != nil)
    return used
  }

  @Test func afterASecondSlotsAreGivenUp() throws {
    var slab = PacketSlab(slotCount: 3)
    var cache = PacketCache()
    let slots = [try slot(&slab), try slot(&slab), try slot(&slab)]
    for (index, slot) in slots.enumerated() {
      _ = cache.keep(entry(Int64(index * 3), slot, at: .zero + .milliseconds(index * 400)))
    }
    var spent: [PacketSlab.Slot] = []

    cache.expire(at: .zero + .milliseconds(999), into: &spent)
    #expect(spent.isEmpty)
    cache.expire(at: .zero + .milliseconds(1400), into: &spent)
    #expect(spent == Array(slots[..<2]))
    #expect(cache.find(6) != nil)
  }

  @Test func aLeapOfNumbersKeepsNoSlotForEver() throws {
    var slab = PacketSlab(slotCount: 2)
    var cache = PacketCache()
    let (old, new) = (try slot(&slab), try slot(&slab))
    _ = cache.keep(entry(5, old))
    _ = cache.keep(entry(1_000_000, new))
    var spent: [PacketSlab.Slot] = []

    cache.expire(at: .zero + .seconds(2), into: &spent)

    #expect(Set(spent) == [old, new])
  }

  @Test func allSlotsComeBackOnce() throws {
    var slab = PacketSlab(slotCount: 700)
    var cache = PacketCache()
    var spent: [PacketSlab.Slot] = []
    for number in 0..<700 {
      guard case .kept(let displaced) = cache.keep(entry(Int64(number), try slot(&slab))) else { continue }
      if let displaced { spent.append(displaced) }
    }
    cache.releaseAll(into: &spent)

    #expect(spent.count == 700 && Set(spent).count == 700)
  }

  private func slot(_ slab: inout PacketSlab) throws -> PacketSlab.Slot {
    let slot = slab.take()
    return try #require(slot)
  }

  private func entry(_ sequence: Int64, _ slot: PacketSlab.Slot, at arrival: Instant = .zero) -> PacketCache.Entry {
    PacketCache.Entry(
      sequence: sequence, timestamp: 0, slot: slot, arrival: arrival, payload: 12..<100, byteCount: 116,
      payloadType: 96,
      marker: false)
  }
}
