import RTP
import SFU
import Testing

/// Which packets wait for each other, and how long they are made.
@Suite struct PictureCollectorTests {
  @Test func onlyWhatComesBehindInTheSamePictureContinuesIt() {
    var collector = PictureCollector()
    #expect(collector.isContinued(by: entry(1)) == false)
    collector.append(entry(5), until: .zero + .milliseconds(12))
    collector.append(entry(7), until: .zero + .milliseconds(30))

    #expect(collector.isContinued(by: entry(9)) == true)
    #expect(collector.isContinued(by: entry(6)) == false)
    #expect(collector.isContinued(by: entry(7)) == false)
    #expect(collector.isContinued(by: entry(9, timestamp: 3000)) == false)
    #expect(collector.deadline == .zero + .milliseconds(12), "the first waits longest")
  }

  @Test func itIsCompleteWithTheLastPacketOrAFullRow() {
    var picture = PictureCollector()
    picture.append(entry(1), until: .zero)
    #expect(picture.isComplete == false)
    picture.append(entry(2, marker: true), until: .zero)
    #expect(picture.isComplete == true)

    var row = PictureCollector()
    for number in 0..<PictureCollector.capacity { row.append(entry(Int64(number)), until: .zero) }
    #expect(row.isComplete == true)
  }

  @Test(arguments: [
    // (lengths, padding): libwebrtc's packets differ by one byte, and the last may stay shorter.
    ([1150, 1150, 1151], [1, 1, 0]),
    ([1151, 1150, 1150], [0, 1, 0]),
    ([1150, 1150, 300], [0, 0, 0]),
    ([1160, 1150, 1150, 1140], [0, 10, 10, 0]),
    // What differs by more begins another row.
    ([300, 1149, 1150, 1150], [0, 1, 0, 0]),
    ([1100, 1124, 1125], [24, 0, 0]),
    ([900], [0]),
  ])
  func neighboursAreMadeEquallyLong(lengths: [Int], padding: [Int]) {
    var collector = PictureCollector()
    for (index, length) in lengths.enumerated() {
      collector.append(entry(Int64(index), byteCount: length), until: .zero)
    }

    collector.level()

    #expect((0..<collector.count).map { Int(collector[$0].fill) } == padding)
  }

  @Test func everySlotComesBack() {
    var slab = PacketSlab(slotCount: 2)
    var collector = PictureCollector()
    let waiting = [slab.take(), slab.take()].compactMap(\.self)
    for (number, slot) in waiting.enumerated() {
      var packet = entry(Int64(number))
      packet.slot = slot
      collector.append(packet, until: .zero)
    }
    var spent: [PacketSlab.Slot] = []

    collector.releaseAll(into: &spent)

    #expect(spent == waiting && spent.count == 2)
    #expect(collector.count == 0)
    #expect(collector.deadline == .distantFuture)
  }

  /// Of a slab that nobody looks into.
  private static let anySlot: PacketSlab.Slot = {
    var slab = PacketSlab(slotCount: 1)
    guard let slot = slab.take() else { preconditionFailure("a new slab has free slots") }
    return slot
  }()

  private func entry(
    _ sequence: Int64, timestamp: Int64 = 0, byteCount: Int = 1150, marker: Bool = false
  ) -> PacketCache.Entry {
    PacketCache.Entry(
      sequence: sequence, timestamp: timestamp, slot: Self.anySlot, arrival: .zero,
      payload: 12..<byteCount, byteCount: byteCount, payloadType: 96, marker: marker)
  }
}
