import RTP
import Testing
import WebRTC

struct HandshakeQueueTests {
  /// A clock that moves by the cost of each piece of work.
  private struct Turn {
    var now = Instant.zero
    var served: [Int] = []
  }

  @Test func endsATurnWhenItsBudgetIsSpent() {
    var queue = HandshakeQueue<Int>()
    for peer in 0..<10 { queue.append(peer) }
    var turn = Turn()

    queue.run(clock: { turn.now }) { peer, _ in
      turn.served.append(peer)
      turn.now += .microseconds(450)
      return false
    }

    #expect(turn.served == [0, 1, 2, 3, 4])
    #expect(turn.now == .zero + .microseconds(2250))
    #expect(queue.count == 5)
  }

  @Test func servesPeersInTurn() {
    var queue = HandshakeQueue<Int>()
    for peer in 0..<3 { queue.append(peer) }
    var remaining = [3, 1, 2]
    var served: [Int] = []

    queue.run(clock: { .zero }) { peer, _ in
      served.append(peer)
      remaining[peer] -= 1
      return remaining[peer] > 0
    }

    #expect(served == [0, 1, 2, 0, 2, 0])
    #expect(queue.isEmpty)
  }

  @Test func doesOnePieceEvenWhenItIsTooLong() {
    var queue = HandshakeQueue<Int>()
    queue.append(1)
    queue.append(2)
    var turn = Turn()
    for expected in [1, 2] {
      queue.run(clock: { turn.now }) { peer, _ in
        turn.served.append(peer)
        turn.now += .milliseconds(50)
        return false
      }
      #expect(turn.served.last == expected)
    }
    #expect(queue.isEmpty)
    queue.run(clock: { turn.now }) { _, _ in
      Issue.record("an empty queue has no work")
      return false
    }
  }
}
