import RTP
import SFU
import Testing

/// The mailbox by which the control path reaches a worker.
@Suite struct WorkerExecutorTests {
  private actor Clerk {
    private let executor: WorkerExecutor
    private(set) var done: [Int] = []

    init(_ executor: WorkerExecutor) { self.executor = executor }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func take(_ number: Int) { done.append(number) }
  }

  /// A hundred descriptions at once must not keep packets waiting.
  @Test func whatTakesTooLongIsSharedAmongTurns() throws {
    let poller = try Poller()
    let executor = WorkerExecutor(ringing: poller.bell)
    let clerk = Clerk(executor)
    executor.adoptCurrentThread()
    for number in 0..<5 { Task { await clerk.take(number) } }

    var jobs: [UnownedJob] = []
    var counts: [Int] = []
    while counts.last != 5 {
      poller.wait(until: SystemClock.now + .seconds(10), now: SystemClock.now) { _ in }
      executor.drain(into: &jobs, within: .zero)
      counts.append(clerk.assumeIsolated { $0.done.count })
      try #require(counts.count < 100)
    }

    #expect(
      Array(Set(counts).subtracting([0])).sorted() == [1, 2, 3, 4, 5], "one in a turn, and the bell rings for the next")
  }
}
