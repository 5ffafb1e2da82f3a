import RTP
import TestSupport
import Testing
import WebRTC

struct DTLSRecordTests {
  private static let datagram: [UInt8] =
    [
      22, 0xfe, 0xfd,  // handshake, DTLS 1.2
      0, 1,  // epoch
      0, 0, 0x12, 0x34, 0x56, 0x78,  // sequence number
      0, 3,  // length
      1, 2, 3,
    ] + [21, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 1, 0]

  @Test func readsTheRecordsOfADatagram() throws {
    let records = try DTLSRecord.records(of: Self.datagram.span.bytes)

    #expect(records.count == 2)
    #expect(records[0].type == .handshake)
    #expect(records[0].epoch == 1)
    #expect(records[0].sequenceNumber == 0x1234_5678)
    #expect(records[0].body == 13..<16)
    #expect(records[1].type == .alert)
    #expect(records[1].version == 0xfeff)
    #expect(records[1].body == 29..<31)
  }

  @Test func refusesEveryTruncationInsideARecord() {
    for count in 1..<Self.datagram.count where count != 16 {
      #expect(throws: WireError.truncated, "\(count) bytes") { try records(Array(Self.datagram.prefix(count))) }
    }
  }

  @Test func refusesOtherProtocols() {
    var wrongType = Self.datagram
    wrongType[0] = 0x2c  // a record of DTLS 1.3 with its short header
    var wrongVersion = Self.datagram
    wrongVersion[1] = 3
    var tooLong = Self.datagram + [UInt8](repeating: 0, count: 20_000)
    tooLong[11] = 0x48
    tooLong[12] = 0x01

    #expect(throws: WireError.unexpectedType) { try records(wrongType) }
    #expect(throws: WireError.unsupportedVersion) { try records(wrongVersion) }
    #expect(throws: WireError.invalidLength) { try records(tooLong) }
  }

  @Test func readsTheFragmentsOfMessages() throws {
    let bytes: [UInt8] = [1, 0, 5, 0x85, 0, 0, 0, 0, 2, 0, 0, 3, 9, 9, 9] + [14, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]
    var body = bytes.span.bytes

    let hello = try DTLSHandshakeFragment(reading: &body)
    let done = try DTLSHandshakeFragment(reading: &body)

    #expect(hello.messageType == 1)
    #expect(hello.messageByteCount == 0x585)
    #expect(hello.offset == 2)
    #expect(hello.byteCount == 3)
    #expect(done.messageType == 14)
    #expect(done.messageNumber == 4)
    let isAtEnd = body.isEmpty
    #expect(isAtEnd)
  }

  /// A handshake in which every datagram is also delivered damaged: whatever happens, nothing crashes, and what connects has the
  /// same keys on both sides.
  @Test func survivesDamagedHandshakes() {
    for seed in UInt64(1)...150 {
      var generator = SeededGenerator(seed: seed)
      let network = DTLSNetwork(seed: seed)
      network.filter = { [unowned network] bytes, isForServer in
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          let place = Int.random(in: 0..<damaged.count, using: &generator)
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: damaged[place] = .random(in: 0...255, using: &generator)
          case 1: damaged.insert(damaged[place], at: place)
          default: if damaged.count > 1 { damaged.remove(at: place) }
          }
        }
        (isForServer ? network.server : network.client).receive(damaged, at: network.now)
        return true
      }

      if network.connect(within: .seconds(5)) {
        #expect(network.client.keys == network.server.keys, "seed \(seed)")
      }
    }
  }

  private func records(_ bytes: [UInt8]) throws(WireError) -> [DTLSRecord] {
    try DTLSRecord.records(of: bytes.span.bytes)
  }
}
