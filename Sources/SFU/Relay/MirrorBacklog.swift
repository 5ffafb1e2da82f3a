/// What could not be put into the ring of a worker that mirrors, in order: it goes there as soon as there is room.
///
/// Only names stand here. The packets wait where they are anyway, in the caches of their streams, so a keyframe of all layers that comes
/// while the other worker is busy with a long turn is late there by that turn, and has no hole that everybody who watches would ask about.
package struct MirrorBacklog {
  package struct Item: Equatable, Sendable {
    package let stream: PublishedStream.Handle
    package let sequence: Int64
    /// Whether there is nothing under that number.
    package let isPadding: Bool

    package init(_ stream: PublishedStream.Handle, _ sequence: Int64, isPadding: Bool = false) {
      (self.stream, self.sequence, self.isPadding) = (stream, sequence, isPadding)
    }
  }

  /// A power of two: half a second of all that a core can take in. Most of them are never in need of it, so it is taken when it is.
  package static let capacity = 4096

  private var items: [Item] = []
  /// How many have been appended, and removed, since the beginning.
  private var end = 0
  private var start = 0

  package init() {}

  package var isEmpty: Bool { start == end }

  package var first: Item? { isEmpty ? nil : items[start & (Self.capacity - 1)] }

  /// Has something wait; false if so much waits already that it is of no use any more.
  package mutating func append(_ item: Item) -> Bool {
    guard end - start < Self.capacity else { return false }
    if items.isEmpty { items = Array(repeating: item, count: Self.capacity) }
    items[end & (Self.capacity - 1)] = item
    end += 1
    return true
  }

  package mutating func removeFirst() {
    precondition(!isEmpty, "who removes has seen that there is something")
    start += 1
  }
}
