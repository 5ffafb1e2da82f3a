import RTP
import STUN
import Testing

@Suite struct STUNMessageTests {
  private static let transactionID = STUNTransactionID(high: 0x0102_0304, low: 0x0506_0708_090A_0B0C)
  private static let header = "00010000 2112a442 01020304 05060708 090a0b0c"

  /// A request with the given attributes.
  private func message(_ attributes: String) -> [UInt8] {
    var message = bytes(Self.header + attributes)
    message[3] = UInt8(message.count - 20)
    return message
  }

  @Test func methodAndClassAreInterleaved() {
    for method in 0..<UInt16(0x1000) {
      for messageClass in [STUNClass.request, .indication, .successResponse, .errorResponse] {
        let type = STUNMessageType(STUNMethod(rawValue: method), messageClass)
        #expect(type.wireValue & 0xC000 == 0)
        #expect(STUNMessageType(wireValue: type.wireValue) == type)
      }
    }
    #expect(STUNMessageType(.allocate, .errorResponse).wireValue == 0x0113)
    #expect(STUNMessageType(.binding, .indication).wireValue == 0x0011)
  }

  @Test func writesAndReadsEveryKindOfAttribute() throws {
    let ipv6 = TransportAddress("2001:db8::7", 443)
    let written = try [UInt8](capacity: 600) { (output) throws(WireError) in
      var builder = try STUNMessageBuilder(.init(.allocate, .request), Self.transactionID, into: &output)
      try builder.append(.mappedAddress, ipv6, to: &output)
      try builder.append(.xorPeerAddress, ipv6, to: &output)
      try builder.append(.xorRelayedAddress, TransportAddress("192.0.2.9", 1), to: &output)
      try builder.append(.username, Array("abc".utf8).span.bytes, to: &output)
      try builder.append(.useCandidate, to: &output)
      try builder.append(.iceControlling, UInt64(7), to: &output)
      try builder.append(.nomination, UInt32(3), to: &output)
      try builder.append(.channelNumber, UInt32(0x4001) << 16, to: &output)
      try builder.append(.lifetime, UInt32(600), to: &output)
      try builder.append(.requestedTransport, UInt32(17) << 24, to: &output)
      try builder.append(.requestedAddressFamily, UInt32(2) << 24, to: &output)
      try builder.append(.evenPort, UInt8(0x80), to: &output)
      try builder.append(.dontFragment, to: &output)
      try builder.append(.reservationToken, UInt64(9), to: &output)
      try builder.append(.roleConflict, to: &output)
      try builder.append(unknown: [.data, .realm, .nonce], to: &output)
    }

    let message = try STUNMessage(written)
    let attributes = try message.attributes(in: written)

    #expect(message.type == STUNMessageType(.allocate, .request))
    #expect(
      attributes[..<3] == [
        .mappedAddress(ipv6), .xorPeerAddress(ipv6), .xorRelayedAddress(TransportAddress("192.0.2.9", 1)),
      ])
    #expect(attributes[3] == .username(84..<87))
    #expect(
      attributes[4..<14] == [
        .useCandidate, .iceControlling(tieBreaker: 7), .nomination(3), .channelNumber(0x4001), .lifetime(seconds: 600),
        .requestedTransport(17), .requestedAddressFamily(2), .evenPort(reservesNext: true), .dontFragment,
        .reservationToken(9),
      ])
    guard case .errorCode(.roleConflict, let reason) = attributes[14] else { throw WireError.unexpectedType }
    #expect(String(decoding: written[reason], as: UTF8.self) == "Role Conflict")
    guard case .unknownAttributes(let list) = attributes[15] else { throw WireError.unexpectedType }
    #expect(Array(written[list]) == [0x00, 0x13, 0x00, 0x14, 0x00, 0x15])
  }

  @Test func bothNumbersOfTheNominationAttributeAreRead() throws {
    let bytes = message("00300004 00000005 c0010004 00000006")

    #expect(try STUNMessage(bytes).attributes(in: bytes) == [.nomination(5), .nomination(6)])
  }

  @Test(arguments: [
    ("00240003 01020300", WireError.invalidLength),  // PRIORITY of three bytes
    ("00250004 00000000", .invalidLength),  // USE-CANDIDATE with a value
    ("80290004 00000000", .invalidLength),  // ICE-CONTROLLED of four bytes
    ("00200008 0003a147 e112a643", .invalidValue),  // an address of family 3
    ("00200004 0001a147", .truncated),  // an address without the address
    ("0020000c 0001a147 e112a643 00000000", .invalidLength),  // an IPv4 address with a tail
    ("00090004 00000200", .invalidValue),  // the error 200
    ("000a0001 01000000", .invalidLength),  // half an attribute type
  ])
  func malformedAttributesAreRefused(attribute: String, error: WireError) throws {
    let bytes = message(attribute)
    let parsed = try STUNMessage(bytes)

    #expect(throws: error) { try parsed.attributes(in: bytes) }
  }

  @Test(arguments: [
    ("00010000 2112a443 01020304 05060708 090a0b0c", WireError.unsupportedVersion),
    ("40010000 2112a442 01020304 05060708 090a0b0c", .unexpectedType),
    ("00010002 2112a442 01020304 05060708 090a0b0c 0000", .invalidLength),
    ("00010000 2112a442 01020304 05060708 090a0b0c 00000000", .trailingBytes),
    ("00010004 2112a442 01020304 05060708 090a0b0c 80220001", .truncated),
  ])
  func malformedFramesAreRefused(hex: String, error: WireError) {
    #expect(throws: error) { try STUNMessage(bytes(hex)) }
  }

  @Test(arguments: [
    "00080014 0000000000000000000000000000000000000000 00240004 00000001",  // PRIORITY behind the integrity
    "80280004 00000000 00240004 00000001",  // PRIORITY behind the fingerprint
    "80280004 00000000 80280004 00000000",  // two fingerprints
    "00080014 0000000000000000000000000000000000000000 00080014 0000000000000000000000000000000000000000",
  ])
  func attributesBehindTheProtectionAreRefused(attributes: String) {
    #expect(throws: WireError.invalidValue) { try STUNMessage(message(attributes)) }
  }

  @Test func aMessageOfCountlessAttributesIsRefused() {
    let sixtyFour = String(repeating: "80220000", count: 64)

    #expect(throws: Never.self) { try STUNMessage(bytes("00010100 2112a442 01020304 05060708 090a0b0c" + sixtyFour)) }
    #expect(throws: WireError.invalidLength) {
      try STUNMessage(bytes("00010104 2112a442 01020304 05060708 090a0b0c" + sixtyFour + "80220000"))
    }
  }

  @Test func whatDoesNotFitTheBufferIsRefused() throws {
    let key = STUNIntegrityKey(password: "secret".utf8)
    func write(capacity: Int) throws(WireError) -> [UInt8] {
      try [UInt8](capacity: capacity) { (output) throws(WireError) in
        var builder = try STUNMessageBuilder(.init(.binding, .successResponse), Self.transactionID, into: &output)
        try builder.append(.xorMappedAddress, TransportAddress("192.0.2.1", 5), to: &output)
        try builder.appendIntegrity(madeWith: key, to: &output)
        try builder.appendFingerprint(to: &output)
      }
    }

    for capacity in 0..<64 { #expect(throws: WireError.bufferFull) { try write(capacity: capacity) } }
    #expect(try write(capacity: 64).count == 64)
  }

  @Test func integrityBySHA256IsWrittenAndRead() throws {
    let key = STUNIntegrityKey(password: "secret".utf8)
    let written = try [UInt8](capacity: 200) { (output) throws(WireError) in
      var builder = try STUNMessageBuilder(.init(.binding, .request), Self.transactionID, into: &output)
      try builder.append(.priority, UInt32(1), to: &output)
      try builder.appendIntegrity(madeWith: key, to: &output)
      try builder.appendSHA256Integrity(madeWith: key, to: &output)
      try builder.appendFingerprint(to: &output)
    }

    let message = try STUNMessage(written)

    #expect(message.hasIntegrity(madeWith: key, in: written))
    #expect(message.hasSHA256Integrity(madeWith: key, in: written))
    #expect(message.hasFingerprint(in: written))
    #expect(!message.hasSHA256Integrity(madeWith: STUNIntegrityKey(password: "wrong".utf8), in: written))
  }
}
