import RTP
import Testing
import WebRTC

@Suite struct RecentPeakTests {
  @Test func theHighestIsKnownForASecondAtLeastAndTwoAtMost() {
    var peak = RecentPeak()
    peak.note(5, at: at(0))
    peak.note(9, at: at(900))
    peak.note(2, at: at(950))
    #expect(peak.value == 9)

    peak.note(2, at: at(1800))
    #expect(peak.value == 9)
    peak.note(2, at: at(2900))
    #expect(peak.value == 2)
  }

  @Test func afterAPauseNothingIsKnown() {
    var peak = RecentPeak()
    peak.note(9, at: at(0))

    peak.note(1, at: at(5000))

    #expect(peak.value == 1)
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
