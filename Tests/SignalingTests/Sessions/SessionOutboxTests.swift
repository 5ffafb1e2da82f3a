import NIOCore
import Signaling
import Testing

@Suite struct SessionOutboxTests {
  private static func text(_ count: Int) -> ByteBuffer { ByteBuffer(repeating: 0x61, count: count) }

  @Test func givesWhatIsQueuedInOrderAndAllAtOnce() async {
    let outbox = SessionOutbox(limitCount: 8, limitBytes: 100)
    for count in 1...3 { outbox.send(Self.text(count)) }

    #expect(await outbox.next() == (1...3).map { .text(Self.text($0)) })
  }

  @Test func wakesTheWriterThatWaits() async {
    let outbox = SessionOutbox(limitCount: 8, limitBytes: 100)
    async let items = outbox.next()
    await Task.yield()
    outbox.send(Self.text(1))

    #expect(await items == [.text(Self.text(1))])
  }

  @Test(arguments: [(8, 1), (1, 101), (4, 30)])
  func aFullQueueIsDroppedAndTheSessionEnds(count: Int, size: Int) async {
    let outbox = SessionOutbox(limitCount: 8, limitBytes: 100)
    let overflows = (0...count).map { _ in outbox.send(Self.text(size)) }

    #expect(outbox.isClosed)
    #expect(overflows.count(where: { $0 }) == 1, "the end is told once")
    #expect(!outbox.close(.left))
    #expect(await outbox.next() == [.close(.tooSlow)])
  }

  @Test func whatWasTakenDoesNotCountAnyMore() async {
    let outbox = SessionOutbox(limitCount: 2, limitBytes: 10)
    for _ in 0..<20 {
      outbox.send(Self.text(5))
      outbox.send(Self.text(5))
      #expect(await outbox.next().count == 2)
    }
    #expect(!outbox.isClosed)
  }

  @Test func aCloseIsLastAndOnlyTheFirstCounts() async {
    let outbox = SessionOutbox(limitCount: 8, limitBytes: 100)
    outbox.send(Self.text(1))
    outbox.close(.left)
    outbox.close(.removed)
    outbox.send(Self.text(2))

    #expect(await outbox.next() == [.text(Self.text(1)), .close(.left)])
  }

  @Test func aCancelledWriterIsGivenNothing() async {
    let outbox = SessionOutbox(limitCount: 8, limitBytes: 100)
    let writer = Task { await outbox.next() }
    await Task.yield()
    writer.cancel()

    #expect(await writer.value.isEmpty)
    outbox.send(Self.text(1))
    #expect(await outbox.next().count == 1)
  }
}
