import RTP
import Testing

struct HeaderExtensionElementTests {
  static func elements(of packet: [UInt8]) throws(WireError) -> [(id: UInt8, value: [UInt8])] {
    let bytes = packet.span.bytes
    var cursor = HeaderExtensionCursor(try RTPHeader(parsing: bytes))
    var elements: [(id: UInt8, value: [UInt8])] = []
    while let element = try cursor.next(in: bytes) {
      elements.append((element.id, Array(packet[element.range])))
    }
    return elements
  }

  private static func packet(_ block: String) -> [UInt8] {
    [UInt8](hex: "90600001 00000000 00000001" + block)
  }

  @Test func readsTheExampleOfRFC8285InTheOneByteForm() throws {
    // RFC 8285 §4.2: three elements of 1, 2 and 4 bytes with padding between them.
    let packet = Self.packet("bede0003 10aa 21bbbb 0000 33cccccccc")

    let elements = try Self.elements(of: packet)

    #expect(elements.map(\.id) == [1, 2, 3])
    #expect(elements.map(\.value) == [[0xaa], [0xbb, 0xbb], [0xcc, 0xcc, 0xcc, 0xcc]])
  }

  @Test func readsTheExampleOfRFC8285InTheTwoByteForm() throws {
    // RFC 8285 §4.3: elements of 0, 1 and 4 bytes with padding between them; appbits are not looked at.
    let packet = Self.packet("100f0003 0100 0201bb 00 0304cccccccc")

    let elements = try Self.elements(of: packet)

    #expect(elements.map(\.id) == [1, 2, 3])
    #expect(elements.map(\.value) == [[], [0xbb], [0xcc, 0xcc, 0xcc, 0xcc]])
  }

  @Test func idFifteenEndsAOneByteBlock() throws {
    let packet = Self.packet("bede0002 10aa f3 ffff 20bb 00")

    #expect(try Self.elements(of: packet).map(\.id) == [1])
  }

  @Test func aZeroIDWithALengthEndsAOneByteBlock() throws {
    let packet = Self.packet("bede0002 10aa 01 ffff 20bb 00")

    #expect(try Self.elements(of: packet).map(\.id) == [1])
  }

  @Test func idFifteenIsAnIDLikeOthersInATwoByteBlock() throws {
    let packet = Self.packet("10000002 0f01aa 1001bb 0000")

    #expect(try Self.elements(of: packet).map(\.id) == [15, 16])
  }

  @Test func anElementMayNotReachBeyondTheBlock() {
    #expect(throws: WireError.invalidLength) { try Self.elements(of: Self.packet("bede0001 13aabbcc")) }
    #expect(throws: WireError.invalidLength) { try Self.elements(of: Self.packet("10000001 0103aabb")) }
    #expect(throws: WireError.invalidLength) { try Self.elements(of: Self.packet("10000001 000000ff")) }
  }

  @Test func blocksOfOtherProfilesAreOpaque() throws {
    let packet = Self.packet("abcd0001 10aa20bb")

    let header = try RTPHeader(parsing: packet.span.bytes)

    #expect(header.extensionForm == .other)
    #expect(header.byteCount == 20)
    #expect(try Self.elements(of: packet).isEmpty)
  }

  @Test func oneStreamMixesBothForms() throws {
    let forms = try ChromiumAV1Capture.packets
      .map { try RTPHeader(parsing: $0.bytes.span.bytes) }
      .filter { $0.ssrc.rawValue == 0xa134_fa41 }
      .map(\.extensionForm)

    #expect(forms == [.oneByte, .twoByte, .twoByte, .twoByte, .oneByte, .twoByte])
  }

  @Test(arguments: [ChromiumAV1Capture.packets, ChromiumVP8Capture.packets, FirefoxVP8Capture.packets].indices)
  func everyElementOfABrowserIsOneThatItNegotiated(index: Int) throws {
    let captures = [
      (ChromiumAV1Capture.packets, ChromiumAV1Capture.extensions),
      (ChromiumVP8Capture.packets, ChromiumVP8Capture.extensions),
      (FirefoxVP8Capture.packets, FirefoxVP8Capture.extensions),
    ]
    let (packets, extensions) = captures[index]

    for packet in packets {
      let header = try RTPHeader(parsing: packet.bytes.span.bytes)
      #expect(header.byteCount == packet.bytes.count)
      for element in try Self.elements(of: packet.bytes) { #expect(extensions[element.id] != nil) }
    }
  }
}

struct HeaderExtensionMapTests {
  @Test func everyKindHasItsOwnURI() {
    #expect(Set(HeaderExtensionKind.allCases.map(\.uri)).count == HeaderExtensionKind.allCases.count)
    for kind in HeaderExtensionKind.allCases { #expect(HeaderExtensionKind(uri: kind.uri) == kind) }
    #expect(HeaderExtensionKind(uri: "urn:example:unknown") == nil)
  }

  @Test(arguments: [1, 14, 15, 16, 200, 255]) func findsAKindByItsIDAndBack(id: UInt8) throws {
    var map = HeaderExtensionMap()

    try map.assign(id, to: .mid)

    #expect(map.kind(of: id) == .mid)
    #expect(map.id(of: .mid) == id)
    #expect(map.kind(of: id &+ 1) == nil)
    #expect(map.id(of: .rid) == nil)
  }

  @Test func aLaterAssignmentReplacesBothOldEnds() throws {
    var map = HeaderExtensionMap()
    try map.assign(3, to: .mid)
    try map.assign(4, to: .rid)

    try map.assign(4, to: .mid)

    #expect(map.kind(of: 3) == nil)
    #expect(map.kind(of: 4) == .mid)
    #expect(map.id(of: .rid) == nil)
  }

  @Test func zeroIsNeitherAssignedNorFound() {
    var map = HeaderExtensionMap()

    #expect(throws: WireError.invalidValue) { try map.assign(0, to: .mid) }
    #expect(map.kind(of: 0) == nil)
    #expect(map == HeaderExtensionMap())
  }
}
