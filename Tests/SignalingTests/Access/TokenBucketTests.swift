import Signaling
import Testing

@Suite struct TokenBucketTests {
  private static let rate = Rate(perSecond: 2, burst: 3)

  @Test func letsTheBurstPassAndThenTheRate() {
    var bucket = TokenBucket(Self.rate, at: time(0))

    let waits = [0, 0, 0, 0, 100, 500, 600].map { bucket.take(at: time($0)) }

    #expect(waits == [nil, nil, nil, .milliseconds(500), .milliseconds(400), nil, .milliseconds(400)])
  }

  @Test func waitingLongFillsItOnlyToTheBurst() {
    var bucket = TokenBucket(Self.rate, at: time(0))
    _ = bucket.take(at: time(0))

    let passed = (0..<10).filter { _ in bucket.take(at: time(3_600_000)) == nil }

    #expect(passed.count == 3)
  }

  @Test func askingHowLongTakesNothing() {
    var bucket = TokenBucket(Self.rate, at: time(0))

    for _ in 0..<10 { #expect(bucket.wait(at: time(0)) == nil) }

    #expect((0..<4).map { _ in bucket.take(at: time(0)) == nil } == [true, true, true, false])
  }

  @Test func aKeyDoesNotFeelAnother() {
    var table = RateTable<String>(Rate(perSecond: 1, burst: 1))

    #expect(table.take("a", at: time(0)) == nil)
    #expect(table.take("a", at: time(0)) == .seconds(1))
    #expect(table.take("b", at: time(0)) == nil)
  }

  @Test func aFullTableRefusesTheUnknownAndKeepsTheKnownBound() {
    var table = RateTable<Int>(Rate(perSecond: 0.01, burst: 1), capacity: 100)
    for key in 0..<100 { _ = table.take(key, at: time(0)) }

    let unknown = table.take(500, at: time(10))
    let known = table.take(7, at: time(10))

    #expect(unknown == .seconds(5))
    #expect(known != nil)
    #expect(table.count == 100)
  }

  @Test func forgetsKeysThatAreAtRest() {
    var table = RateTable<Int>(Rate(perSecond: 1, burst: 1), capacity: 100)
    for key in 0..<100 { _ = table.take(key, at: time(0)) }

    let later = table.take(500, at: time(2000))

    #expect(later == nil)
    #expect(table.count == 1)
  }

  private func time(_ milliseconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(milliseconds)) }
}
