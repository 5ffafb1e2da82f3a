import RTP
import TestSupport
import Testing

struct AV1Tests {
  /// A temporal delimiter, a sequence header and a frame with layer ids, each with its size.
  private static let temporalUnit = [UInt8](
    hex: """
      12 00  # temporal delimiter
      0a 03 aabbcc  # sequence header
      36 28 04 01020304  # frame of temporal layer 1, spatial layer 1
      """)

  @Test func readsTheAggregationHeader() throws {
    var bytes = [UInt8](hex: "68").span.bytes
    let header = try AV1AggregationHeader(reading: &bytes)

    #expect(
      header == AV1AggregationHeader(endsWithinElement: true, elementCount: 2, startsKeyframe: true))
    #expect(Self.startsKeyframe([0x08]))
    #expect(!Self.startsKeyframe([0x10]))
    #expect(!Self.startsKeyframe([0x88]))  // no sequence begins within an element
    #expect(!Self.startsKeyframe([]))
  }

  @Test func findsElementsWithAndWithoutLengths() throws {
    #expect(try Self.elements("00 01aa 02bbcc") == ["aa", "bbcc"])
    #expect(try Self.elements("20 01aa bbcc") == ["aa", "bbcc"])
    #expect(try Self.elements("10 aabbcc") == ["aabbcc"])
    #expect(try Self.elements("30 01aa 8100bb cc") == ["aa", "bb", "cc"])
  }

  @Test(arguments: ["", "00", "00 02aa", "00 00", "20 01aa", "30 01aa bb", "00 ffffffffffffffffff01"])
  func refusesElementsThatAreNotThere(hex: String) {
    #expect(throws: WireError.self) { try Self.elements(hex) }
  }

  @Test func writesTheUnitInOnePacketWithoutItsDelimiter() throws {
    let packets = try payloads(
      of: Self.temporalUnit, limit: 100,
      AV1Packetizer(frame: Self.temporalUnit.span.bytes, maximumPayloadByteCount: 100))

    #expect(packets.map(\.hex) == [[UInt8](hex: "08 04 08aabbcc 06 342801020304").hex])
    #expect(
      try frame(of: packets, AV1Depacketizer()) == Array(Self.temporalUnit.dropFirst(2)))
  }

  @Test func acceptsUnitsThatKeepTheirSize() throws {
    let packet = [UInt8](hex: "10 0a 03 aabbcc")

    #expect(try frame(of: [packet], AV1Depacketizer()) == [UInt8](hex: "0a03aabbcc"))
    #expect(throws: WireError.trailingBytes) {
      try frame(of: [[UInt8](hex: "10 0a 02 aabbcc")], AV1Depacketizer())
    }
  }

  @Test func refusesElementsThatAreNotWhole() {
    for hex in [["90 aabb"], ["50 0aaa"], ["50 0aaa", "10 0aaa"]] {
      #expect(throws: WireError.missingContext) {
        try frame(of: hex.map { [UInt8](hex: $0) }, AV1Depacketizer())
      }
    }
  }

  @Test(arguments: 0..<40) func temporalUnitsSurviveTheirPackets(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var sent: [UInt8] = []
    for index in 0..<Int.random(in: 1...8, using: &generator) {
      let body = randomBytes(.random(in: 0...300, using: &generator), using: &generator)
      let hasLayers = Bool.random(using: &generator)
      sent += [(index == 0 ? 0x08 : 0x30) | 0x02 | (hasLayers ? 0x04 : 0)] + (hasLayers ? [0x28] : [])
      sent += try [UInt8](capacity: 4) { output throws(WireError) in try output.writeLEB128(UInt32(body.count)) } + body
    }
    let limit = Int.random(in: 32...200, using: &generator)

    let packets = try payloads(
      of: sent, limit: limit, AV1Packetizer(frame: sent.span.bytes, maximumPayloadByteCount: limit))

    #expect(try frame(of: packets, AV1Depacketizer()) == sent)
    #expect(packets.map { AV1AggregationHeader.startsKeyframe($0.span.bytes) }.filter { $0 }.count == 1)
    #expect(packets.count <= sent.count / (limit - 12) + 1)
  }

  @Test func refusesFramesWithNothingToSend() {
    #expect(throws: WireError.invalidLength) {
      try AV1Packetizer(frame: [UInt8](hex: "12 00").span.bytes, maximumPayloadByteCount: 100)
    }
    #expect(throws: WireError.truncated) {
      try AV1Packetizer(frame: [UInt8](hex: "0a 03 01").span.bytes, maximumPayloadByteCount: 100)
    }
  }

  @Test func mutationsNeitherCrashNorGrow() {
    let vectors = ["08 04 08aabbcc 06 342801020304", "20 01aa bbcc", "30 01aa 8100bb cc", "50 0aaa"]
    forEachMutation(of: vectors.map { [UInt8](hex: $0) } + [Self.temporalUnit]) { bytes in
      _ = AV1AggregationHeader.startsKeyframe(bytes.span.bytes)
      let assembled = try? frame(of: [bytes, bytes], AV1Depacketizer())
      #expect((assembled?.count ?? 0) <= bytes.count * 4)
      let packetizer = try AV1Packetizer(frame: bytes.span.bytes, maximumPayloadByteCount: 32)
      _ = try payloads(of: bytes, limit: 32, packetizer)
    }
  }

  private static func startsKeyframe(_ payload: [UInt8]) -> Bool {
    AV1AggregationHeader.startsKeyframe(payload.span.bytes)
  }

  private static func elements(_ hex: String) throws(WireError) -> [String] {
    let payload = [UInt8](hex: hex)
    var cursor = try AV1ElementCursor(payload.span.bytes)
    var elements: [String] = []
    while let element = try cursor.next(in: payload.span.bytes) { elements.append(Array(payload[element.range]).hex) }
    return elements
  }
}
