package import RTP

/// The deadlines of many owners, earliest first; each owner has at most one.
///
/// A four-ary heap with the position of every owner beside it, so that moving a deadline costs a few comparisons and no search.
/// Owners are small integers (table indices of the worker); the tables grow with the largest one seen.
package struct DeadlineQueue: ~Copyable {
  private struct Entry {
    var deadline: Instant
    var owner: Int32
  }

  private static let absent: Int32 = -1
  private static let fanOut = 4

  private var heap: [Entry] = []
  private var positions: [Int32] = []

  package init() {}

  package var isEmpty: Bool { heap.isEmpty }

  /// The earliest deadline, or nil when nobody waits.
  package var next: Instant? { heap.first?.deadline }

  /// Sets, moves or (with nil) removes the deadline of `owner`.
  package mutating func set(_ deadline: Instant?, of owner: Int) {
    grow(to: owner)
    let position = positions[owner]
    switch (deadline, position) {
    case (nil, Self.absent):
      return
    case (nil, _):
      remove(at: Int(position))
    case (let deadline?, Self.absent):
      positions[owner] = Int32(heap.count)
      heap.append(Entry(deadline: deadline, owner: Int32(owner)))
      siftUp(heap.count - 1)
    case (let deadline?, _):
      heap[Int(position)].deadline = deadline
      siftUp(Int(position))
      siftDown(Int(positions[owner]))
    }
  }

  /// Removes and returns the owner whose deadline is the earliest and not after `now`, if there is one.
  package mutating func popDue(at now: Instant) -> Int? {
    guard let first = heap.first, first.deadline <= now else { return nil }
    remove(at: 0)
    return Int(first.owner)
  }

  private mutating func grow(to owner: Int) {
    guard owner >= positions.count else { return }
    positions.append(contentsOf: repeatElement(Self.absent, count: owner + 1 - positions.count))
  }

  private mutating func remove(at position: Int) {
    positions[Int(heap[position].owner)] = Self.absent
    let last = heap.removeLast()
    guard position < heap.count else { return }
    place(last, at: position)
    siftUp(position)
    siftDown(Int(positions[Int(last.owner)]))
  }

  private mutating func place(_ entry: Entry, at position: Int) {
    heap[position] = entry
    positions[Int(entry.owner)] = Int32(position)
  }

  private mutating func siftUp(_ start: Int) {
    var position = start
    let entry = heap[position]
    while position > 0 {
      let parent = (position - 1) / Self.fanOut
      guard entry.deadline < heap[parent].deadline else { break }
      place(heap[parent], at: position)
      position = parent
    }
    place(entry, at: position)
  }

  private mutating func siftDown(_ start: Int) {
    var position = start
    let entry = heap[position]
    while let child = earliestChild(of: position), heap[child].deadline < entry.deadline {
      place(heap[child], at: position)
      position = child
    }
    place(entry, at: position)
  }

  private func earliestChild(of position: Int) -> Int? {
    let first = position * Self.fanOut + 1
    guard first < heap.count else { return nil }
    var earliest = first
    for child in first..<min(first + Self.fanOut, heap.count) where heap[child].deadline < heap[earliest].deadline {
      earliest = child
    }
    return earliest
  }
}
