import RTP
import Testing

struct ReportTests {
  private static let sender = SSRC(rawValue: 0x902f_9e2e)
  private static let media = SSRC(rawValue: 0xbc5e_9a40)
  private static let block = ReportBlock(
    ssrc: media, fractionLost: 0x20, cumulativeLost: -2, extendedHighestSequenceNumber: 0x246e0, jitter: 0x111,
    lastSenderReport: NTPShortTime(rawValue: 0x09f3_6432),
    delaySinceLastSenderReport: NTPShortTime(rawValue: 0x0004_9f4a))

  @Test func readsAndWritesASenderReport() throws {
    let report = SenderReport(
      sender: Self.sender, ntpTime: NTPTime(rawValue: 0xeac8_4514_5046_0404), rtpTimestamp: 0xa1f2_5025,
      packetCount: 100, octetCount: 120_000, blocks: [Self.block])

    try expectPacket(.senderReport(report), RTCPVectors.senderReport) { output throws(WireError) in
      try report.write(into: &output)
    }
  }

  @Test func readsAndWritesAReceiverReport() throws {
    let report = ReceiverReport(sender: Self.sender, blocks: [Self.block])

    try expectPacket(.receiverReport(report), RTCPVectors.receiverReport) { output throws(WireError) in
      try report.write(into: &output)
    }
  }

  @Test func passesOverTheExtensionsOfAProfile() throws {
    let report = try packets(of: [UInt8](hex: "80 c9 0002 902f9e2e 01020304"))

    #expect(report == [.receiverReport(ReceiverReport(sender: Self.sender))])
  }

  @Test func holdsTheCumulativeLossWithin24Bits() throws {
    for (loss, expected) in [(Int32.max, 0x7f_ffff), (Int32.min, -0x80_0000), (-1, -1)] as [(Int32, Int32)] {
      var block = Self.block
      block.cumulativeLost = loss
      let bytes = try datagram { output throws(WireError) in
        try ReceiverReport(sender: Self.sender, blocks: [block]).write(into: &output)
      }
      guard case .receiverReport(let read) = try packets(of: bytes)[0] else {
        Issue.record("not a receiver report")
        return
      }
      #expect(read.blocks[0].cumulativeLost == expected)
    }
  }

  @Test func refusesMoreBlocksThanAreThereOrCanBeCounted() {
    expectRefusal("82 c9 0007 902f9e2e" + String(repeating: "00", count: 24), .truncated)
    #expect(throws: WireError.valueTooLarge) {
      try datagram { output throws(WireError) in
        let blocks = [ReportBlock](repeating: Self.block, count: 32)
        try ReceiverReport(sender: Self.sender, blocks: blocks).write(into: &output)
      }
    }
  }

  @Test func measuresTheRoundTripOfRFC3550() {
    var block = Self.block
    block.lastSenderReport = NTPShortTime(rawValue: 0xb705_2000)
    block.delaySinceLastSenderReport = NTPShortTime(rawValue: 0x0005_4000)

    #expect(block.roundTripTime(at: NTPTime(rawValue: 0x0000_b710_8000_0000)) == .milliseconds(6125))
    #expect(block.roundTripTime(at: NTPTime(rawValue: 0x0000_b70a_0000_0000)) == nil)
    block.lastSenderReport = NTPShortTime(rawValue: 0)
    #expect(block.roundTripTime(at: NTPTime(rawValue: 0x0000_b710_8000_0000)) == nil)
  }

  @Test func readsAndWritesAnExtendedReport() throws {
    let delay = ExtendedReport.Delay(
      receiver: Self.media, lastReceiverReport: NTPShortTime(rawValue: 0x09f3_6432),
      delaySinceLastReceiverReport: NTPShortTime(rawValue: 0x0004_9f4a))
    let report = ExtendedReport(
      sender: Self.sender,
      blocks: [
        .receiverReferenceTime(NTPTime(rawValue: 0xeac8_4514_5046_0404)), .delaySinceLastReceiverReport([delay]),
      ])

    let written = try datagram { output throws(WireError) in try report.write(into: &output) }

    #expect(try packets(of: [UInt8](hex: RTCPVectors.extended)) == [.extendedReport(report)])
    #expect(written.dropFirst(4) == [UInt8](hex: RTCPVectors.extended).dropFirst(4).dropLast(4))
    #expect(try packets(of: written) == [.extendedReport(report)])
    #expect(delay.roundTripTime(at: NTPTime(rawValue: 0x0000_09f9_0000_0000)) != nil)
    #expect(delay.roundTripTime(at: NTPTime(rawValue: 0x0000_09f4_0000_0000)) == nil)
  }

  @Test func refusesExtendedBlocksOfTheWrongLength() {
    expectRefusal("80 cf 0003 902f9e2e 04000001 00000000", .invalidLength)
    expectRefusal("80 cf 0003 902f9e2e 05000001 00000000", .invalidLength)
    expectRefusal("80 cf 0003 902f9e2e 04000002 00000000", .truncated)
  }
}
