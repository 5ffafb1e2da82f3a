import RTP
import Testing
import WebRTC

@Suite struct ArrivalClockTests {
  @Test func followsTheReceiversTimeInUnitsOf64Milliseconds() {
    var clock = ArrivalClock()
    #expect(clock.arrival(ofReference: 100, at: at(1000)) == (at(1000), true))

    // Two units later, 100 ms by our clock: the receiver's distance counts.
    #expect(clock.arrival(ofReference: 102, at: at(1100)) == (at(1128), false))
    #expect(clock.arrival(ofReference: 104, at: at(1300)) == (at(1256), false))
  }

  @Test func twentyFourBitsWrap() {
    var clock = ArrivalClock()
    _ = clock.arrival(ofReference: 0xFF_FFFF, at: at(0))

    #expect(clock.arrival(ofReference: 1, at: at(130)) == (at(128), false))
  }

  @Test func anOvertakenReportLiesBeforeTheOneThatOvertookIt() {
    var clock = ArrivalClock()
    _ = clock.arrival(ofReference: 10, at: at(0))
    _ = clock.arrival(ofReference: 14, at: at(256))

    #expect(clock.arrival(ofReference: 12, at: at(260)) == (at(128), false))
    #expect(clock.arrival(ofReference: 16, at: at(384)) == (at(384), false))
  }

  @Test(arguments: [50, 0x80_0000, 0xFF_FFD0] as [UInt32])
  func timeThatMovesOtherwiseThanTimeBeginsAnew(reference: UInt32) {
    var clock = ArrivalClock()
    _ = clock.arrival(ofReference: 0, at: at(0))

    #expect(clock.arrival(ofReference: reference, at: at(100)) == (at(100), true))
  }

  @Test func aLongPauseIsNoJump() {
    var clock = ArrivalClock()
    _ = clock.arrival(ofReference: 0, at: at(0))

    // An hour is 56 250 units.
    #expect(clock.arrival(ofReference: 56_250, at: at(3_600_500)) == (at(3_600_000), false))
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
