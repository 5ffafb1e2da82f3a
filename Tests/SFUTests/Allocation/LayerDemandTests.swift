import RTP
import SFU
import Testing

/// Which layers a publisher is told to be of use.
@Suite struct LayerDemandTests {
  private static func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

  @Test func whatNobodyNeededForFiveSecondsIsOfNoUse() {
    var demand = LayerDemand()

    let told = [0, 1000, 4900, 5000, 9000].map { demand.note(1, of: 3, at: Self.at($0)) }

    #expect(told == [3, nil, nil, 1, nil], "all at first, and one from then on")
  }

  @Test func whatIsNeededAgainIsToldAtOnce() {
    var demand = LayerDemand()
    _ = demand.note(1, of: 3, at: Self.at(0))
    _ = demand.note(1, of: 3, at: Self.at(6000))

    #expect(demand.note(2, of: 3, at: Self.at(6001)) == 2)
    #expect(demand.note(3, of: 3, at: Self.at(6002)) == 3)
  }

  @Test func eachLayerHasItsOwnFiveSeconds() {
    var demand = LayerDemand()
    _ = demand.note(3, of: 3, at: Self.at(0))
    _ = demand.note(2, of: 3, at: Self.at(3000))

    let told = [4000, 5000, 7900, 8000, 9000].map { demand.note(0, of: 3, at: Self.at($0)) }

    #expect(told == [nil, 2, nil, 0, nil])
  }

  @Test func aViewThatComesBackInTimeChangesNothing() {
    var demand = LayerDemand()
    _ = demand.note(3, of: 3, at: Self.at(0))

    let told = stride(from: 1000, to: 60_000, by: 1000).map {
      demand.note($0 % 4000 == 0 ? 3 : 0, of: 3, at: Self.at($0))
    }

    #expect(told.allSatisfy { $0 == nil })
  }

  @Test func whatIsOffByOurOwnDemandIsNotMissing() {
    var demand = LayerDemand()
    let unknown = demand.accounts(for: 2, at: Self.at(0))
    _ = demand.note(1, of: 3, at: Self.at(0))
    _ = demand.note(1, of: 3, at: Self.at(6000))
    let off = (0..<3).map { demand.accounts(for: $0, at: Self.at(7000)) }

    _ = demand.note(3, of: 3, at: Self.at(8000))
    let returning = (0..<3).map { demand.accounts(for: $0, at: Self.at(10_900)) }
    let missing = (0..<3).map { demand.accounts(for: $0, at: Self.at(11_000)) }

    #expect(!unknown && off == [false, true, true])
    #expect(returning == [false, true, true], "it takes a moment to come back")
    #expect(missing == [false, false, false])
  }
}
