import SFU
import Testing

/// What all workers together have done.
@Suite struct StatisticsTests {
  @Test func everyFigureOfEveryWorkerCounts() {
    var (first, second) = (MediaServer.Statistics(), MediaServer.Statistics())
    for gauge in MediaServer.Statistics.gauges { (first[keyPath: gauge], second[keyPath: gauge]) = (3, 4) }
    for counter in MediaServer.Statistics.counters { (first[keyPath: counter], second[keyPath: counter]) = (5, 6) }
    (first.dropped, second.dropped) = ([.noRoom: 1, .tooOld: 2], [.noRoom: 3])
    (first.shedding, second.shedding) = ([.newcomers: 2], [.newcomers: 1, .extras: 1])
    (first.halfOpenHandshakes, second.halfOpenHandshakes) = (9, 9)

    let sum = MediaServer.Statistics(summing: [first, second])

    #expect(MediaServer.Statistics.gauges.allSatisfy { sum[keyPath: $0] == 7 })
    #expect(MediaServer.Statistics.counters.allSatisfy { sum[keyPath: $0] == 11 })
    #expect(sum.dropped == [.noRoom: 4, .tooOld: 2])
    #expect(sum.shedding == [.newcomers: 3, .extras: 1])
    #expect(sum.halfOpenHandshakes == 9, "they are bounded together, so each worker tells of all")
  }

  /// A figure that is added later must not be forgotten here.
  @Test func noFigureIsLeftOut() {
    let figures = Mirror(reflecting: MediaServer.Statistics()).children.map(\.value)

    #expect(figures.count { $0 is Int } == MediaServer.Statistics.gauges.count + 1, "half-open handshakes")
    #expect(figures.count { $0 is UInt64 } == MediaServer.Statistics.counters.count + 1, "stalls")
  }
}
