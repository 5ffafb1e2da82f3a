import RTP
import SFU
import Testing
import WebRTC

/// One numbering for the subscriber, whichever source is forwarded.
@Suite struct NumberMappingTests {
  private static let first = SequenceNumber(rawValue: 500)

  private static func packet(_ sequence: Int64, _ timestamp: Int64 = 0) -> NumberMapping.Position {
    NumberMapping.Position(sequence: sequence, timestamp: timestamp, marker: true)
  }

  /// A mapping that begins with this packet, which is sent.
  private static func mapping(
    from sequence: Int64, _ timestamp: Int64, by clock: StreamClock? = nil, endsPicture: Bool = true
  ) -> NumberMapping {
    var mapping = NumberMapping(first: first, clockRate: 90_000)
    _ = mapping.switchSource(to: packet(sequence, timestamp), by: clock, at: .zero)
    _ = mapping.map(packet(sequence, timestamp), endsPicture: endsPicture, at: .zero)
    return mapping
  }

  @Test func distancesWithinASourceStay() {
    var mapping = Self.mapping(from: 70_000, 9000)

    let numbers = [70_003, 70_001].map {
      mapping.map(Self.packet($0, 9000 + $0), endsPicture: true, at: .zero)?.sequence.rawValue
    }

    #expect(numbers == [503, 501])
  }

  @Test func theFirstSourceKeepsItsTimestamps() {
    var mapping = Self.mapping(from: 1, 1234)

    #expect(mapping.map(Self.packet(2, 1300), endsPicture: true, at: .zero)?.timestamp == 1300)
  }

  @Test func withoutClocksTimeGoesOnByWhatHasPassed() {
    var mapping = Self.mapping(from: 10, 0)
    let switched = mapping.switchSource(to: Self.packet(9000, 777_777), at: .zero + .milliseconds(50))
    let next = mapping.map(Self.packet(9000, 777_777), endsPicture: true, at: .zero + .milliseconds(50))

    #expect(switched)
    #expect(next?.sequence == Self.first.advanced(by: 1))
    #expect(next?.timestamp == UInt32(50 * 90))
  }

  @Test func clocksDecideAndNotWhenAPacketCame() {
    let from = StreamClock(moment: .zero, timestamp: 5000, clockRate: 90_000)
    let to = StreamClock(moment: .zero + .milliseconds(100), timestamp: 800_000, clockRate: 90_000)
    var mapping = Self.mapping(from: 10, 5000, by: from)

    // Taken 33 ms after the first, come 70 ms after it.
    let taken = Self.packet(1, 800_000 - 67 * 90)
    let switched = mapping.switchSource(to: taken, by: to, at: .zero + .milliseconds(70))
    let next = mapping.map(taken, endsPicture: true, at: .zero + .milliseconds(70))

    #expect(switched)
    #expect(next?.timestamp == UInt32(5000 + 33 * 90))
  }

  @Test func aPictureFromBeforeComesBehindWhatWasSentAndLaterOnesAreOnTimeAgain() {
    let clock = StreamClock(moment: .zero, timestamp: 0, clockRate: 90_000)
    var mapping = Self.mapping(from: 10, 9000, by: clock)

    // Twenty milliseconds older than what was sent: moved behind it, and the next switch does not inherit that.
    let old = Self.packet(1, 9000 - 1800)
    let isTaken = mapping.switchSource(to: old, by: clock, at: .zero)
    #expect(isTaken)
    #expect(mapping.map(old, endsPicture: true, at: .zero)?.timestamp == 9001)
    let later = Self.packet(1, 18_000)
    let isLaterTaken = mapping.switchSource(to: later, by: clock, at: .zero + .milliseconds(100))
    #expect(isLaterTaken)
    #expect(mapping.map(later, endsPicture: true, at: .zero + .milliseconds(100))?.timestamp == 18_000)
  }

  @Test func aPictureFromLongBeforeIsRefusedUnlessForced() {
    let clock = StreamClock(moment: .zero, timestamp: 0, clockRate: 90_000)
    var mapping = Self.mapping(from: 10, 90_000, by: clock)
    let old = Self.packet(1, 90_000 - 50 * 90)

    let isTaken = mapping.switchSource(to: old, by: clock, at: .zero)
    #expect(!isTaken)
    let isForcedIn = mapping.switchSource(to: old, by: clock, isForced: true, at: .zero)
    #expect(isForcedIn)
    #expect(mapping.map(old, endsPicture: true, at: .zero)?.timestamp == 90_001)
  }

  @Test func clocksThatSaySomethingImpossibleAreNotBelieved() {
    let from = StreamClock(moment: .zero, timestamp: 0, clockRate: 90_000)
    let to = StreamClock(moment: .zero + .seconds(100), timestamp: 0, clockRate: 90_000)
    var mapping = Self.mapping(from: 10, 0, by: from)

    _ = mapping.switchSource(to: Self.packet(1, 0), by: to, at: .zero + .milliseconds(40))

    let next = mapping.map(Self.packet(1, 0), endsPicture: true, at: .zero + .milliseconds(40))
    #expect(next?.timestamp == UInt32(40 * 90))
  }

  @Test func onlyACutPictureLeavesAHole() {
    var whole = Self.mapping(from: 10, 0)
    var cut = Self.mapping(from: 10, 0, endsPicture: false)
    let next = Self.packet(77, 0)

    _ = whole.switchSource(to: next, at: .zero)
    _ = cut.switchSource(to: next, at: .zero)

    #expect(whole.map(next, endsPicture: true, at: .zero)?.sequence == Self.first.advanced(by: 1))
    #expect(cut.map(next, endsPicture: true, at: .zero)?.sequence == Self.first.advanced(by: 2))
  }

  /// As far as a source that goes through half the numbers, and back to where nothing is taken for new.
  @Test(arguments: [5000, 20_000, 40_000, 1 << 40] as [Int64]) func aSourceThatLeapsDoesNotTakeTheNumbersAlong(
    leap: Int64
  ) {
    var mapping = Self.mapping(from: 1, 0)

    let next = mapping.map(Self.packet(leap, 3000), endsPicture: true, at: .zero)
    let following = mapping.map(Self.packet(leap + 2, 6000), endsPicture: true, at: .zero)

    #expect(next?.sequence == Self.first.advanced(by: 2))
    #expect(following?.sequence == Self.first.advanced(by: 4))
    #expect(mapping.map(Self.packet(2, 3000), endsPicture: true, at: .zero) == nil)
  }

  @Test func leapsBehindWhatWasLeftOutAreNoticedToo() {
    var mapping = Self.mapping(from: 1, 0)
    _ = mapping.leaveOutPadding(20_000)
    _ = mapping.leaveOutPadding(40_000)

    let next = mapping.map(Self.packet(40_001, 3000), endsPicture: true, at: .zero)

    #expect(next?.sequence == Self.first.advanced(by: 2))
  }

  @Test func whatCameBeforeTheSwitchIsNotForwarded() {
    var mapping = Self.mapping(from: 100, 0)

    #expect(mapping.map(Self.packet(99), endsPicture: true, at: .zero) == nil)
  }

  @Test func theSubscriberIsToldOfItsOwnTimestamps() {
    let clock = StreamClock(moment: .zero, timestamp: 1000, clockRate: 90_000)
    var mapping = Self.mapping(from: 10, 1000, by: clock)

    #expect(mapping.follow(clock) == nil)
    _ = mapping.switchSource(to: Self.packet(1, 0), at: .zero + .milliseconds(10))
    #expect(mapping.clock == nil)
    let told = mapping.follow(StreamClock(moment: .zero, timestamp: 0, clockRate: 90_000))
    #expect(told?.timestamp == Int64(1900))
  }
}

/// Numbers that are left out on purpose are closed up.
@Suite struct ClosedNumbersTests {
  @Test func whatFollowsAtTheHeadMovesUp() {
    var numbers = ClosedNumbers()
    numbers.begin(at: 100, as: 0)

    #expect(numbers.map(100) == 0)
    #expect(numbers.leaveOut(101) == .closed)
    #expect(numbers.leaveOut(102) == .closed)
    #expect(numbers.map(103) == 1)
    #expect(numbers.map(101) == nil)
    #expect(numbers.map(99) == nil)
  }

  @Test func whatWasGivenOutIsNeverChanged() {
    var numbers = ClosedNumbers()
    numbers.begin(at: 0, as: 0)
    _ = numbers.map(0)
    _ = numbers.map(3)

    #expect(numbers.leaveOut(2) == .open(2))
    #expect(numbers.map(1) == 1)
    #expect(numbers.map(4) == 4)
    #expect(numbers.leaveOut(5) == .closed)
    #expect(numbers.leaveOut(5) == .past)
    #expect(numbers.map(6) == 5)
    #expect(numbers.map(3) == 3)
  }

  @Test func whatLiesWithinAFrameThatIsLeftOutGoesWithIt() {
    var numbers = ClosedNumbers()
    numbers.begin(at: 0, as: 0)
    _ = numbers.map(0)

    #expect(numbers.leaveOut(1) == .closed)
    #expect(numbers.leaveOut(3, joins: true) == .closed)
    #expect(numbers.leaveOut(2) == .past)
    #expect(numbers.map(4) == 1)
  }

  /// Against a map that forgets nothing.
  @Test func agreesWithAMapOfEverything() {
    var numbers = ClosedNumbers()
    numbers.begin(at: 0, as: 1000)
    var known: [Int64: Int64] = [:]
    var next: Int64 = 1000

    for number in Int64(0)..<5000 {
      if number % 7 == 3 || number % 7 == 4 {
        #expect(numbers.leaveOut(number) == .closed)
      } else {
        #expect(numbers.map(number) == next)
        known[number] = next
        next += 1
      }
      let late = number - 150
      if late >= 0 { #expect(numbers.map(late) == known[late]) }
    }
    // What is too old is not given another number.
    #expect(numbers.map(2) == nil)
  }
}
