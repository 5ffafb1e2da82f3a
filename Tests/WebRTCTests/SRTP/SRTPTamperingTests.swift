import RTP
import TestSupport
import Testing
import WebRTC

struct SRTPTamperingTests {
  @Test(arguments: SRTPProfile.allCases)
  func refusesEveryChangedBit(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    let sealed = try pair.sender.seal(rtpPacket(10))
    let sealedRTCP = try pair.sender.sealRTCP(rtcpPacket())

    for bit in 0..<(sealed.count * 8) {
      let tampered = Self.flip(bit, of: sealed)
      #expect(throws: (any Error).self, "bit \(bit)") { try Self.open(tampered, profile) }
    }
    for bit in 0..<(sealedRTCP.count * 8) {
      let tampered = Self.flip(bit, of: sealedRTCP)
      #expect(srtpError { _ = try pair.receiver.openRTCP(tampered) } != nil, "bit \(bit)")
    }

    #expect(try pair.receiver.openRTCP(sealedRTCP) == rtcpPacket(), "the forged ones have left no trace")
  }

  @Test(arguments: SRTPProfile.allCases)
  func refusesEveryTruncation(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    let sealed = try pair.sender.seal(rtpPacket(10))
    let sealedRTCP = try pair.sender.sealRTCP(rtcpPacket())

    for count in 0..<sealed.count {
      #expect(throws: (any Error).self, "\(count) bytes") { try Self.open(Array(sealed.prefix(count)), profile) }
    }
    for count in 0..<sealedRTCP.count {
      let isShort = count < 8 + profile.rtcpOverheadByteCount
      let refusal = srtpError { _ = try pair.receiver.openRTCP(Array(sealedRTCP.prefix(count))) }
      #expect(isShort ? refusal == .truncated : refusal != nil, "\(count) bytes")
    }
  }

  /// Damage of any kind to many packets: no crash, nothing forged gets in, and what is genuine still does.
  @Test(arguments: SRTPProfile.allCases)
  func survivesRandomDamage(profile: SRTPProfile) throws {
    let seed: UInt64 = 0x7714
    var generator = SeededGenerator(seed: seed)
    var pair = SRTPPair(profile)

    for number in 0..<7000 {
      let packet = rtpPacket(UInt16(number), payloadByteCount: number % 50)
      let sealed = try pair.sender.seal(packet)
      let sealedRTCP = try pair.sender.sealRTCP(rtcpPacket())
      let damaged = Self.damage(sealed, using: &generator)
      let damagedRTCP = Self.damage(sealedRTCP, using: &generator)

      #expect((try? pair.receiver.open(damaged)) == nil, "seed \(seed), packet \(number)")
      #expect((try? pair.receiver.openRTCP(damagedRTCP)) == nil, "seed \(seed), packet \(number)")
      #expect(try pair.receiver.open(sealed) == packet)
      #expect(try pair.receiver.openRTCP(sealedRTCP) == rtcpPacket())
    }
  }

  private static func open(_ packet: [UInt8], _ profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    _ = try pair.receiver.open(packet)
  }

  private static func flip(_ bit: Int, of packet: [UInt8]) -> [UInt8] {
    var copy = packet
    copy[bit / 8] ^= 1 << UInt8(bit % 8)
    return copy
  }

  /// A changed, missing, added or cut byte; never the packet itself.
  private static func damage(_ packet: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var copy = packet
    let place = Int.random(in: 0..<copy.count, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: copy[place] ^= UInt8.random(in: 1...255, using: &generator)
    case 1: copy.removeLast(copy.count - place)
    case 2: copy.insert(copy[place] &+ 1, at: place)
    default: copy.append(.random(in: 0...255, using: &generator))
    }
    return copy
  }
}
