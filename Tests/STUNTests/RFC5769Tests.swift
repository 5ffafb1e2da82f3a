import RTP
import STUN
import Testing

/// The sample messages of RFC 5769.
enum RFC5769 {
  static let password = "VOkJxbRl1RmTxUk/WvJxBt"

  static let request = bytes(
    """
    00010058 2112a442 b7e7a701 bc34d686 fa87dfae
    80220010 5354554e 20746573 7420636c 69656e74
    00240004 6e0001ff
    80290008 932ff9b1 51263b36
    00060009 6576746a 3a683676 59202020
    00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
    80280004 e57a3bcf
    """)

  static let ipv4Response = bytes(
    """
    0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
    8022000b 74657374 20766563 746f7220
    00200008 0001a147 e112a643
    00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
    80280004 c07d4c96
    """)

  static let ipv6Response = bytes(
    """
    01010048 2112a442 b7e7a701 bc34d686 fa87dfae
    8022000b 74657374 20766563 746f7220
    00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
    00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
    80280004 c8fb0b4c
    """)

  static let longTermRequest = bytes(
    """
    00010060 2112a442 78ad3433 c6ad72c0 29da412e
    00060012 e3839ee3 8388e383 aae38383 e382afe3 82b90000
    0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341
    0014000b 6578616d 706c652e 6f726700
    00080014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666
    """)

  static let all = [request, ipv4Response, ipv6Response, longTermRequest]
}

@Suite struct RFC5769Tests {
  private let key = STUNIntegrityKey(password: RFC5769.password.utf8)

  @Test func readsTheSampleRequest() throws {
    let message = try STUNMessage(RFC5769.request)

    let attributes = try message.attributes(in: RFC5769.request)

    #expect(message.type == STUNMessageType(.binding, .request))
    #expect(message.transactionID == STUNTransactionID(high: 0xb7e7_a701, low: 0xbc34_d686_fa87_dfae))
    #expect(
      attributes == [
        .software(24..<40), .priority(0x6e00_01ff), .iceControlled(tieBreaker: 0x932f_f9b1_5126_3b36),
        .username(64..<73), .messageIntegrity(80..<100), .fingerprint(0xe57a_3bcf),
      ])
    #expect(String(decoding: RFC5769.request[64..<73], as: UTF8.self) == "evtj:h6vY")
    #expect(message.hasFingerprint(in: RFC5769.request))
    #expect(message.hasIntegrity(madeWith: key, in: RFC5769.request))
  }

  @Test(arguments: [
    (RFC5769.ipv4Response, TransportAddress("192.0.2.1", 32853)),
    (RFC5769.ipv6Response, TransportAddress("2001:db8:1234:5678:11:2233:4455:6677", 32853)),
  ])
  func readsTheSampleResponses(response: [UInt8], address: TransportAddress) throws {
    let message = try STUNMessage(response)

    let attributes = try message.attributes(in: response)

    #expect(message.type == STUNMessageType(.binding, .successResponse))
    #expect(attributes.contains(.xorMappedAddress(address)))
    #expect(message.hasFingerprint(in: response))
    #expect(message.hasIntegrity(madeWith: key, in: response))
  }

  @Test func readsTheSampleRequestWithLongTermCredentials() throws {
    let key = STUNIntegrityKey(username: "マトリックス".utf8, realm: "example.org".utf8, password: "TheMatrIX".utf8)

    let message = try STUNMessage(RFC5769.longTermRequest)

    #expect(message.hasIntegrity(madeWith: key, in: RFC5769.longTermRequest))
    #expect(message.fingerprintOffset == nil)
    #expect(
      try message.attributes(in: RFC5769.longTermRequest) == [
        .username(24..<42), .nonce(48..<76), .realm(80..<91), .messageIntegrity(96..<116),
      ])
  }

  @Test func writesTheSampleResponseByteForByte() throws {
    let transactionID = try STUNMessage(RFC5769.ipv4Response).transactionID

    let written = try [UInt8](capacity: 200) { (output) throws(WireError) in
      var builder = try STUNMessageBuilder(.init(.binding, .successResponse), transactionID, into: &output)
      try builder.append(.software, Array("test vector".utf8).span.bytes, to: &output)
      try builder.append(.xorMappedAddress, TransportAddress("192.0.2.1", 32853), to: &output)
      try builder.appendIntegrity(madeWith: key, to: &output)
      try builder.appendFingerprint(to: &output)
    }

    // The sample pads with a space where we pad with zero, so the codes differ and all before them is compared.
    #expect(written.count == RFC5769.ipv4Response.count)
    #expect(Array(written[..<35]) == Array(RFC5769.ipv4Response[..<35]))
    #expect(Array(written[36..<48]) == Array(RFC5769.ipv4Response[36..<48]))
    let message = try STUNMessage(written)
    #expect(message.hasIntegrity(madeWith: key, in: written))
    #expect(message.hasFingerprint(in: written))
  }

  @Test(arguments: RFC5769.all)
  func everyTruncationIsRefused(message: [UInt8]) {
    for count in 0..<message.count {
      #expect(throws: WireError.truncated) { try STUNMessage(Array(message[..<count])) }
    }
  }

  @Test func everyChangedBitBreaksTheIntegrityOrTheFrame() throws {
    for bit in 0..<(100 * 8) {
      var changed = RFC5769.request
      changed[bit / 8] ^= 1 << (bit % 8)
      guard let message = try? STUNMessage(changed) else { continue }
      #expect(!message.hasIntegrity(madeWith: key, in: changed), "bit \(bit)")
      #expect(!message.hasFingerprint(in: changed), "bit \(bit)")
    }
  }

  @Test func aWrongKeyIsRefused() throws {
    let wrong = STUNIntegrityKey(password: "VOkJxbRl1RmTxUk/WvJxBs".utf8)

    let message = try STUNMessage(RFC5769.request)

    #expect(!message.hasIntegrity(madeWith: wrong, in: RFC5769.request))
  }
}
