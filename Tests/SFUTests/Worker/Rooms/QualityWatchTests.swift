import RTP
import SFU
import Testing

/// How good somebody's media is said to be.
@Suite struct QualityWatchTests {
  private typealias Rating = MediaServer.Quality.Rating

  /// Seconds in which so many of a hundred packets are lost on the way up; what is told.
  private func publishing(losing losses: [Int], silence: Duration? = .zero) -> [MediaServer.Quality] {
    var watch = QualityWatch()
    var uplink = QualityWatch.Uplink(expectedCount: 0, missedCount: 0, silence: silence)
    var news: [MediaServer.Quality] = []
    for loss in losses {
      uplink.expectedCount += 100
      uplink.missedCount += loss
      if let quality = watch.observe(uplink, nil) { news.append(quality) }
    }
    return news
  }

  private func receiving(_ downlinks: [QualityWatch.Downlink]) -> [Rating?] {
    var watch = QualityWatch()
    return downlinks.compactMap { watch.observe(nil, $0) }.map(\.receiving)
  }

  private func share(_ share: Double, loss: Double = 0) -> QualityWatch.Downlink {
    QualityWatch.Downlink(share: share, loss: loss, isSilent: false)
  }

  @Test func aGoodConnectionIsSaidToBeOnce() {
    #expect(publishing(losing: [0, 0, 1, 0, 0]) == [MediaServer.Quality(publishing: Rating(.good))])
  }

  @Test func lossOnTheWayUpIsToldWithItsReason() {
    let news = publishing(losing: [0, 0, 6, 6, 6, 6, 20, 20, 20, 20])

    #expect(news.map(\.publishing) == [Rating(.good), Rating(.fair, .loss), Rating(.poor, .loss)])
  }

  @Test func aSingleBurstShowsNothing() {
    #expect(publishing(losing: [0, 0, 8, 0, 0, 0, 0]).count == 1)
  }

  @Test func itIsGoodAgainAfterFiveGoodSeconds() {
    let news = publishing(losing: [0] + Array(repeating: 8, count: 6) + Array(repeating: 0, count: 7))
    let early = publishing(losing: [0] + Array(repeating: 8, count: 6) + Array(repeating: 0, count: 5))

    #expect(news.last?.publishing == Rating(.good))
    #expect(early.last?.publishing == Rating(.fair, .loss))
  }

  @Test func aMicrophoneOfWhichNothingComesIsLost() {
    #expect(publishing(losing: [0, 0], silence: .seconds(3)).last?.publishing == Rating(.lost, .nothingSent))
    #expect(publishing(losing: [0, 0], silence: .seconds(2)).last?.publishing == Rating(.good))
    #expect(publishing(losing: [0, 0], silence: nil).last?.publishing == Rating(.good))
  }

  @Test func whatTheNetworkCarriesOfWhatIsWantedCounts() {
    #expect(receiving([share(1), share(0.9)]) == [Rating(.good)])
    #expect(receiving([share(0.5)]) == [Rating(.fair, .bandwidth)])
    #expect(receiving([share(0.2)]) == [Rating(.poor, .bandwidth)])
  }

  @Test func theWorseOfTwoReasonsIsNamed() {
    #expect(receiving([share(0.5, loss: 0.2)]) == [Rating(.poor, .loss)])
    #expect(receiving([share(0.2, loss: 0.05)]) == [Rating(.poor, .bandwidth)])
  }

  @Test func silenceFromTheOtherSideIsNoConnection() {
    #expect(receiving([QualityWatch.Downlink(share: 1, loss: 0, isSilent: true)]) == [Rating(.lost, .loss)])
  }

  @Test func whoeverSendsNothingAnyMoreHasNoRating() {
    var watch = QualityWatch()
    let uplink = QualityWatch.Uplink(expectedCount: 100, missedCount: 0, silence: nil)
    #expect(watch.observe(uplink, nil)?.publishing == Rating(.good))
    #expect(watch.observe(nil, nil) == MediaServer.Quality())
  }

  @Test func countsThatEndWithTheirStreamsAreNoLoss() {
    var watch = QualityWatch()
    _ = watch.observe(.init(expectedCount: 10_000, missedCount: 2000, silence: nil), nil)
    let news = (1...4).compactMap { watch.observe(.init(expectedCount: $0 * 100, missedCount: 0, silence: nil), nil) }
    #expect(news.isEmpty)
  }
}
