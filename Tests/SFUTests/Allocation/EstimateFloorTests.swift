import RTP
import SFU
import Testing

/// The least of what a network was believed to carry lately.
@Suite struct EstimateFloorTests {
  @Test func theLeastOfTwoSecondsHolds() {
    var floor = EstimateFloor()
    let unknown = floor.lowest(at: .zero)

    floor.note(900, at: .zero)
    floor.note(300, at: .zero + .seconds(1))
    floor.note(1000, at: .zero + .milliseconds(1100))

    #expect(unknown == nil)
    #expect(floor.lowest(at: .zero + .milliseconds(1500)) == 300)
    #expect(floor.lowest(at: .zero + .milliseconds(2700)) == 300)
    #expect(floor.lowest(at: .zero + .milliseconds(3100)) == 1000)
    #expect(floor.lowest(at: .zero + .seconds(900)) == 1000, "what is believed holds until something else is")
  }

  @Test func whatWasBelievedMeanwhileCountsThoughNobodyAsked() {
    var floor = EstimateFloor()
    floor.note(300, at: .zero)

    floor.note(2000, at: .zero + .seconds(10))

    #expect(floor.lowest(at: .zero + .seconds(10)) == 300, "it held until a moment ago")
    #expect(floor.lowest(at: .zero + .milliseconds(12_250)) == 2000)
  }

  @Test func whatFallsFallsAtOnce() {
    var floor = EstimateFloor()
    floor.note(2000, at: .zero)

    floor.note(500, at: .zero + .milliseconds(10))

    #expect(floor.lowest(at: .zero + .milliseconds(10)) == 500)
  }
}
