import RTP
import SFU
import Testing

/// One numbering for the subscriber, whichever source is forwarded.
@Suite struct NumberMappingTests {
  private static let first = SequenceNumber(rawValue: 500)

  @Test func distancesWithinASourceStay() {
    var mapping = NumberMapping(first: Self.first, clockRate: 90_000)
    mapping.switchSource(to: 70_000, timestamp: 9000, at: .zero)

    let numbers = [70_000, 70_003, 70_001].map { mapping.map($0, timestamp: 9000 + $0, at: .zero)?.sequence.rawValue }

    #expect(numbers == [500, 503, 501])
  }

  @Test func theFirstSourceKeepsItsTimestamps() {
    var mapping = NumberMapping(first: Self.first, clockRate: 90_000)
    mapping.switchSource(to: 1, timestamp: 1234, at: .zero)

    #expect(mapping.map(1, timestamp: 1234, at: .zero)?.timestamp == 1234)
  }

  @Test func aSwitchLeavesNoGapAndGoesOnByTheTimeThatHasPassed() {
    var mapping = NumberMapping(first: Self.first, clockRate: 90_000)
    mapping.switchSource(to: 10, timestamp: 0, at: .zero)
    _ = mapping.map(10, timestamp: 0, at: .zero)
    let last = mapping.map(12, timestamp: 3000, at: .zero + .milliseconds(33))

    mapping.switchSource(to: 9000, timestamp: 777_777, at: .zero + .milliseconds(83))
    let next = mapping.map(9000, timestamp: 777_777, at: .zero + .milliseconds(83))

    #expect(last == .init(sequence: Self.first.advanced(by: 2), timestamp: 3000))
    #expect(next == .init(sequence: Self.first.advanced(by: 3), timestamp: 3000 + 50 * 90))
  }

  @Test func aSwitchAtTheSameMomentStillMovesTimeOn() {
    var mapping = NumberMapping(first: Self.first, clockRate: 90_000)
    mapping.switchSource(to: 1, timestamp: 50, at: .zero)
    _ = mapping.map(1, timestamp: 50, at: .zero)
    mapping.switchSource(to: 1, timestamp: 9, at: .zero)

    #expect(mapping.map(1, timestamp: 9, at: .zero)?.timestamp == 51)
  }

  @Test func whatCameBeforeTheSwitchIsNotForwarded() {
    var mapping = NumberMapping(first: Self.first, clockRate: 90_000)
    mapping.switchSource(to: 100, timestamp: 0, at: .zero)

    #expect(mapping.map(99, timestamp: 0, at: .zero) == nil)
    #expect(mapping.map(100, timestamp: 0, at: .zero)?.sequence == Self.first)
  }
}
