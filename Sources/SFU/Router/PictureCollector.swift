package import RTP

/// Packets of one picture of a stream that wait for its last, so that every subscriber is sent them in a row.
///
/// What a row to one peer costs is hardly more than what one datagram does (`UDP_SEGMENT`), and a decoder begins with the whole
/// picture anyway. Only packets in order wait: whatever repairs or overtakes goes on at once. It holds the packets' slots meanwhile.
package struct PictureCollector: ~Copyable {
  /// A row of so many is as cheap as it gets, and no pacer minds it.
  package static let capacity = 8
  /// Packets of a picture that differ by no more are made equally long.
  static let largestFill = 24

  private let entries: UnsafeMutablePointer<PacketCache.Entry>
  package private(set) var count = 0
  /// When those that wait are sent, whether the last has come or not.
  package private(set) var deadline = Instant.distantFuture

  package init() {
    entries = .allocate(capacity: Self.capacity)
  }

  /// `releaseAll` or `removeAll` has been called: the slots belong to a slab that this does not know.
  deinit {
    entries.deallocate()
  }

  package var isEmpty: Bool { count == 0 }

  /// Whether nothing more is to be waited for.
  package var isComplete: Bool { count > 0 && (count == Self.capacity || entries[count - 1].marker) }

  /// Whether a packet comes behind those that wait, in the same picture.
  package func isContinued(by entry: PacketCache.Entry) -> Bool {
    guard count > 0 else { return false }
    let last = entries[count - 1]
    return entry.sequence > last.sequence && entry.timestamp == last.timestamp
  }

  /// Has a packet wait, until `deadline` if it is the first; not to be called when complete.
  package mutating func append(_ entry: PacketCache.Entry, until deadline: Instant) {
    precondition(count < Self.capacity, "a complete row is sent before the next packet")
    if isEmpty { self.deadline = deadline }
    (entries + count).initialize(to: entry)  // trivial, so it is never deinitialized
    count += 1
  }

  package subscript(index: Int) -> PacketCache.Entry {
    precondition(index >= 0 && index < count, "who reads has asked how many there are")
    return entries[index]
  }

  /// The packet with this number, if it waits.
  package func find(_ sequence: Int64) -> PacketCache.Entry? {
    for index in 0..<count where entries[index].sequence == sequence { return entries[index] }
    return nil
  }

  /// Has neighbours that are almost equally long be sent with as much padding as makes them so; the last may stay shorter.
  ///
  /// They are compared as they came. Where the extensions of one do not pass, it leaves with another length and begins another row.
  package mutating func level() {
    var start = 0
    while start < count {
      let end = endOfNeighbours(from: start)
      let longest = (start..<end).reduce(0) { max($0, entries[$1].byteCount) }
      for index in start..<end where index + 1 < end || end < count {
        entries[index].fill = UInt8(longest - entries[index].byteCount)
      }
      start = end
    }
  }

  /// Where those end that differ by little from each other.
  private func endOfNeighbours(from start: Int) -> Int {
    var (shortest, longest) = (entries[start].byteCount, entries[start].byteCount)
    var end = start + 1
    while end < count {
      (shortest, longest) = (min(shortest, entries[end].byteCount), max(longest, entries[end].byteCount))
      guard Int(longest - shortest) <= Self.largestFill else { return end }
      end += 1
    }
    return end
  }

  /// Forgets those that wait, whose slots are somebody else's now.
  package mutating func removeAll() {
    (count, deadline) = (0, .distantFuture)
  }

  /// Gives up the slots of those that wait.
  package mutating func releaseAll(into spent: inout [PacketSlab.Slot]) {
    for index in 0..<count { spent.append(entries[index].slot) }
    removeAll()
  }
}
