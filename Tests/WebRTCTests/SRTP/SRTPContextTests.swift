import RTP
import Testing
import WebRTC

struct SRTPContextTests {
  @Test(arguments: SRTPProfile.allCases)
  func refusesAReplay(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    let sealed = try pair.sender.seal(rtpPacket(10))
    let sealedRTCP = try pair.sender.sealRTCP(rtcpPacket())
    _ = try pair.receiver.open(sealed)
    _ = try pair.receiver.openRTCP(sealedRTCP)

    #expect(srtpError { _ = try pair.receiver.open(sealed) } == .replayed)
    #expect(srtpError { _ = try pair.receiver.openRTCP(sealedRTCP) } == .replayed)
  }

  @Test(arguments: SRTPProfile.allCases)
  func refusesWhatHasLeftTheWindow(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    let old = try pair.sender.seal(rtpPacket(10))
    let oldRTCP = try pair.sender.sealRTCP(rtcpPacket())
    _ = try pair.receiver.open(pair.sender.seal(rtpPacket(10 + 1024)))
    for _ in 0..<1024 { _ = try pair.receiver.openRTCP(pair.sender.sealRTCP(rtcpPacket())) }

    #expect(srtpError { _ = try pair.receiver.open(old) } == .tooOld)
    #expect(srtpError { _ = try pair.receiver.openRTCP(oldRTCP) } == .tooOld)
  }

  /// The same number again would use a nonce again, and GCM would give its authentication key away.
  @Test(arguments: SRTPProfile.allCases)
  func neverSealsANumberTwice(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    _ = try pair.sender.seal(rtpPacket(10))
    _ = try pair.sender.seal(rtpPacket(12))

    #expect(srtpError { _ = try pair.sender.seal(rtpPacket(10)) } == .replayed)
    #expect(srtpError { _ = try pair.sender.seal(rtpPacket(11)) } == nil)
  }

  /// What of the payload is rewritten per subscriber stands in the slot, the rest is shared: the bytes come out the same.
  @Test(arguments: SRTPProfile.allCases)
  func sealsAPayloadThatIsPartlyInTheSlot(profile: SRTPProfile) throws {
    let packet = rtpPacket(10, payloadByteCount: 100)
    var whole = SRTPPair(profile)
    let expected = try whole.sender.seal(packet)

    for byteCountInPlace in 12...packet.count {
      var pair = SRTPPair(profile)
      let sealed = try pair.sender.seal(packet, headerByteCount: 12, byteCountInPlace: byteCountInPlace)
      #expect(sealed == expected)
    }
  }

  @Test(arguments: SRTPProfile.allCases)
  func paddingEndsThePacketAndCountsItself(profile: SRTPProfile) throws {
    for (fill, byteCountInPlace) in [(1, 12), (24, 12), (255, 20), (3, 52)] {
      var pair = SRTPPair(profile)
      let packet = rtpPacket(10)

      let sealed = try pair.sender.seal(packet, headerByteCount: 12, byteCountInPlace: byteCountInPlace, fill: fill)

      let padding = [UInt8](repeating: 0, count: fill - 1) + [UInt8(fill)]
      #expect(sealed.count == packet.count + fill + profile.tagByteCount)
      #expect(try pair.receiver.open(sealed) == packet + padding)
    }
  }

  @Test(arguments: SRTPProfile.allCases)
  func writesNothingIntoASlotThatIsTooSmall(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    let packet = rtpPacket(10)
    let needed = packet.count + profile.tagByteCount
    let neededRTCP = rtcpPacket().count + profile.rtcpOverheadByteCount

    let refusal = srtpError {
      _ = try pair.sender.seal(packet, headerByteCount: 12, byteCountInPlace: 12, slotByteCount: needed - 1)
    }
    let refusalRTCP = srtpError { _ = try pair.sender.sealRTCP(rtcpPacket(), slotByteCount: neededRTCP - 1) }

    let refusalOfPadding = srtpError {
      _ = try pair.sender.seal(packet, headerByteCount: 12, byteCountInPlace: 12, slotByteCount: needed + 3, fill: 4)
    }
    #expect(refusal == .bufferFull && refusalOfPadding == .bufferFull)
    #expect(refusalRTCP == .bufferFull)
    let sealed = try pair.sender.seal(packet, headerByteCount: 12, byteCountInPlace: 12, slotByteCount: needed)
    #expect(sealed.count == needed)
    #expect(try pair.sender.sealRTCP(rtcpPacket(), slotByteCount: neededRTCP).count == neededRTCP)
  }

  @Test func countsRTCPForEachSenderApart() throws {
    var pair = SRTPPair(.aeadAES128GCM)

    let indices = try [1, 2, 1, 1, 2].map { ssrc in
      try Array(pair.sender.sealRTCP(rtcpPacket(ssrc: ssrc)).suffix(4)).hex
    }

    #expect(indices == ["80000000", "80000000", "80000001", "80000002", "80000001"])
  }

  @Test(arguments: SRTPProfile.allCases)
  func refusesRTCPWithoutTheEncryptedBit(profile: SRTPProfile) throws {
    var pair = SRTPPair(profile)
    var sealed = try pair.sender.sealRTCP(rtcpPacket())
    let behindTheWord = profile == .aes128CounterModeHMACSHA1Tag80 ? 10 : 0
    sealed[sealed.count - behindTheWord - 4] &= 0x7f

    #expect(srtpError { _ = try pair.receiver.openRTCP(sealed) } == .unencrypted)
  }

  @Test func keepsStateForSoManyStreamsAndNoMore() throws {
    let master = SRTPMasterKey.counting(for: .aeadAES128GCM)
    var sender = SRTPSendContext(profile: .aeadAES128GCM, master: master)
    var receiver = SRTPReceiveContext(profile: .aeadAES128GCM, master: master, streamLimit: 100)
    for ssrc in 0..<UInt32(100) {
      _ = try receiver.open(sender.seal(rtpPacket(1, ssrc: ssrc)))
      _ = try receiver.openRTCP(sender.sealRTCP(rtcpPacket(ssrc: ssrc)))
    }

    #expect(srtpError { _ = try receiver.open(sender.seal(rtpPacket(1, ssrc: 100))) } == .tooManyStreams)
    #expect(srtpError { _ = try receiver.openRTCP(sender.sealRTCP(rtcpPacket(ssrc: 100))) } == .tooManyStreams)
    #expect(try receiver.open(sender.seal(rtpPacket(2, ssrc: 7))) == rtpPacket(2, ssrc: 7))
  }

  /// A stream comes into being by its first authentic packet, so forged ones cannot fill the table.
  @Test func forgedPacketsTakeNoPlace() throws {
    let master = SRTPMasterKey.counting(for: .aeadAES128GCM)
    var sender = SRTPSendContext(profile: .aeadAES128GCM, master: master)
    var receiver = SRTPReceiveContext(profile: .aeadAES128GCM, master: master, streamLimit: 1)

    for ssrc in 0..<UInt32(100) {
      let forged = rtpPacket(1, ssrc: ssrc, payloadByteCount: 64)
      #expect(srtpError { _ = try receiver.open(forged) } == .authenticationFailed)
    }

    #expect(try receiver.open(sender.seal(rtpPacket(1, ssrc: 200))) == rtpPacket(1, ssrc: 200))
  }
}
