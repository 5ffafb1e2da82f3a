import RTP
import TestSupport
import Testing

import WebRTC

@Suite struct StreamFramingTests {
  private static let datagrams: [[UInt8]] = [
    [1], Array(repeating: 2, count: 300), [3, 4, 5], Array((0..<1200).map { UInt8(truncatingIfNeeded: $0) }),
  ]

  private func stream(_ datagrams: [[UInt8]] = datagrams) throws -> [UInt8] {
    try [UInt8](capacity: 20_000) { (output) throws(WireError) in
      for datagram in datagrams { try StreamFraming.write(datagram.span.bytes, into: &output) }
    }
  }

  /// What comes out of a stream that arrives in pieces of the given sizes.
  private func deframe(_ stream: [UInt8], maximumLength: Int = 4096, pieces: () -> Int) throws(WireError) -> [[UInt8]] {
    var deframer = StreamDeframer(maximumLength: maximumLength)
    var received: [[UInt8]] = []
    var rest = stream[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(max(1, pieces())))
      rest = rest.dropFirst(piece.count)
      try deframer.receive(piece.span.bytes) { received.append($0.array) }
    }
    return received
  }

  @Test func aFrameIsALengthAndADatagram() throws {
    #expect(try stream([[7, 8, 9]]) == [0, 3, 7, 8, 9])
    #expect(throws: WireError.valueTooLarge) { try stream([Array(repeating: 0, count: 65_536)]) }
    #expect(throws: WireError.bufferFull) { try stream([Array(repeating: 0, count: 19_999)]) }
  }

  @Test(arguments: 1...20)
  func datagramsComeOutWhateverThePiecesAre(size: Int) throws {
    #expect(try deframe(stream()) { size } == Self.datagrams)
  }

  @Test func datagramsComeOutOfOnePieceAndOfRandomOnes() throws {
    #expect(try deframe(stream()) { 20_000 } == Self.datagrams)
    for seed in UInt64(0)..<200 {
      var generator = SeededGenerator(seed: seed)
      let received = try deframe(stream()) { .random(in: 1...700, using: &generator) }
      #expect(received == Self.datagrams, "seed \(seed)")
    }
  }

  @Test func emptyFramesAreLeftOut() throws {
    #expect(try deframe([0, 0, 0, 1, 9, 0, 0]) { 100 } == [[9]])
    #expect(try deframe([0, 0, 0, 1, 9, 0, 0]) { 1 } == [[9]])
  }

  @Test(arguments: [1, 2, 3, 100])
  func aFrameLongerThanAllowedEndsTheStream(size: Int) throws {
    let allowed: [UInt8] = [0, 4, 1, 2, 3, 4]
    #expect(try deframe(allowed, maximumLength: 4) { size } == [[1, 2, 3, 4]])

    #expect(throws: WireError.invalidLength) { try deframe([0, 5, 1, 2, 3, 4, 5], maximumLength: 4) { size } }
  }

  @Test func anEndInTheMiddleDeliversNothing() throws {
    let whole = try stream([[1, 2, 3, 4]])
    for count in 0..<whole.count { #expect(try deframe(Array(whole[..<count])) { 2 }.isEmpty) }
  }
}

@Suite struct DatagramKindTests {
  @Test func theFirstByteTellsTheProtocol() {
    let kinds = (UInt8.min...UInt8.max).map { DatagramKind(of: [$0, 111].span.bytes) }

    #expect(kinds[0...3].allSatisfy { $0 == .stun })
    #expect(kinds[4...19].allSatisfy { $0 == .unknown })
    #expect(kinds[20...63].allSatisfy { $0 == .dtls })
    #expect(kinds[64...79].allSatisfy { $0 == .turnChannel })
    #expect(kinds[80...127].allSatisfy { $0 == .unknown })
    #expect(kinds[128...191].allSatisfy { $0 == .rtp })
    #expect(kinds[192...255].allSatisfy { $0 == .unknown })
  }

  @Test func theSecondByteTellsRTCPFromRTP() {
    for type in UInt8.min...UInt8.max {
      let kind = DatagramKind(of: [0x80, type].span.bytes)
      #expect(kind == ((192...223).contains(type) ? .rtcp : .rtp))
    }
  }

  @Test func lessThanTwoBytesAreNothing() {
    #expect(DatagramKind(of: [UInt8]().span.bytes) == .unknown)
    #expect(DatagramKind(of: [UInt8(0x80)].span.bytes) == .unknown)
  }
}
