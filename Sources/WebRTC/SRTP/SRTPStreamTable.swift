package import RTP

/// A bounded flat table from SSRC to a small trivial state, found in one or two probes.
///
/// Nothing is ever removed while a key lives: forgetting a stream that sends would use its nonces again, and forgetting one that
/// receives would let its packets be replayed. So there is a limit instead, and the table doubles until it reaches it. It takes no
/// memory before the first stream, for most peers only send or only receive.
package struct SRTPStreamTable<State: BitwiseCopyable>: ~Copyable {
  /// A place in the table, valid until the next insertion.
  package struct Slot {
    fileprivate let offset: Int
  }

  private struct Entry: BitwiseCopyable {
    var ssrc: UInt32
    var isUsed: Bool
    var state: State
  }

  private static var initialCapacity: Int { 2 }

  private let limit: Int
  package private(set) var count = 0
  private var capacity = 0  // a power of two, at least twice the count
  /// Owned, `capacity` of them, trivial, `isUsed` always initialized; nil while there is none.
  private var entries: UnsafeMutablePointer<Entry>?

  package init(limit: Int) {
    self.limit = limit
  }

  deinit { entries?.deallocate() }

  /// Whether another stream finds room.
  package var isFull: Bool { count == limit }

  /// Where the state of `ssrc` is, if it has any.
  package func find(_ ssrc: SSRC) -> Slot? {
    guard let entries else { return nil }
    let offset = probe(ssrc.rawValue, in: entries)
    return entries[offset].isUsed ? Slot(offset: offset) : nil
  }

  package subscript(slot: Slot) -> State {
    // A slot comes from `find` or `insert`, so its entry is within the table and in use.
    _read { yield entries![slot.offset].state }
    nonmutating _modify { yield &entries![slot.offset].state }
  }

  /// Gives `ssrc`, which must not be in the table, its first state; the caller has asked `isFull`.
  @discardableResult
  package mutating func insert(_ ssrc: SSRC, _ state: State) -> Slot {
    precondition(!isFull, "a stream was added beyond the limit")
    let entries = entriesWithRoom()
    let offset = probe(ssrc.rawValue, in: entries)
    precondition(!entries[offset].isUsed, "a stream was added twice")
    entries[offset] = Entry(ssrc: ssrc.rawValue, isUsed: true, state: state)
    count += 1
    return Slot(offset: offset)
  }

  /// The entry of `ssrc`, or the free one where it belongs; at least half of the table is free, so this ends.
  private func probe(_ ssrc: UInt32, in entries: UnsafeMutablePointer<Entry>) -> Int {
    let hash = ssrc &* 0x9e37_79b1  // Fibonacci hashing: 2^32 divided by the golden ratio
    var offset = Int(hash >> 16) & (capacity - 1)
    while entries[offset].isUsed, entries[offset].ssrc != ssrc { offset = (offset + 1) & (capacity - 1) }
    return offset
  }

  private mutating func entriesWithRoom() -> UnsafeMutablePointer<Entry> {
    if let entries, (count + 1) * 2 <= capacity { return entries }
    let old = UnsafeMutableBufferPointer(start: entries, count: capacity)
    capacity = max(Self.initialCapacity, capacity * 2)
    let larger = Self.allocate(capacity)
    for entry in old where entry.isUsed { larger[probe(entry.ssrc, in: larger)] = entry }
    old.deallocate()
    entries = larger
    return larger
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Entry> {
    let byteCount = capacity * MemoryLayout<Entry>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: MemoryLayout<Entry>.alignment)
    // All zero is a valid entry that is not in use.
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    return raw.bindMemory(to: Entry.self, capacity: capacity)
  }
}
