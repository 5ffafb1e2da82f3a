import Load
import RTP
import Testing

@Suite struct FrameWatchTests {
  private static func stamp(_ frame: UInt32, _ index: UInt16, of count: UInt16, layer: UInt8 = 0) -> MediaStamp {
    MediaStamp(run: 1, sentAt: at(Int(index)), frame: frame, index: index, count: count, layer: layer)
  }

  private static func at(_ milliseconds: Int) -> Instant { Instant.zero + .seconds(1) + .milliseconds(milliseconds) }

  @Test func aPictureIsWholeWithItsLastPacketInWhateverOrder() {
    var watch = FrameWatch()
    let packet1 = watch.receive(Self.stamp(1, 2, of: 3), at: Self.at(5))
    #expect(packet1 == nil)
    let packet2 = watch.receive(Self.stamp(1, 0, of: 3), at: Self.at(6))
    #expect(packet2 == nil)

    let whole = watch.receive(Self.stamp(1, 1, of: 3), at: Self.at(9))

    // The last packet was sent at 2 ms, whichever came last.
    #expect(whole?.latency == 7_000_000 && whole?.lastSentAt == Self.at(2))
  }

  @Test func whatComesTwiceCompletesNothing() {
    var watch = FrameWatch()
    let packet3 = watch.receive(Self.stamp(1, 0, of: 2), at: Self.at(1))
    #expect(packet3 == nil)
    let packet4 = watch.receive(Self.stamp(1, 0, of: 2), at: Self.at(2))
    #expect(packet4 == nil)
    let packet5 = watch.receive(Self.stamp(1, 1, of: 2), at: Self.at(3))
    #expect(packet5 != nil)
    let packet6 = watch.receive(Self.stamp(1, 1, of: 2), at: Self.at(4))
    #expect(packet6 == nil)
  }

  @Test func whatStaysIncompleteIsCountedWhenItsPlaceIsTaken() {
    var watch = FrameWatch()
    _ = watch.receive(Self.stamp(1, 0, of: 2), at: Self.at(1))
    _ = watch.receive(Self.stamp(2, 0, of: 1), at: Self.at(1))
    for number in UInt32(65)...66 { _ = watch.receive(Self.stamp(number, 0, of: 1), at: Self.at(2)) }

    #expect(watch.brokenCount == 1)
    let packet7 = watch.receive(Self.stamp(1, 1, of: 2), at: Self.at(3))
    #expect(packet7 == nil, "too late")
    #expect(watch.brokenCount == 1)
  }

  @Test func numbersMayWrap() {
    var watch = FrameWatch()
    _ = watch.receive(Self.stamp(.max, 0, of: 1), at: Self.at(1))
    let packet8 = watch.receive(Self.stamp(63, 0, of: 1), at: Self.at(1))
    #expect(packet8 != nil, "64 after, in the same place")
  }

  @Test func theSamePictureInAnotherLayerIsAnother() {
    var watch = FrameWatch()
    _ = watch.receive(Self.stamp(1, 0, of: 2, layer: 0), at: Self.at(1))
    let packet9 = watch.receive(Self.stamp(1, 0, of: 1, layer: 1), at: Self.at(2))
    #expect(packet9 != nil)
    #expect(watch.brokenCount == 1)
  }
}
