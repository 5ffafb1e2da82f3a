import RTP
import Testing

struct RTCPPacketTests {
  private static let sender = SSRC(rawValue: 0x902f_9e2e)
  private static let media = SSRC(rawValue: 0xbc5e_9a40)

  @Test func readsAndWritesASourceDescription() throws {
    typealias Item = SourceDescription.Item
    let description = SourceDescription(chunks: [
      .init(source: Self.sender, items: [Item(type: Item.canonicalName, text: Array("parley".utf8))]),
      .init(source: Self.media, items: [Item(type: 15, text: Array("0".utf8))]),
    ])

    try expectPacket(.sourceDescription(description), RTCPVectors.sourceDescription) { output throws(WireError) in
      try description.write(into: &output)
    }
  }

  @Test func aDescriptionNamesTheSource() throws {
    let description = SourceDescription(source: Self.sender, canonicalName: "abc")
    let bytes = try datagram { output throws(WireError) in try description.write(into: &output) }

    #expect(bytes == [UInt8](hex: "81ca0003 902f9e2e 0103616263 000000"))
  }

  @Test func readsAndWritesAGoodbye() throws {
    let goodbye = Goodbye(sources: [Self.sender, Self.media], reason: Array("left.".utf8))

    try expectPacket(.goodbye(goodbye), RTCPVectors.goodbye) { output throws(WireError) in
      try goodbye.write(into: &output)
    }
    try expectPacket(.goodbye(Goodbye(sources: [Self.sender])), "81cb0001 902f9e2e") { output throws(WireError) in
      try Goodbye(sources: [Self.sender]).write(into: &output)
    }
    expectRefusal("81cb0003 902f9e2e 01610000 00000000", .trailingBytes)
  }

  @Test func readsAndWritesPictureLossIndications() throws {
    let indication = PictureLossIndication(sender: Self.sender, media: Self.media)

    try expectPacket(.pictureLossIndication(indication), RTCPVectors.pictureLoss) { output throws(WireError) in
      try indication.write(into: &output)
    }
    expectRefusal("81ce0003 902f9e2e bc5e9a40 00000000", .trailingBytes)
  }

  @Test func readsAndWritesFullIntraRequests() throws {
    let request = FullIntraRequest(sender: Self.sender, entries: [.init(media: Self.media, sequenceNumber: 7)])

    try expectPacket(.fullIntraRequest(request), RTCPVectors.fullIntra) { output throws(WireError) in
      try request.write(into: &output)
    }
    expectRefusal("84ce0002 902f9e2e 00000000", .invalidLength)
    expectRefusal("84ce0003 902f9e2e 00000000 00000000", .invalidLength)
  }

  @Test func readsAndWritesEstimates() throws {
    let estimate = REMB(
      sender: Self.sender, bitsPerSecond: 1_024_288, sources: [Self.media, SSRC(rawValue: 0xbc5e_9a41)])

    try expectPacket(.remb(estimate), RTCPVectors.remb) { output throws(WireError) in
      try estimate.write(into: &output)
    }
    expectRefusal("8fce0005 902f9e2e 00000000 52454d42 02000001 bc5e9a40", .invalidLength)
    expectRefusal("8fce0004 902f9e2e 00000000 52454d42 00ffffff", .invalidValue)
  }

  @Test func estimatesAreRoundedDownTo18Bits() throws {
    for rate: UInt64 in [0, 1, 0x3ffff, 0x40000, 0x40001, 10_000_000_000, .max] {
      let bytes = try datagram { output throws(WireError) in
        try REMB(sender: Self.sender, bitsPerSecond: rate, sources: []).write(into: &output)
      }
      guard case .remb(let read) = try packets(of: bytes)[0] else {
        Issue.record("not an estimate")
        return
      }
      #expect(read.bitsPerSecond <= rate)
      #expect(Double(rate - read.bitsPerSecond) <= Double(rate) / 131072)
    }
  }

  @Test func otherApplicationFeedbackIsUnknown() throws {
    let unknown = RTCPPacket.unknown(packetType: 206, count: 15)

    #expect(try packets(of: [UInt8](hex: "8fce0003 902f9e2e 00000000 41424344")) == [unknown])
    #expect(try packets(of: [UInt8](hex: "8fce0001 902f9e2e")) == [unknown])
  }

  @Test func namesLostPacketsAcrossTheWrap() throws {
    let lost = [65534, 65535, 1, 14, 4096].map { SequenceNumber(rawValue: UInt16($0)) }
    let request = GenericNACK(sender: Self.sender, media: Self.media, lost: lost)

    try expectPacket(.genericNACK(request), RTCPVectors.nack) { output throws(WireError) in
      try request.write(into: &output)
    }
    var named: [SequenceNumber] = []
    request.forEachLost { named.append($0) }
    #expect(named == lost)
  }

  @Test func sixteenPacketsAfterTheFirstShareItsEntry() {
    let numbers = (10...27).map { SequenceNumber(rawValue: $0) }

    let request = GenericNACK(sender: Self.sender, media: Self.media, lost: numbers + [numbers[17]])

    #expect(request.entries.count == 2)
    #expect(request.entries[0].followingLost == 0xffff)
    #expect(request.entries[1] == GenericNACK.Entry(packetID: SequenceNumber(rawValue: 27)))
  }

  @Test func refusesARequestForNothing() {
    expectRefusal("81cd0002 902f9e2e bc5e9a40", .invalidLength)
  }
}

struct RTCPCursorTests {
  @Test func walksOverACompoundDatagram() throws {
    let kinds = try packets(of: RTCPVectors.all.flatMap { $0 }).map(Self.kind)

    #expect(kinds == [200, 201, 202, 203, 205, 206, 206, 206, 207, 205])
  }

  @Test func acceptsReducedSizeDatagrams() throws {
    for vector in RTCPVectors.all { #expect(try packets(of: vector).count == 1) }
  }

  @Test func passesOverUnknownTypes() throws {
    let datagram = [UInt8](hex: "85cc0001 01020304") + [UInt8](hex: RTCPVectors.pictureLoss)

    let read = try packets(of: datagram)

    #expect(read[0] == .unknown(packetType: 204, count: 5))
    #expect(read.count == 2)
  }

  @Test func onlyTheLastPacketMayBePadded() throws {
    let padded = "a1ce0003 902f9e2e bc5e9a40 00000004"
    let plain = RTCPVectors.pictureLoss

    #expect(try packets(of: [UInt8](hex: plain + "\n" + padded)).count == 2)
    expectRefusal(padded + "\n" + plain, .invalidPadding)
    expectRefusal("a1ce0003 902f9e2e bc5e9a40 00000000", .invalidPadding)
    expectRefusal("a1ce0003 902f9e2e bc5e9a40 0000000d", .invalidPadding)
    expectRefusal("a0c90000", .invalidPadding)
  }

  @Test func refusesOtherVersionsAndLengthsBeyondTheDatagram() {
    expectRefusal("41ce0002 902f9e2e bc5e9a40", .unsupportedVersion)
    expectRefusal("81ce0003 902f9e2e bc5e9a40", .truncated)
    expectRefusal("81ce00", .truncated)
  }

  @Test func aDatagramOfTooManyPacketsIsRefused() throws {
    let empty = [UInt8](hex: "80cb0000")

    #expect(try packets(of: Array(repeating: empty, count: 64).flatMap { $0 }).count == 64)
    #expect(throws: WireError.invalidLength) { try packets(of: Array(repeating: empty, count: 65).flatMap { $0 }) }
  }

  @Test func mutationsAreRefusedOrReadWithinTheirBounds() {
    forEachMutation(of: RTCPVectors.all + [RTCPVectors.all.flatMap { $0 }]) { bytes in
      var cursor = RTCPCursor()
      while let header = try cursor.next(in: bytes.span.bytes) {
        #expect(header.body.upperBound <= bytes.count)
        let packet = try RTCPPacket(parsing: bytes.span.bytes, header: header)
        guard let written = try Self.write(packet) else { continue }
        #expect(try packets(of: written) == [packet], "\(bytes.hex)")
      }
    }
  }

  private static func kind(_ packet: RTCPPacket) -> UInt8 {
    switch packet {
    case .senderReport: 200
    case .receiverReport: 201
    case .sourceDescription: 202
    case .goodbye: 203
    case .genericNACK, .transportFeedback: 205
    case .pictureLossIndication, .fullIntraRequest, .remb: 206
    case .extendedReport: 207
    case .unknown(let packetType, _): packetType
    }
  }

  /// The packet written again, or `nil` for kinds that are not written from what was read.
  private static func write(_ packet: RTCPPacket) throws(WireError) -> [UInt8]? {
    try [UInt8](capacity: 65536) { output throws(WireError) in
      switch packet {
      case .senderReport(let report): try report.write(into: &output)
      case .receiverReport(let report): try report.write(into: &output)
      case .sourceDescription(let description): try description.write(into: &output)
      case .goodbye(let goodbye): try goodbye.write(into: &output)
      case .genericNACK(let request): try request.write(into: &output)
      case .pictureLossIndication(let indication): try indication.write(into: &output)
      case .fullIntraRequest(let request): try request.write(into: &output)
      case .extendedReport(let report): try report.write(into: &output)
      case .remb, .transportFeedback, .unknown: break
      }
    }.nonEmpty
  }
}

extension Array {
  fileprivate var nonEmpty: [Element]? { isEmpty ? nil : self }
}
