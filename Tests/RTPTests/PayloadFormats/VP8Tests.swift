import RTP
import TestSupport
import Testing

struct VP8Tests {
  /// The beginning of a keyframe of 1280 x 720 with all fields in its descriptor.
  private static let keyframe = [UInt8](
    hex: """
      90  # extension, start of partition 0
      f0  # picture id, TL0PICIDX, TID and KEYIDX are there
      9234  # picture id 0x1234 in 15 bits
      56  # TL0PICIDX
      a7  # temporal layer 2, switching point, key index 7
      10 0200 9d012a 0005 d002  # keyframe tag, start code, width, height
      """)

  private static func read(_ payload: [UInt8]) throws(WireError) -> (VP8PayloadDescriptor, data: [UInt8]) {
    var data = payload.span.bytes
    let descriptor = try VP8PayloadDescriptor(reading: &data)
    return (descriptor, data.array)
  }

  private static func startsKeyframe(_ descriptor: VP8PayloadDescriptor, _ data: [UInt8]) -> Bool {
    descriptor.startsKeyframe(data.span.bytes)
  }

  private static func write(_ descriptor: VP8PayloadDescriptor) throws(WireError) -> [UInt8] {
    try [UInt8](capacity: 8) { output throws(WireError) in try descriptor.write(into: &output) }
  }

  @Test func readsEveryField() throws {
    let (descriptor, data) = try Self.read(Self.keyframe)

    #expect(descriptor.startsFrame)
    #expect(!descriptor.isNonReference)
    #expect(descriptor.pictureID == 0x1234)
    #expect(descriptor.hasLongPictureID)
    #expect(descriptor.tl0PictureIndex == 0x56)
    #expect(descriptor.temporalLayer == .init(id: 2, isSwitchingPoint: true))
    #expect(descriptor.keyIndex == 7)
    #expect(descriptor.byteCount == 6)
    #expect(data.count == 10)
    let size = try VP8KeyframeHeader(parsing: data.span.bytes)
    #expect(size.width == 1280)
    #expect(size.height == 720)
  }

  @Test(arguments: [
    "00",  // no extension
    "37",  // non-reference, start of partition 7
    "9080 7f",  // picture id in 7 bits
    "9080 8000",  // picture id 0 in 15 bits
    "8040 ff",  // TL0PICIDX alone
    "8020 e0",  // TID and Y alone
    "8010 1f",  // KEYIDX alone
    "b0f0 ffff ff ff",
  ]) func writesWhatItRead(hex: String) throws {
    let payload = [UInt8](hex: hex)
    let (descriptor, data) = try Self.read(payload)

    #expect(data.isEmpty)
    #expect(try Self.write(descriptor) == payload)
    #expect(descriptor.byteCount == payload.count)
    expectRefusalOfEveryTruncation(of: payload) { _ = try Self.read($0) }
  }

  @Test func renumberedPicturesHaveFifteenBits() throws {
    var (descriptor, _) = try Self.read([UInt8](hex: "90b0 7f 60"))
    #expect(!descriptor.hasLongPictureID)

    descriptor.pictureID = 128
    descriptor.hasLongPictureID = true
    descriptor.keyIndex = 3

    #expect(try Self.write(descriptor) == [UInt8](hex: "90b0 8080 63"))
  }

  @Test func aKeyframeBeginsWithItsFirstPacketOnly() throws {
    let (descriptor, data) = try Self.read(Self.keyframe)
    #expect(Self.startsKeyframe(descriptor, data))

    var continued = Self.keyframe
    continued[0] = 0x80
    let (later, _) = try Self.read(continued)
    #expect(!Self.startsKeyframe(later, data))
    #expect(!Self.startsKeyframe(descriptor, [0x11]))  // the lowest bit says: not a keyframe
    #expect(!Self.startsKeyframe(descriptor, []))
    var secondPartition = descriptor
    secondPartition.partitionIndex = 1
    #expect(!Self.startsKeyframe(secondPartition, data))
    let interframe = [UInt8](hex: "010000 9d012a 00")
    #expect(throws: WireError.unexpectedType) { try VP8KeyframeHeader(parsing: interframe.span.bytes) }
  }

  @Test(arguments: [1, 50, 51, 1000, 4000]) func framesSurviveTheirPackets(byteCount: Int) throws {
    var generator = SeededGenerator(seed: UInt64(byteCount))
    let sent = randomBytes(byteCount, using: &generator)
    var descriptor = VP8PayloadDescriptor(startsPartition: true)
    descriptor.pictureID = 5

    let packets = try payloads(
      of: sent, limit: 54,
      VP8Packetizer(frame: sent.span.bytes, descriptor: descriptor, maximumPayloadByteCount: 54))

    #expect(packets.count == (byteCount + 49) / 50)
    #expect((packets.map(\.count).max() ?? 0) - (packets.map(\.count).min() ?? 0) <= 1)
    #expect(try frame(of: packets, VP8Depacketizer()) == sent)
    #expect(throws: WireError.missingContext) { try frame(of: [packets[0], packets[0]], VP8Depacketizer()) }
    #expect(throws: WireError.missingContext) {
      try frame(of: [[UInt8](hex: "80800001")], VP8Depacketizer())
    }
  }

  @Test func mutationsThatAreAcceptedAreWrittenAsTheyWereRead() {
    forEachMutation(of: [Self.keyframe, [UInt8](hex: "9080 7f"), [UInt8](hex: "b0f0 ffff ff ff 01")]) { bytes in
      let (descriptor, data) = try Self.read(bytes)
      let written = try Self.write(descriptor)
      #expect(written.count == descriptor.byteCount)
      #expect(written.count <= bytes.count - data.count, "\(bytes.hex)")
      #expect(try Self.read(written).0 == descriptor, "\(bytes.hex)")
    }
  }
}
