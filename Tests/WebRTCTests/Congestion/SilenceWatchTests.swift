import RTP
import Testing
import WebRTC

@Suite struct SilenceWatchTests {
  @Test func beginsASecondOrTwoRoundTripsAfterThePacketThatWaits() {
    let watch = SilenceWatch()

    #expect(watch.deadline(waitingSince: nil, roundTripTime: .milliseconds(100)) == .distantFuture)
    #expect(watch.deadline(waitingSince: at(500), roundTripTime: .milliseconds(100)) == at(1500))
    #expect(watch.deadline(waitingSince: at(500), roundTripTime: .milliseconds(800)) == at(2100))
  }

  @Test func lowersByAFifthEachHalfSecond() {
    var watch = SilenceWatch()

    #expect(watch.lower(1_000_000, at: at(1500)) == 800_000)
    #expect(watch.deadline(waitingSince: at(500), roundTripTime: .milliseconds(100)) == at(2000))
    #expect(watch.lower(800_000, at: at(2000)) == 640_000)
  }

  @Test func itsEndTellsTheRateBeforeIt() {
    var watch = SilenceWatch()
    #expect(watch.end() == nil)
    _ = watch.lower(1_000_000, at: at(1500))
    _ = watch.lower(800_000, at: at(2000))

    #expect(watch.end() == 1_000_000)
    #expect(watch.end() == nil)
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
