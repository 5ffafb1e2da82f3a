import RTP
import Testing

struct InstantTests {
  @Test func differencesAndSumsAreExactToTheNanosecond() {
    let start = Instant(nanoseconds: 5)

    let later = start + .milliseconds(20) + .nanoseconds(1)

    #expect(later.nanoseconds == 20_000_006)
    #expect(later - start == .nanoseconds(20_000_001))
    #expect(start - later == .nanoseconds(-20_000_001))
    #expect(later - .milliseconds(20) == Instant(nanoseconds: 6))
    #expect(start < later)
    #expect(later.nanoseconds(since: start) == 20_000_001)
  }

  @Test func theDistantFutureIsNeverPassed() {
    #expect(Instant.distantFuture + .seconds(1) == .distantFuture)
    #expect(Instant.distantFuture.nanoseconds(since: Instant(nanoseconds: -1)) == .max)
    #expect(Instant(nanoseconds: .min) - .seconds(1) == Instant(nanoseconds: .min))
  }

  @Test func durationsSaturateWhenTheyDoNotFit() {
    #expect(Duration.seconds(Int64.max).nanoseconds == .max)
    #expect(Duration.seconds(-Int64.max).nanoseconds == .min)
    #expect(Duration.microseconds(-1500).nanoseconds == -1_500_000)
    #expect(Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999).nanoseconds == 1)
  }
}
