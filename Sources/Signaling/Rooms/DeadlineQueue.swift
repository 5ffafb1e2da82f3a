import Synchronization

/// What is due when: a binary heap of times, from which the service takes what has come.
///
/// It names rooms, sessions, connection tests and streams and keeps none alive: a deadline may be half a day ahead of a room that ends in a minute.
package final class DeadlineQueue: Sendable {
  package enum Target: Sendable {
    case room(RoomID)
    case session(ObjectIdentifier)
    case echo(RoomID)
    case stream(StreamSessionID)
  }

  private struct Entry {
    let time: Timestamp
    let target: Target
  }

  private let heap = Mutex<[Entry]>([])

  package init() {}

  package func add(_ target: Target, at time: Timestamp) {
    heap.withLock { heap in
      heap.append(Entry(time: time, target: target))
      Self.siftUp(&heap)
    }
  }

  /// How many are to come.
  package var count: Int { heap.withLock { $0.count } }

  /// When the next is due.
  package var next: Timestamp? { heap.withLock { $0.first?.time } }

  /// Takes all that is due.
  package func take(until now: Timestamp) -> [Target] {
    heap.withLock { heap in
      var due: [Target] = []
      while let first = heap.first, first.time <= now {
        due.append(first.target)
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        Self.siftDown(&heap)
      }
      return due
    }
  }

  private static func siftUp(_ heap: inout [Entry]) {
    var index = heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard heap[index].time < heap[parent].time else { return }
      heap.swapAt(index, parent)
      index = parent
    }
  }

  private static func siftDown(_ heap: inout [Entry]) {
    var index = 0
    while true {
      let children = (2 * index + 1..<2 * index + 3).filter { $0 < heap.count }
      guard let child = children.min(by: { heap[$0].time < heap[$1].time }), heap[child].time < heap[index].time else {
        return
      }
      heap.swapAt(index, child)
      index = child
    }
  }
}
