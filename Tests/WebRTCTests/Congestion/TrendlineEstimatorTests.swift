import Testing
import WebRTC

@Suite struct TrendlineEstimatorTests {
  @Test func steadyDelaysHaveNoSlope() {
    var trendline = TrendlineEstimator()
    for _ in 0..<40 { trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 30)) }

    #expect(trendline.trend == 0)
    #expect(trendline.isSustained == false)
  }

  @Test func aQueueThatGrowsByATenthShowsItsSlope() {
    var trendline = TrendlineEstimator()
    for _ in 0..<300 { trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 33)) }

    // Three milliseconds each 33: the smoothing lags behind, but the slope is the same. 60 deltas, gain 4.
    #expect((trendline.trend - 60 * 4 * 3 / 33).magnitude < 1e-6)
    #expect(trendline.isSustained == true)
  }

  @Test func saysNothingBeforeTheWindowIsFull() {
    var trendline = TrendlineEstimator()
    for _ in 0..<(TrendlineEstimator.windowSize - 1) { trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 40)) }
    #expect(trendline.trend == 0)

    trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 40))

    #expect(trendline.trend > 0)
  }

  @Test func aSingleLeapThatRecedesIsNotSustained() {
    var trendline = TrendlineEstimator()
    for _ in 0..<30 { trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 30)) }

    trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 430))
    for _ in 0..<3 { trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 25)) }

    #expect(trendline.trend > OveruseDetector.initialThreshold)
    #expect(trendline.isSustained == false)
    for _ in 0..<3 { trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 40)) }
    #expect(trendline.isSustained == true)
  }

  @Test func arrivalsAtOneInstantHaveNoSlope() {
    var trendline = TrendlineEstimator()
    for _ in 0..<60 { trendline.add(ArrivalGrouping.Delta(sending: 30, arrival: 0)) }

    #expect(trendline.trend == 0)
  }
}
