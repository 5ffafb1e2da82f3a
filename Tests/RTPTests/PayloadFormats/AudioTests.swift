import RTP
import Testing

struct OpusPacketTests {
  @Test(arguments: [
    ("78 aabbcc", 960, 1, false),  // configuration 15: hybrid, 20 ms
    ("0c aabbcc", 960, 1, true),  // configuration 1: SILK, 20 ms
    ("18 aabbcc", 2880, 1, false),  // configuration 3: SILK, 60 ms
    ("80 aabbcc", 120, 1, false),  // configuration 16: CELT, 2.5 ms
    ("f9 aabbcc", 1920, 2, false),  // configuration 31: CELT, 20 ms twice
    ("7b 06 aabb", 5760, 6, false),  // six frames of 20 ms: the longest packet
  ]) func readsFramesAndDuration(hex: String, duration: Int, frameCount: Int, isStereo: Bool) throws {
    let packet = try OpusPacket(parsing: [UInt8](hex: hex).span.bytes)

    #expect(packet.duration == duration)
    #expect(packet.frameCount == frameCount)
    #expect(packet.isStereo == isStereo)
    #expect(!packet.isDiscontinuous)
  }

  @Test func findsOutHowTheSoundWasMade() throws {
    let modes = try ["00 0000", "60 0000", "80 0000"].map { try OpusPacket(parsing: [UInt8](hex: $0).span.bytes).mode }

    #expect(modes == [.silk, .hybrid, .celt])
  }

  @Test func packetsOfOneOrTwoBytesAreSilence() throws {
    #expect(try OpusPacket(parsing: [UInt8](hex: "78").span.bytes).isDiscontinuous)
    #expect(try OpusPacket(parsing: [UInt8](hex: "78 ff").span.bytes).isDiscontinuous)
    #expect(try !OpusPacket(parsing: [UInt8](hex: "78 ff fe").span.bytes).isDiscontinuous)
  }

  @Test func refusesNothingNoFramesAndMoreThan120Milliseconds() {
    #expect(throws: WireError.truncated) { try OpusPacket(parsing: RawSpan()) }
    #expect(throws: WireError.truncated) { try OpusPacket(parsing: [UInt8](hex: "7b").span.bytes) }
    #expect(throws: WireError.invalidValue) { try OpusPacket(parsing: [UInt8](hex: "7b 00").span.bytes) }
    #expect(throws: WireError.invalidValue) { try OpusPacket(parsing: [UInt8](hex: "7b 07").span.bytes) }
  }
}

struct REDTests {
  /// Two earlier packets of 20 and 40 ms ago and the present one.
  private static let payload = [UInt8](
    hex: """
      ef 1e00 02  # type 111, 1920 ticks before, two bytes
      ef 0f00 01  # type 111, 960 ticks before, one byte
      6f  # type 111, the present one
      aabb cc ddeeff  # the payloads
      """)

  private static func blocks(_ payload: [UInt8]) throws(WireError) -> [REDBlock] {
    var cursor = try REDCursor(payload.span.bytes)
    var blocks: [REDBlock] = []
    while let block = try cursor.next(in: payload.span.bytes) { blocks.append(block) }
    return blocks
  }

  @Test func findsEarlierPayloadsAndThePresentOne() throws {
    let blocks = try Self.blocks(Self.payload)

    #expect(blocks.map(\.payloadType) == [111, 111, 111])
    #expect(blocks.map(\.timestampOffset) == [1920, 960, 0])
    #expect(blocks.map { Array(Self.payload[$0.range]).hex } == ["aabb", "cc", "ddeeff"])
  }

  @Test func writesWhatItReads() throws {
    let written = try [UInt8](capacity: 64) { output throws(WireError) in
      try REDHeaders.writeRedundant(payloadType: 111, timestampOffset: 1920, byteCount: 2, into: &output)
      try REDHeaders.writeRedundant(payloadType: 111, timestampOffset: 960, byteCount: 1, into: &output)
      try REDHeaders.writePrimary(payloadType: 111, into: &output)
    }

    #expect(written == Array(Self.payload.prefix(9)))
  }

  @Test func refusesToRepeatWhatIsTooOldOrTooLong() {
    for (offset, count) in [(0x4000, 1), (0, 0x400)] as [(UInt32, Int)] {
      #expect(throws: WireError.valueTooLarge) {
        try [UInt8](capacity: 8) { output throws(WireError) in
          try REDHeaders.writeRedundant(payloadType: 1, timestampOffset: offset, byteCount: count, into: &output)
        }
      }
    }
  }

  @Test func thePresentPayloadAloneMayBeAllAndEmpty() throws {
    #expect(try Self.blocks([0x6f]).map(\.range) == [1..<1])
    expectRefusalOfEveryTruncation(of: Array(Self.payload.dropLast(3))) { _ = try Self.blocks($0) }
    #expect(throws: WireError.invalidLength) {
      try Self.blocks([UInt8](hex: String(repeating: "ef000000", count: 16) + "6f"))
    }
  }

  @Test func mutationsStayWithinThePayload() {
    forEachMutation(of: [Self.payload]) { bytes in
      var end = 0
      for block in try Self.blocks(bytes) {
        #expect(block.range.lowerBound >= end && block.range.upperBound <= bytes.count, "\(bytes.hex)")
        end = block.range.upperBound
      }
      #expect(end == bytes.count, "\(bytes.hex)")
    }
  }
}

struct RTXTests {
  private static let retransmission = [UInt8](
    hex: """
      80 e1 0007  # marker, type 97, sequence number 7
      a1f25025 ea543ad8  # timestamp, SSRC of the retransmissions
      1e89  # original sequence number
      aabbcc  # original payload
      """)

  @Test func givesBackTheOriginalPacket() throws {
    let bytes = Self.retransmission.span.bytes
    let packet = try RTPPacket(parsing: bytes)
    let payload = try #require(try RTXPayload(packet, in: bytes))

    let fields = payload.originalFields(
      of: packet.header.fields, payloadType: 96, ssrc: SSRC(rawValue: 0x0d81_51c6))

    #expect(payload.originalSequenceNumber.rawValue == 0x1e89)
    #expect(Array(Self.retransmission[payload.payload]) == [0xaa, 0xbb, 0xcc])
    #expect(fields.marker && fields.payloadType == 96 && fields.timestamp == 0xa1f2_5025)
    #expect(fields.sequenceNumber.rawValue == 0x1e89 && fields.ssrc.rawValue == 0x0d81_51c6)
  }

  @Test func writesARetransmission() throws {
    let original = RTPHeaderFields(
      marker: true, payloadType: 96, sequenceNumber: SequenceNumber(rawValue: 0x1e89), timestamp: 0xa1f2_5025,
      ssrc: SSRC(rawValue: 0x0d81_51c6))

    let written = try [UInt8](capacity: 64) { output throws(WireError) in
      let fields = RTXPayload.fields(
        retransmitting: original, payloadType: 97, sequenceNumber: SequenceNumber(rawValue: 7),
        ssrc: SSRC(rawValue: 0xea54_3ad8))
      let writer = try RTPHeaderWriter(fields, form: .none, into: &output)
      try writer.finish(into: &output)
      try RTXPayload.writeHeader(originalSequenceNumber: original.sequenceNumber, into: &output)
      try output.writeBytes([0xaa, 0xbb, 0xcc])
    }

    #expect(written == Self.retransmission)
  }

  @Test func aProbeOfPaddingIsNoRetransmission() throws {
    var probe = Array(Self.retransmission.prefix(12)) + [0, 0, 3]
    probe[0] |= 0x20

    #expect(try RTXPayload(RTPPacket(parsing: probe.span.bytes), in: probe.span.bytes) == nil)
    let short = Array(Self.retransmission.prefix(13))
    #expect(throws: WireError.truncated) {
      try RTXPayload(RTPPacket(parsing: short.span.bytes), in: short.span.bytes)
    }
  }
}
