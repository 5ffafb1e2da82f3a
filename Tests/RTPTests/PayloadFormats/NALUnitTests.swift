import RTP
import TestSupport
import Testing

struct NALUnitTests {
  @Test(arguments: [
    ("67 42c01f", true),  // sequence parameter set
    ("65 88", true),  // IDR
    ("41 9a", false),  // a slice of another picture
    ("68 ce", false),  // picture parameter set alone
    ("78 0004 6742c01f 0002 68ce", true),  // STAP-A with a sequence parameter set
    ("78 0002 68ce 0002 6588", true),  // STAP-A with IDR behind the first unit
    ("78 0002 68ce 0002 419a", false),
    ("78 0009 67", false),  // STAP-A that lies about its length
    ("7c 85 88", true),  // FU-A, start of IDR
    ("7c 05 88", false),  // FU-A, middle of IDR
    ("7c 81 9a", false),  // FU-A, start of another picture
    ("7c", false), ("", false), ("79 00", false),
  ]) func findsKeyframesInH264(hex: String, isKeyframe: Bool) {
    #expect(H264.startsKeyframe([UInt8](hex: hex).span.bytes) == isKeyframe)
  }

  @Test(arguments: [
    ("4001 0c", true),  // VPS
    ("4201 01", true),  // SPS
    ("2601 af", true),  // IDR_W_RADL (19)
    ("2a01 af", true),  // CRA (21)
    ("0201 d0", false),  // TRAIL_R (1)
    ("6001 0003 4001 0c", true),  // AP with a VPS
    ("6001 0003 0201 d0", false),
    ("6201 93 af", true),  // FU, start of IDR
    ("6201 13 af", false),  // FU, middle of IDR
    ("62", false), ("6401 00", false),  // truncated; PACI (50)
  ]) func findsKeyframesInH265(hex: String, isKeyframe: Bool) {
    #expect(H265.startsKeyframe([UInt8](hex: hex).span.bytes) == isKeyframe)
  }

  @Test func findsUnitsAfterStartCodes() throws {
    let stream = [UInt8](hex: "00000001 6742 000001 68ce00 00000001 00000001 65880000 00")

    #expect(try Self.units(of: stream, .startCode) == ["6742", "68ce", "6588"].map { [UInt8](hex: $0) })
    #expect(try Self.units(of: [UInt8](hex: "0102030405"), .startCode).isEmpty)
    #expect(try Self.units(of: [UInt8](hex: "02000001"), .startCode).isEmpty)
  }

  @Test func findsUnitsAfterTheirLengths() throws {
    let stream = [UInt8](hex: "00000002 6742 00000000 00000001 68")

    #expect(try Self.units(of: stream, .lengthPrefix) == [[0x67, 0x42], [0x68]])
    #expect(throws: WireError.truncated) { try Self.units(of: Array(stream.dropLast()), .lengthPrefix) }
    #expect(throws: WireError.truncated) { try Self.units(of: [0, 0, 0], .lengthPrefix) }
  }

  @Test func putsH264PacketsTogether() throws {
    let packets = ["78 0004 6742c01f 0002 68ce", "7c 85 8801", "7c 05 02", "7c 45 03", "41 9a"].map { [UInt8](hex: $0) }

    #expect(
      try frame(of: packets, NALUnitDepacketizer<H264>(framing: .startCode))
        == [UInt8](hex: "00000001 6742c01f 00000001 68ce 00000001 6588010203 00000001 419a"))
    #expect(
      try frame(of: packets, NALUnitDepacketizer<H264>(framing: .lengthPrefix))
        == [UInt8](hex: "00000004 6742c01f 00000002 68ce 00000005 6588010203 00000002 419a"))
  }

  @Test func putsH265PacketsTogether() throws {
    let packets = ["6001 0003 40010c 0003 420101", "6201 93 af", "6201 53 b0"].map { [UInt8](hex: $0) }

    #expect(
      try frame(of: packets, NALUnitDepacketizer<H265>(framing: .lengthPrefix))
        == [UInt8](hex: "00000003 40010c 00000003 420101 00000004 2601 afb0"))
  }

  @Test(arguments: [
    ["7c 05 02"],  // a middle without its beginning
    ["7c 85 02"],  // a beginning without its end
    ["7c 85 02", "41 9a"], ["7c 85 02", "7c 85 02"],
  ]) func refusesUnitsThatAreNotWhole(hex: [String]) {
    #expect(throws: WireError.missingContext) {
      try frame(of: hex.map { [UInt8](hex: $0) }, NALUnitDepacketizer<H264>(framing: .startCode))
    }
  }

  @Test(arguments: ["78", "78 0003 6742", "7c 85", "7c", ""]) func refusesTruncatedPayloads(hex: String) {
    #expect(throws: WireError.truncated) {
      try frame(of: [[UInt8](hex: hex)], NALUnitDepacketizer<H264>(framing: .startCode))
    }
  }

  @Test func smallUnitsShareAPacketAndLargeOnesAreDivided() throws {
    let sent = [UInt8](hex: "00000002 6742 00000002 68ce 0000000d 65 0102030405060708090a0b0c")

    let packets = try payloads(
      of: sent, limit: 10,
      NALUnitPacketizer<H264>(frame: sent.span.bytes, framing: .lengthPrefix, maximumPayloadByteCount: 10))

    #expect(packets.map(\.hex) == ["780002674200" + "0268ce", "7c85010203040506", "7c45" + "0708090a0b0c"])
  }

  @Test(arguments: 0..<30) func accessUnitsSurviveTheirPackets(seed: UInt64) throws {
    try Self.checkRoundTrip(H264.self, header: [0x65], seed: seed)
    try Self.checkRoundTrip(H265.self, header: [0x26, 0x01], seed: seed)
  }

  @Test func refusesFramesWithoutUnits() {
    #expect(throws: WireError.invalidLength) {
      try NALUnitPacketizer<H264>(frame: RawSpan(), framing: .startCode, maximumPayloadByteCount: 100)
    }
    #expect(throws: WireError.invalidLength) {
      let frame = [UInt8](hex: "00000001 26")
      _ = try NALUnitPacketizer<H265>(frame: frame.span.bytes, framing: .startCode, maximumPayloadByteCount: 100)
    }
  }

  @Test func mutationsNeitherCrashNorGrow() {
    let h264 = ["78 0004 6742c01f 0002 68ce", "7c 85 8801", "7c 45 03", "41 9a"].map { [UInt8](hex: $0) }
    forEachMutation(of: h264 + [h264.flatMap { $0 }]) { bytes in
      _ = H264.startsKeyframe(bytes.span.bytes)
      _ = H265.startsKeyframe(bytes.span.bytes)
      for framing in [NALUnitFraming.startCode, .lengthPrefix] {
        let assembled = try? frame(of: [bytes, bytes], NALUnitDepacketizer<H264>(framing: framing))
        #expect((assembled?.count ?? 0) <= bytes.count * 4 + 8)  // start codes, lengths of 16 bits become 32
        _ = try? frame(of: [bytes], NALUnitDepacketizer<H265>(framing: framing))
        _ = try? payloads(
          of: bytes, limit: 12,
          NALUnitPacketizer<H264>(frame: bytes.span.bytes, framing: framing, maximumPayloadByteCount: 12))
      }
    }
  }

  private static func units(of frame: [UInt8], _ framing: NALUnitFraming) throws(WireError) -> [[UInt8]] {
    var cursor = NALUnitCursor(framing: framing)
    var units: [[UInt8]] = []
    while let unit = try cursor.next(in: frame.span.bytes) { units.append(Array(frame[unit])) }
    return units
  }

  private static func checkRoundTrip<Format: NALUnitFormat>(
    _ format: Format.Type, header: [UInt8], seed: UInt64
  ) throws {
    var generator = SeededGenerator(seed: seed)
    var sent: [UInt8] = []
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let byteCount = [3, 20, 99, 100, 101, 500].randomElement(using: &generator) ?? 3
      sent += [0, 0, 0, 1] + header + randomBytes(byteCount - header.count, using: &generator)
    }
    let packets = try payloads(
      of: sent, limit: 100,
      NALUnitPacketizer<Format>(frame: sent.span.bytes, framing: .startCode, maximumPayloadByteCount: 100))
    #expect(try frame(of: packets, NALUnitDepacketizer<Format>(framing: .startCode)) == sent)
    let first = packets[0]
    let startsKeyframe = Format.startsKeyframe(first.span.bytes)
    #expect(startsKeyframe)
  }
}
