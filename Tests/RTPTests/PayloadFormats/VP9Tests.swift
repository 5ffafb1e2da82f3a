import RTP
import TestSupport
import Testing

struct VP9Tests {
  /// The first packet of a keyframe with three spatial layers.
  private static let keyframe = [UInt8](
    hex: """
      aa  # picture id, layers, start of frame, structure
      8123  # picture id 0x123 in 15 bits
      10  # temporal layer 0, switching point, spatial layer 0
      44  # TL0PICIDX
      58  # three layers, sizes, a picture group
      0140 00b4 0280 0168 0500 02d0  # 320 x 180, 640 x 360, 1280 x 720
      02  # two pictures in the group
      04 01  # layer 0, one reference, 1
      28 01 02  # layer 1, two references, 1 and 2
      82498342  # the data
      """)

  /// A packet in flexible mode with two references.
  private static let flexible = [UInt8](hex: "f5 7f 45 03 04 abcd")

  private static func read(_ payload: [UInt8]) throws(WireError) -> (VP9PayloadDescriptor, data: [UInt8]) {
    var data = payload.span.bytes
    let descriptor = try VP9PayloadDescriptor(reading: &data)
    return (descriptor, data.array)
  }

  private static func write(_ descriptor: VP9PayloadDescriptor) throws(WireError) -> [UInt8] {
    try [UInt8](capacity: 64) { output throws(WireError) in try descriptor.write(into: &output) }
  }

  @Test func readsAKeyframeAndItsStructure() throws {
    let (descriptor, data) = try Self.read(Self.keyframe)

    #expect(descriptor.pictureID == 0x123)
    #expect(descriptor.layer == .init(temporalID: 0, isSwitchingUpPoint: true, spatialID: 0))
    #expect(descriptor.tl0PictureIndex == 0x44)
    #expect(descriptor.startsFrame && !descriptor.endsFrame)
    #expect(descriptor.startsKeyframe)
    let structure = try #require(descriptor.structure)
    #expect(structure.spatialLayerCount == 3)
    #expect(structure.widths.indices.map { structure.widths[$0] } == [320, 640, 1280])
    #expect(structure.heights.indices.map { structure.heights[$0] } == [180, 360, 720])
    #expect(data == [UInt8](hex: "82498342"))
    expectRefusalOfEveryTruncation(of: Array(Self.keyframe.dropLast(4))) { _ = try Self.read($0) }
  }

  @Test func readsReferencesInFlexibleMode() throws {
    let (descriptor, data) = try Self.read(Self.flexible)

    #expect(descriptor.pictureID == 0x7f)
    #expect(!descriptor.hasLongPictureID)
    #expect(descriptor.layer == .init(temporalID: 2, spatialID: 2, isInterLayerPredicted: true))
    #expect(descriptor.tl0PictureIndex == nil)
    #expect(descriptor.pictureDiffs.indices.map { descriptor.pictureDiffs[$0] } == [1, 2])
    #expect(descriptor.endsFrame && descriptor.isNotReferenceForUpperLayers)
    #expect(!descriptor.startsKeyframe)
    #expect(data == [0xab, 0xcd])
    #expect(try Self.write(descriptor) == Array(Self.flexible.dropLast(2)))
    expectRefusalOfEveryTruncation(of: Array(Self.flexible.dropLast(2))) { _ = try Self.read($0) }
  }

  @Test func refusesMoreReferencesThanThree() {
    #expect(throws: WireError.invalidLength) { try Self.read([UInt8](hex: "50 03 05 07 08")) }
    #expect(throws: WireError.invalidValue) { try Self.read([UInt8](hex: "50 00")) }
  }

  @Test func aKeyframeBeginsInTheLowestLayerOnly() throws {
    #expect(try Self.read([UInt8](hex: "08")).0.startsKeyframe)
    #expect(try !Self.read([UInt8](hex: "48")).0.startsKeyframe)  // predicted from earlier pictures
    #expect(try !Self.read([UInt8](hex: "00")).0.startsKeyframe)  // not the first packet
    #expect(try !Self.read([UInt8](hex: "28 02 00")).0.startsKeyframe)  // spatial layer 1
  }

  @Test func renumberingKeepsReferencesAndStructure() throws {
    for (payload, expected) in [
      (Self.keyframe, "aa ffff 10 45" + Array(Self.keyframe[5..<24]).hex),
      (Self.flexible, "f5 ffff 45 03 04"),
    ] {
      var (descriptor, _) = try Self.read(payload)
      descriptor.pictureID = 0x7fff
      if let index = descriptor.tl0PictureIndex { descriptor.tl0PictureIndex = index + 1 }
      let rewritten = try [UInt8](capacity: 64) { output throws(WireError) in
        try descriptor.rewrite(payload.span.bytes, into: &output)
      }
      #expect(rewritten.hex == [UInt8](hex: expected).hex)
    }
  }

  @Test(arguments: [1, 49, 200, 3000]) func framesSurviveTheirPackets(byteCount: Int) throws {
    var generator = SeededGenerator(seed: UInt64(byteCount))
    let sent = randomBytes(byteCount, using: &generator)
    var descriptor = VP9PayloadDescriptor(pictureID: 9)
    var structure = VP9ScalabilityStructure(spatialLayerCount: 1)
    try structure.widths.append(320)
    try structure.heights.append(180)
    descriptor.structure = structure

    let packets = try payloads(
      of: sent, limit: 60,
      VP9Packetizer(frame: sent.span.bytes, descriptor: descriptor, maximumPayloadByteCount: 60))

    let descriptors = try packets.map { try Self.read($0).0 }
    #expect(descriptors.map(\.startsFrame).filter { $0 }.count == 1)
    #expect(descriptors.first?.structure == structure)
    #expect(descriptors.dropFirst().allSatisfy { $0.structure == nil })
    #expect(descriptors.last?.endsFrame == true)
    #expect(try frame(of: packets, VP9Depacketizer()) == sent)
    if packets.count > 1 {
      #expect(throws: WireError.missingContext) { try frame(of: Array(packets.dropLast()), VP9Depacketizer()) }
      #expect(throws: WireError.missingContext) { try frame(of: Array(packets.dropFirst()), VP9Depacketizer()) }
    }
  }

  @Test func mutationsThatAreAcceptedAreWrittenAsTheyWereRead() {
    forEachMutation(of: [Self.keyframe, Self.flexible]) { bytes in
      let (descriptor, data) = try Self.read(bytes)
      let written = try Self.write(descriptor)
      #expect(written.count == descriptor.byteCount, "\(bytes.hex)")
      #expect(try Self.write(try Self.read(written).0) == written, "\(bytes.hex)")
      let rewritten = try [UInt8](capacity: 2000) { output throws(WireError) in
        try descriptor.rewrite(bytes.span.bytes, into: &output)
      }
      #expect(try Self.read(rewritten + data).data == data, "\(bytes.hex)")
    }
  }
}
