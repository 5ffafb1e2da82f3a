import Load
import TestSupport
import Testing

@Suite struct LatencyHistogramTests {
  @Test func hasNoQuantileOfNothing() {
    #expect(LatencyHistogram().quantile(0.5) == nil)
  }

  @Test(arguments: [1, 31, 32, 63, 64, 1000, 999_999, 20_000_000, 3_600_000_000_000, Int64.max])
  func isRightToThreePercent(value: Int64) throws {
    var histogram = LatencyHistogram()
    for _ in 0..<10 { histogram.record(value) }
    histogram.record(.max)

    let median = try #require(histogram.quantile(0.5))

    #expect(median >= value)
    #expect(Double(median) <= Double(value) * 1.032)
  }

  @Test func findsTheShareThatIsAskedFor() throws {
    var generator = SeededGenerator(seed: 1)
    var histogram = LatencyHistogram()
    for value in (1...10_000).map({ Int64($0) * 1000 }).shuffled(using: &generator) { histogram.record(value) }

    for share in [0.01, 0.5, 0.9, 0.99, 0.999] {
      let quantile = Double(try #require(histogram.quantile(share)))
      #expect((0.999...1.033).contains(quantile / (share * 10_000_000)), "\(share)")
    }
    #expect(histogram.quantile(1) == 10_000_000)
    #expect(histogram.count == 10_000)
  }

  @Test func takesWhatIsNegativeForNone() {
    var histogram = LatencyHistogram()
    histogram.record(-5)
    #expect(histogram.quantile(1) == 0)
    #expect(histogram.greatest == 0)
  }
}
