import SFU
import Testing

/// What waits for room in another worker's ring.
@Suite struct MirrorBacklogTests {
  private func item(_ sequence: Int) -> MirrorBacklog.Item {
    MirrorBacklog.Item(.none, Int64(sequence), isPadding: sequence % 3 == 0)
  }

  @Test func whatCameFirstGoesFirst() {
    var backlog = MirrorBacklog()
    var taken: [MirrorBacklog.Item] = []

    for round in 0..<3 {
      for number in 0..<MirrorBacklog.capacity / 2 + 7 { _ = backlog.append(item(round * 10_000 + number)) }
      while let first = backlog.first {
        taken.append(first)
        backlog.removeFirst()
      }
    }

    let expected = (0..<3).flatMap { round in (0..<MirrorBacklog.capacity / 2 + 7).map { item(round * 10_000 + $0) } }
    #expect(taken == expected && backlog.isEmpty)
  }

  @Test func itIsBounded() {
    var backlog = MirrorBacklog()

    let count = (0..<MirrorBacklog.capacity + 100).count { backlog.append(item($0)) }
    backlog.removeFirst()

    let (first, hasRoom) = (backlog.first, backlog.append(item(9)))
    let isFull = !backlog.append(item(10))
    #expect(count == MirrorBacklog.capacity)
    #expect(first == item(1) && hasRoom && isFull)
  }
}
