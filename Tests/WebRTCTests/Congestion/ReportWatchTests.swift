import RTP
import Testing
import WebRTC

/// Receivers that agree to report what arrives, and do or do not.
@Suite struct ReportWatchTests {
  private static let start = Instant.zero + .seconds(5)

  @Test func reportsAreWaitedForFromTheFirstPacketOn() {
    var watch = ReportWatch()
    #expect(watch.deadline == .distantFuture)

    watch.sent(at: Self.start)
    watch.sent(at: Self.start + .seconds(1))
    watch.advance(to: Self.start + .milliseconds(1999))

    #expect(watch.deadline == Self.start + ReportWatch.patience)
    #expect(!watch.areMissing && !watch.areHeard)
    watch.advance(to: watch.deadline)
    #expect(watch.areMissing && watch.deadline == .distantFuture)
  }

  @Test func aReportThatComesAfterAllCounts() {
    var watch = ReportWatch()
    watch.sent(at: Self.start)
    watch.advance(to: Self.start + .seconds(3))

    watch.heard()
    watch.sent(at: Self.start + .seconds(4))
    watch.advance(to: Self.start + .seconds(9))

    #expect(watch.areHeard && !watch.areMissing)
  }

  @Test func nothingIsGuessedOfAPeerThatReportsNothing() throws {
    var pair = MediaPair(feedback: [.nack, .transportWideCongestionControl])
    pair.browser.want(2_000_000, at: .zero)
    for millisecond in 0..<2100 {
      let now = Instant.zero + .milliseconds(millisecond)
      if millisecond.isMultiple(of: 20) {
        _ = try pair.sealed(UInt16(millisecond / 20 + 1), payload: [0x10, 0], at: now)
      }
      _ = pair.browserReports(at: now)
      if millisecond == 1900 { #expect(pair.browser.estimate?.cause == .start) }
    }

    #expect(pair.browser.estimate == nil)
  }
}
