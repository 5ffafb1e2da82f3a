import RTP
import SFU
import TestSupport
import Testing

@Suite struct DeadlineQueueTests {
  @Test func givesOwnersInTheOrderOfTheirDeadlines() {
    var queue = DeadlineQueue()
    for (owner, seconds) in [(3, 30), (1, 10), (2, 20), (0, 40)] {
      queue.set(.zero + .seconds(seconds), of: owner)
    }

    var order: [Int] = []
    while let owner = queue.popDue(at: .zero + .seconds(60)) { order.append(owner) }

    #expect(order == [1, 2, 3, 0])
  }

  @Test func givesNobodyBeforeTheTime() {
    var queue = DeadlineQueue()
    queue.set(.zero + .seconds(2), of: 5)

    let early = queue.popDue(at: .zero + .milliseconds(1999))
    let due = queue.popDue(at: .zero + .seconds(2))

    #expect(early == nil)
    #expect(due == 5)
  }

  @Test func movingADeadlineReplacesIt() {
    var queue = DeadlineQueue()
    queue.set(.zero + .seconds(1), of: 0)
    queue.set(.zero + .seconds(2), of: 1)

    queue.set(.zero + .seconds(3), of: 0)
    queue.set(nil, of: 7)

    #expect(queue.next == .zero + .seconds(2))
    #expect(queue.popDue(at: .zero + .seconds(9)) == 1)
    #expect(queue.popDue(at: .zero + .seconds(9)) == 0)
    #expect(queue.popDue(at: .zero + .seconds(9)) == nil)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func agreesWithASortedListOverRandomChanges(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var queue = DeadlineQueue()
    var model: [Int: Instant] = [:]

    for _ in 0..<5000 {
      let owner = Int.random(in: 0..<50, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        queue.set(nil, of: owner)
        model[owner] = nil
      case 1:
        let now = Instant(nanoseconds: .random(in: 0..<1000, using: &random))
        let expected = model.values.min().flatMap { $0 <= now ? $0 : nil }
        let popped = queue.popDue(at: now)
        #expect(popped.map { model[$0]! } == expected, "seed \(seed)")
        if let popped { model[popped] = nil }
      default:
        let deadline = Instant(nanoseconds: .random(in: 0..<1000, using: &random))
        queue.set(deadline, of: owner)
        model[owner] = deadline
      }
      let next = queue.next
      #expect(next == model.values.min(), "seed \(seed)")
    }
  }
}
