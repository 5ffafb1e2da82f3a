import RTP
import TestSupport
import Testing
import WebRTC

struct SRTPRolloverTests {
  /// Three turns of the sequence number with a fifth of the packets lost and the rest shuffled over a distance of 64.
  @Test(arguments: SRTPProfile.allCases)
  func followsThreeWrapsWithLossAndReordering(profile: SRTPProfile) throws {
    let seed: UInt64 = 0x0107
    var generator = SeededGenerator(seed: seed)
    var pair = SRTPPair(profile)
    let step = 7  // not every number, so that the test is quick; 7 does not divide 65 536
    let indices = Array(stride(from: 20_000, to: 20_000 + 3 * 65_536, by: step))
    var sealed = try indices.map {
      try pair.sender.seal(rtpPacket(UInt16(truncatingIfNeeded: $0), payloadByteCount: 4))
    }
    for start in stride(from: 0, to: sealed.count - 64, by: 64) {
      sealed[start..<(start + 64)].shuffle(using: &generator)
    }

    var opened = 0
    for packet in sealed where Int.random(in: 0..<5, using: &generator) != 0 {
      let plain = try pair.receiver.open(packet)
      #expect(plain.count == 16, "seed \(seed)")
      opened += 1
    }

    #expect(Double(opened) / Double(sealed.count) > 0.78)
    #expect(Double(opened) / Double(sealed.count) < 0.82)
  }

  @Test(arguments: SRTPProfile.allCases)
  func opensPacketsThatComeLateAroundAWrap(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    _ = try pair.receiver.open(pair.sender.seal(rtpPacket(32_000)))
    _ = try pair.receiver.open(pair.sender.seal(rtpPacket(64_000)))
    let late = try pair.sender.seal(rtpPacket(65_530))
    let later = try pair.sender.seal(rtpPacket(65_535))
    let first = try pair.sender.seal(rtpPacket(0))
    let second = try pair.sender.seal(rtpPacket(3))

    #expect(try pair.receiver.open(second) == rtpPacket(3))
    #expect(try pair.receiver.open(late) == rtpPacket(65_530))
    #expect(try pair.receiver.open(first) == rtpPacket(0))
    #expect(try pair.receiver.open(later) == rtpPacket(65_535))
  }

  @Test func refusesAPacketFromBeforeTheFirstTurn() throws {
    var pair = SRTPPair(.aeadAES128GCM)
    let first = try pair.sender.seal(rtpPacket(3))
    _ = try pair.receiver.open(first)

    let tooEarly = rtpPacket(65_530, payloadByteCount: 60)

    #expect(srtpError { _ = try pair.receiver.open(tooEarly) } == .tooOld)
    #expect(srtpError { _ = try pair.sender.seal(rtpPacket(65_530)) } == .tooOld)
  }

  /// RFC 3711 §3.3.1, with its ties: a distance of exactly 2^15 stays in the turn.
  @Test func estimatesTheIndexNearestToTheHighest() throws {
    let turn: UInt64 = 5 << 16
    #expect(try SRTPPacketIndex.estimate(11, highest: turn + 10) == turn + 11)
    #expect(try SRTPPacketIndex.estimate(9, highest: turn + 10) == turn + 9)
    #expect(try SRTPPacketIndex.estimate(65_535, highest: turn + 10) == turn - 1)
    #expect(try SRTPPacketIndex.estimate(2, highest: turn + 65_530) == turn + 65_538)
    #expect(try SRTPPacketIndex.estimate(32_778, highest: turn + 10) == turn + 32_778)
    #expect(try SRTPPacketIndex.estimate(32_779, highest: turn + 10) == turn - 65_536 + 32_779)
    #expect(try SRTPPacketIndex.estimate(7_232, highest: turn + 40_000) == turn + 7_232)
    #expect(try SRTPPacketIndex.estimate(7_231, highest: turn + 40_000) == turn + 65_536 + 7_231)
  }

  @Test func endsWithTheLastIndexOfAKey() throws {
    #expect(try SRTPPacketIndex.estimate(65_535, highest: SRTPPacketIndex.maximum - 1) == SRTPPacketIndex.maximum)
    #expect(throws: SRTPError.keyExhausted) {
      try SRTPPacketIndex.estimate(0, highest: SRTPPacketIndex.maximum)
    }
  }
}
