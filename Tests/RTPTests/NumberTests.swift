import RTP
import TestSupport
import Testing

struct SequenceNumberTests {
  @Test func ordersNumbersOnTheNearerWayAround() {
    let last = SequenceNumber(rawValue: 65535)
    let first = SequenceNumber(rawValue: 0)

    #expect(first.isAfter(last))
    #expect(!last.isAfter(first))
    #expect(!first.isAfter(first))
    #expect(last.distance(to: first) == 1)
    #expect(first.distance(to: last) == -1)
    #expect(first.distance(to: SequenceNumber(rawValue: 32767)) == 32767)
    #expect(first.distance(to: SequenceNumber(rawValue: 32768)) == -32768)
  }

  @Test func countsOnThroughTheWrap() {
    #expect(SequenceNumber(rawValue: 65534).advanced(by: 3) == SequenceNumber(rawValue: 1))
    #expect(SequenceNumber(rawValue: 1).advanced(by: -3) == SequenceNumber(rawValue: 65534))
    #expect(SequenceNumber(wrapping: 65536 * 5 + 7) == SequenceNumber(rawValue: 7))
    #expect(SequenceNumber(wrapping: -1) == SequenceNumber(rawValue: 65535))
  }
}

struct UnwrapperTests {
  @Test func followsACounterThroughThreeWraps() {
    var unwrapper = Unwrapper.sequenceNumber
    let start: Int64 = 65_000

    for value in stride(from: start, to: 65536 * 4, by: 30_000) {
      #expect(unwrapper.unwrap(UInt32(value & 0xffff)) == value)
    }
  }

  @Test func aLatePacketDoesNotMoveTheReference() {
    var unwrapper = Unwrapper.sequenceNumber

    #expect(unwrapper.unwrap(SequenceNumber(rawValue: 2)) == 2)
    #expect(unwrapper.unwrap(SequenceNumber(rawValue: 65530)) == -6)
    #expect(unwrapper.unwrap(SequenceNumber(rawValue: 32769)) == 32769)
    #expect(unwrapper.unwrap(SequenceNumber(rawValue: 2)) == 2)
    #expect(unwrapper.highest == 32769)
  }

  @Test func lookingIsNotMoving() {
    var unwrapper = Unwrapper.timestamp
    _ = unwrapper.unwrap(0xffff_ff00)

    let ahead = unwrapper.unwrapped(0x100)

    #expect(ahead == 0x1_0000_0100)
    #expect(unwrapper.highest == 0xffff_ff00)
    unwrapper.advance(to: ahead)
    #expect(unwrapper.highest == 0x1_0000_0100)
  }

  @Test func unwrapsCountersOfAnyWidth() {
    var pictureID = Unwrapper(bitCount: 15)
    var single = Unwrapper(bitCount: 1)

    #expect(pictureID.unwrap(0x7fff) == 0x7fff)
    #expect(pictureID.unwrap(0) == 0x8000)
    #expect(single.unwrap(1) == 1)
    #expect(single.unwrap(0) == 0)
  }

  @Test(arguments: [8, 15, 16, 24, 32]) func neverStrayAnywhereButToTheNearestValue(bitCount: Int) {
    var generator = SeededGenerator(seed: UInt64(bitCount))
    var unwrapper = Unwrapper(bitCount: bitCount)
    let half: Int64 = 1 << Int64(bitCount - 1)
    var highest = Int64(unwrapper.unwrap(5))

    for _ in 0..<2000 {
      let truth = highest + .random(in: -half..<half, using: &generator)
      let wire = UInt32(truncatingIfNeeded: truth & (half * 2 - 1))
      #expect(unwrapper.unwrap(wire) == truth)
      highest = max(highest, truth)
    }
  }
}

struct NTPTimeTests {
  @Test func theExampleOfRFC3550GivesItsRoundTripTime() {
    // RFC 3550 §6.4.1: A = 0xb710:8000, LSR = 0xb705:2000, DLSR = 0x0005:4000, so the round trip took 6.125 s.
    let arrival = NTPShortTime(rawValue: 0xb710_8000)
    let lastReport = NTPShortTime(rawValue: 0xb705_2000)
    let delay = NTPShortTime(rawValue: 0x0005_4000)

    #expect(delay.duration == .milliseconds(5250))
    #expect(arrival.duration(since: lastReport) - delay.duration == .milliseconds(6125))
    #expect(NTPShortTime(.milliseconds(5250)) == delay)
  }

  @Test func turnsUnixTimeIntoSecondsSince1900AndBack() {
    let epoch = NTPTime(unixNanoseconds: 0)
    let time: Int64 = 1_700_000_000_123_456_789

    #expect(epoch.rawValue == 0x83aa_7e80_0000_0000)
    #expect(NTPTime(unixNanoseconds: 500_000_000).rawValue == 0x83aa_7e80_8000_0000)
    #expect(NTPTime(unixNanoseconds: time).unixNanoseconds == time)
    #expect(NTPTime(rawValue: 0x1234_5678_9abc_def0).short.rawValue == 0x5678_9abc)
  }

  @Test func timeGoesOnAfterTheSecondsWrapIn2036() {
    let wrap: Int64 = 2_085_978_496  // 2^32 s after 1900 in Unix time: 2036-02-07

    #expect(NTPTime(unixNanoseconds: wrap * 1_000_000_000).rawValue == 0)
    #expect(NTPTime(rawValue: 0).unixNanoseconds == wrap * 1_000_000_000)
    #expect(NTPTime(unixNanoseconds: (wrap - 1) * 1_000_000_000).rawValue == 0xffff_ffff_0000_0000)
  }

  @Test func spansThatDoNotFitAreHeldWithinTheField() {
    #expect(NTPShortTime(.seconds(-1)).rawValue == 0)
    #expect(NTPShortTime(.seconds(65536)).rawValue == 0xffff_ffff)
    #expect(NTPShortTime(.milliseconds(500)).rawValue == 0x8000)
    #expect(NTPShortTime(rawValue: 5).duration(since: NTPShortTime(rawValue: 0x1_0005)) == .seconds(-1))
  }
}
