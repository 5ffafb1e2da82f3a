import RTP
import Testing
import WebRTC

@Suite struct QueueDrainTests {
  @Test func theWaitIsWhatADelayExceedsTheShortestBy() {
    var queue = QueueDrain()
    // The clocks do not agree: our packets seem to arrive before they leave.
    for (time, delay) in [(0, -900), (100, -920), (200, -700)] { queue.note(.milliseconds(delay), at: at(time)) }

    #expect(queue.queueing == .milliseconds(220))
    #expect(queue.ceiling == nil)
  }

  @Test func aLongQueueIsEmptiedWhenTheRateIsLowered() {
    var queue = QueueDrain()
    fill(&queue, to: 600)
    queue.begin(acknowledged: 300_000, at: at(200))
    #expect(queue.ceiling == 150_000)

    // Of 590 ms all but 100 go, half a second of queue in each second.
    queue.note(.milliseconds(350), at: at(1179))
    #expect(queue.ceiling == 150_000)
    queue.note(.milliseconds(350), at: at(1180))
    #expect(queue.ceiling == nil)
  }

  @Test func thatEndsWhenTheQueueIsShort() {
    var queue = QueueDrain()
    fill(&queue, to: 600)
    queue.begin(acknowledged: 300_000, at: at(200))
    queue.note(.milliseconds(111), at: at(500))
    #expect(queue.ceiling == 150_000)

    queue.note(.milliseconds(110), at: at(600))

    #expect(queue.ceiling == nil)
  }

  @Test func aShortOneIsNot() {
    var queue = QueueDrain()
    fill(&queue, to: 210)
    queue.begin(acknowledged: 300_000, at: at(200))

    #expect(queue.ceiling == nil)
  }

  @Test func itDoesNotTakeForever() {
    var queue = QueueDrain()
    fill(&queue, to: 2000)
    queue.begin(acknowledged: 300_000, at: at(200))
    queue.note(.milliseconds(1500), at: at(1699))
    #expect(queue.ceiling != nil)

    queue.note(.milliseconds(1400), at: at(1700))

    #expect(queue.ceiling == nil)
  }

  @Test func whatSendingLessDoesNotShortenIsThePath() {
    var queue = QueueDrain()
    fill(&queue, to: 420)
    queue.begin(acknowledged: 300_000, at: at(200))
    for time in stride(from: 300, through: 1000, by: 100) { queue.note(.milliseconds(420), at: at(time)) }

    #expect(queue.ceiling == nil)
    #expect(!queue.isStanding(at: at(5000)))
    queue.note(.milliseconds(430), at: at(1100))
    #expect(queue.queueing == .milliseconds(10))
  }

  @Test func aQueueThatStaysLongForASecondStands() {
    var queue = QueueDrain()
    fill(&queue, to: 300)
    for time in stride(from: 300, through: 1100, by: 100) { queue.note(.milliseconds(300), at: at(time)) }

    #expect(!queue.isStanding(at: at(1199)))
    #expect(queue.isStanding(at: at(1200)))
    queue.note(.milliseconds(200), at: at(1200))
    #expect(!queue.isStanding(at: at(1300)))
  }

  @Test func theShortestDelayIsForgottenInTheEnd() {
    var queue = QueueDrain()
    queue.note(.milliseconds(10), at: at(0))
    for second in 1...29 { queue.note(.milliseconds(100), at: at(second * 1000)) }
    #expect(queue.queueing == .milliseconds(90))

    queue.note(.milliseconds(100), at: at(30_000))

    #expect(queue.queueing == .zero)
  }

  /// A path of 10 ms, and a queue that has come to this delay at 200 ms.
  private func fill(_ queue: inout QueueDrain, to delay: Int) {
    queue.note(.milliseconds(10), at: at(0))
    queue.note(.milliseconds(delay), at: at(200))
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
