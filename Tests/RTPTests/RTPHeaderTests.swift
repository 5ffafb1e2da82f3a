import RTP
import Testing

struct RTPHeaderTests {
  /// A packet with everything a header can have.
  private static let packet = [UInt8](
    hex: """
      b2 e0 1e89  # V=2, padding, extensions, two sources; marker, payload type 96; sequence number 7817
      a1f25025  # timestamp
      0d8151c6  # SSRC
      00000001 00000002  # contributing sources
      bede 0001  # one-byte form, one word
      90 30 00 00  # id 9, "0"; padding
      aabbcc  # payload
      000003  # padding
      """)

  @Test func readsEveryField() throws {
    let header = try RTPHeader(parsing: Self.packet.span.bytes)

    #expect(header.marker)
    #expect(header.fields.hasPadding)
    #expect(header.payloadType == 96)
    #expect(header.sequenceNumber.rawValue == 7817)
    #expect(header.timestamp == 0xa1f2_5025)
    #expect(header.ssrc.rawValue == 0x0d81_51c6)
    #expect(header.csrcCount == 2)
    #expect(header.csrcRange == 12..<20)
    #expect(try header.csrc(1, in: Self.packet.span.bytes).rawValue == 2)
    #expect(header.extensionForm == .oneByte)
    #expect(header.extensionRange == 24..<28)
    #expect(header.byteCount == 28)
  }

  @Test func findsPayloadAndPadding() throws {
    let packet = try RTPPacket(parsing: Self.packet.span.bytes)

    #expect(packet.payload == 28..<31)
    #expect(packet.paddingByteCount == 3)
  }

  @Test func refusesEveryTruncationOfTheHeader() {
    expectRefusalOfEveryTruncation(of: Array(Self.packet.prefix(28))) { bytes in
      _ = try RTPHeader(parsing: bytes.span.bytes)
    }
  }

  @Test func refusesOtherVersionsAndOverlongPackets() {
    for version: UInt8 in [0, 1, 3] {
      var packet = Self.packet
      packet[0] = packet[0] & 0x3f | version << 6
      #expect(throws: WireError.unsupportedVersion) { try RTPHeader(parsing: packet.span.bytes) }
    }
    let overlong = Self.packet + [UInt8](repeating: 0, count: 65536)
    #expect(throws: WireError.invalidLength) { try RTPHeader(parsing: overlong.span.bytes) }
  }

  @Test func refusesPaddingThatCountsNothingOrTooMuch() {
    for count: UInt8 in [0, 7, 255] {
      var packet = Self.packet
      packet[packet.count - 1] = count
      #expect(throws: WireError.invalidPadding) { try RTPPacket(parsing: packet.span.bytes) }
    }
    let withoutPayload = Array(Self.packet.prefix(28))
    #expect(throws: WireError.invalidPadding) { try RTPPacket(parsing: withoutPayload.span.bytes) }
  }

  @Test func aPacketMayConsistOfPaddingAlone() throws {
    let probe = Array(Self.packet.prefix(28)) + [0, 0, 0, 4]

    let packet = try RTPPacket(parsing: probe.span.bytes)

    #expect(packet.payload.isEmpty)
    #expect(packet.paddingByteCount == 4)
  }

  @Test func overwritesNumbersAndKeepsTheRest() throws {
    var bytes = Self.packet
    let fields = RTPHeaderFields(
      marker: false, hasPadding: false, payloadType: 45, sequenceNumber: SequenceNumber(rawValue: 3),
      timestamp: 4, ssrc: SSRC(rawValue: 5))

    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    fields.overwrite(in: &raw)

    let header = try RTPHeader(parsing: bytes.span.bytes)
    #expect(header.fields == fields)
    #expect(header.csrcCount == 2)
    #expect(header.extensionForm == .oneByte)
    #expect(bytes[12...] == Self.packet[12...])
  }

  @Test func mutationsAreRefusedOrReadConsistently() {
    let captured = ChromiumVP8Capture.packets + FirefoxVP8Capture.packets
    forEachMutation(of: captured.map(\.bytes) + [Self.packet]) { bytes in
      let packet = try RTPPacket(parsing: bytes.span.bytes)
      let header = packet.header
      #expect(header.byteCount >= 12 + 4 * Int(header.csrcCount))
      #expect(header.extensionRange.upperBound == header.byteCount)
      #expect(packet.payload.lowerBound == header.byteCount)
      #expect(packet.payload.upperBound + Int(packet.paddingByteCount) == bytes.count)
      var cursor = HeaderExtensionCursor(header)
      while let element = try cursor.next(in: bytes.span.bytes) {
        #expect(header.extensionRange.contains(element.range.lowerBound - 1))
        #expect(element.range.upperBound <= header.extensionRange.upperBound)
      }
    }
  }
}
