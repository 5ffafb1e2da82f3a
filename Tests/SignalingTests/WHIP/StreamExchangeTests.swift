import HTTPTypes
import Signaling
import Testing

/// Offers, fragments and entity tags of one session (RFC 9725 §4.3), with media's answers in order.
@Suite struct StreamExchangeTests {
  private static let start = Timestamp(milliseconds: 1_781_000_000_000)
  private static let (first, second) = (EntityTag("one"), EntityTag("two"))
  private static let current = EntityCondition("\"one\"")
  private static let any = EntityCondition("*")

  /// A session that has its answer.
  private func opened() -> StreamExchange {
    var exchange = StreamExchange()
    _ = exchange.offer(at: Self.start)
    _ = exchange.answered("v=0", tag: Self.first)
    return exchange
  }

  private func status(_ body: () throws -> Void) -> Int? {
    do {
      try body()
      return nil
    } catch {
      return (error as? DoorFailure)?.status.code
    }
  }

  @Test func anOfferIsAnsweredWithTheFirstTag() {
    var exchange = StreamExchange()
    let request = exchange.offer(at: Self.start)

    let replies = exchange.answered("v=0", tag: Self.first)

    #expect(replies.map(\.0) == [request])
    #expect(replies.map(\.1) == [.created(answer: "v=0", Self.first)])
    #expect(exchange.answered("again", tag: Self.second).isEmpty)
  }

  @Test func beforeTheAnswerThereIsNothingToPatch() {
    var exchange = StreamExchange()
    _ = exchange.offer(at: Self.start)

    #expect(status { _ = try exchange.patch(Self.any, at: Self.start) } == 404)
  }

  @Test(arguments: [
    (MediaRefusal.Cause.malformed, 400), (.unusable, 422), (.full, 503),
  ])
  func aRefusedDescriptionSaysWhy(cause: MediaRefusal.Cause, code: Int) {
    var exchange = StreamExchange()
    _ = exchange.offer(at: Self.start)

    let replies = exchange.refused(MediaRefusal(.offer, "No.", as: cause))

    guard case .failed(let failure)? = replies.first?.1 else { return #expect(Bool(false), "\(replies)") }
    #expect(failure.status.code == code && failure.detail == "No.")
    #expect((failure.retryAfter != nil) == (code == 503))
  }

  @Test func aTrickledFragmentChangesNoTag() throws {
    var exchange = opened()
    let passed = try exchange.patch(Self.current, at: Self.start)

    #expect(!passed.mayRestart)
    #expect(exchange.patched(nil, tag: Self.second).map(\.1) == [.trickled])
    #expect(try exchange.patch(Self.current, at: Self.start).request == passed.request + 1)
  }

  @Test func aRestartGivesANewTagAndTheOldOneIsWorthNothing() throws {
    var exchange = opened()
    let passed = try exchange.patch(Self.any, at: Self.start)

    #expect(passed.mayRestart)
    #expect(
      exchange.patched("a=ice-ufrag:x", tag: Self.second).map(\.1) == [
        .restarted(fragment: "a=ice-ufrag:x", Self.second)
      ])
    #expect(status { _ = try exchange.patch(Self.current, at: Self.start) } == 412)
    #expect(status { _ = try exchange.patch(EntityCondition("\"two\""), at: Self.start) } == nil)
  }

  @Test func whatIsLateWhileARestartIsUnderWayDoesNotUndoIt() throws {
    var exchange = opened()
    _ = try exchange.patch(Self.any, at: Self.start)

    #expect(status { _ = try exchange.patch(Self.current, at: Self.start) } == 412)
    _ = exchange.refused(MediaRefusal(.fragment, "No."))
    #expect(status { _ = try exchange.patch(Self.current, at: Self.start) } == nil)
  }

  @Test(arguments: ["*", "\"*\"", "\"one\"", "one", "\"x\", \"one\"", " \"one\" "])
  func allowsTheCurrentTag(header: String) {
    #expect(EntityCondition(header).allows(Self.first))
  }

  @Test(arguments: ["", "\"two\"", "W/\"one\"", "\"One\"", "\"one", "\"\"", ","])
  func allowsNoOtherTag(header: String) {
    #expect(!EntityCondition(header).allows(Self.first))
  }

  @Test func overlappingFragmentsAreAnsweredInOrder() throws {
    var exchange = opened()
    let requests = try (0..<StreamExchange.maximumPending).map { _ in
      try exchange.patch(Self.current, at: Self.start).request
    }

    #expect(status { _ = try exchange.patch(Self.current, at: Self.start) } == 429)
    #expect(requests.map { _ in exchange.patched(nil, tag: Self.second).first?.0 } == requests)
    #expect(exchange.patched(nil, tag: Self.second).isEmpty)
  }

  @Test func whoWaitsTooLongIsToldSoAndALateAnswerGoesToNobody() throws {
    var exchange = opened()
    let slow = try exchange.patch(Self.current, at: Self.start).request
    let limit = Self.start + StreamExchange.patience

    #expect(exchange.advance(to: Self.start + .milliseconds(4999)).isEmpty)
    let late = exchange.advance(to: limit)
    #expect(late.map(\.0) == [slow])
    guard case .failed(let failure)? = late.first?.1 else { return #expect(Bool(false), "\(late)") }
    #expect(failure.status.code == 503)
    #expect(exchange.advance(to: limit + .seconds(1)).isEmpty)
    let next = try exchange.patch(Self.current, at: limit).request
    #expect(exchange.patched(nil, tag: Self.second).isEmpty)
    #expect(exchange.patched(nil, tag: Self.second).map(\.0) == [next])
  }

  @Test func theEndLetsNobodyWait() throws {
    var exchange = opened()
    let waiting = try exchange.patch(Self.current, at: Self.start).request

    let replies = exchange.end()

    #expect(replies.map(\.0) == [waiting] && replies.map(\.1) == [.failed(.unknownSession)])
    #expect(exchange.end().isEmpty)
    #expect(status { _ = try exchange.patch(Self.current, at: Self.start) } == 404)
  }
}
