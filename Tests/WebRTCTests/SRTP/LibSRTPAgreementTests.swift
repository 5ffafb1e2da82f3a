import RTP
import Testing
import WebRTC

/// Byte for byte what libsrtp2 makes and takes.
struct LibSRTPAgreementTests {
  @Test(arguments: SRTPProfile.allCases)
  func sealsRTPAsLibSRTPDoes(profile: SRTPProfile) throws {
    let reference = try LibSRTP(profile, master: .counting(for: profile), isSender: true)
    var pair = SRTPPair(profile)

    for (number, packet) in Self.packets.enumerated() {
      let expected = try reference.seal(packet)
      #expect(try pair.sender.seal(packet).hex == expected.hex, "packet \(number)")
      #expect(try pair.receiver.open(expected).hex == packet.hex, "packet \(number)")
    }
  }

  @Test(arguments: SRTPProfile.allCases)
  func libSRTPOpensWhatWeSeal(profile: SRTPProfile) throws {
    let reference = try LibSRTP(profile, master: .counting(for: profile), isSender: false)
    var pair = SRTPPair(profile)

    for packet in Self.packets {
      #expect(try reference.open(pair.sender.seal(packet)) == packet)
    }
  }

  /// libsrtp counts from one, we from zero as RFC 3711 §3.2.1 says; from then on they agree.
  @Test(arguments: SRTPProfile.allCases)
  func sealsRTCPAsLibSRTPDoes(profile: SRTPProfile) throws {
    let reference = try LibSRTP(profile, master: .counting(for: profile), isSender: true)
    let opener = try LibSRTP(profile, master: .counting(for: profile), isSender: false)
    var pair = SRTPPair(profile)
    #expect(try opener.openRTCP(pair.sender.sealRTCP(rtcpPacket())) == rtcpPacket())

    for _ in 0..<50 {
      let ours = try pair.sender.sealRTCP(rtcpPacket())
      #expect(try ours.hex == reference.sealRTCP(rtcpPacket()).hex)
      #expect(try pair.receiver.openRTCP(ours) == rtcpPacket())
      #expect(try opener.openRTCP(ours) == rtcpPacket())
    }
  }

  @Test(arguments: SRTPProfile.allCases)
  func agreesAcrossAWrap(profile: SRTPProfile) throws {
    let sealer = try LibSRTP(profile, master: .counting(for: profile), isSender: true)
    var pair = SRTPPair(profile)

    for step in 0..<2000 {
      let packet = rtpPacket(UInt16(truncatingIfNeeded: 30_000 + step * 50), payloadByteCount: 8)
      let sealed = try pair.sender.seal(packet)
      #expect(try sealed.hex == sealer.seal(packet).hex)
      #expect(try pair.receiver.open(sealed) == packet)
    }
  }

  /// Headers of every shape, payloads of many sizes, two streams.
  private static let packets: [[UInt8]] = {
    let plain = (0..<20).map { rtpPacket(UInt16(100 + $0), payloadByteCount: $0 * 3) }
    let large = rtpPacket(130, payloadByteCount: 1200)
    let otherStream = rtpPacket(7, ssrc: 5, payloadByteCount: 100)
    var contributing = rtpPacket(131)
    contributing[0] |= 2
    contributing.insert(contentsOf: [1, 1, 1, 1, 2, 2, 2, 2], at: 12)
    var extended = rtpPacket(132)
    extended[0] |= 0x10
    extended.insert(contentsOf: [0xbe, 0xde, 0, 2, 0x10, 0xaa, 0x22, 1, 2, 3, 0, 0], at: 12)
    return plain + [large, otherStream, contributing, extended]
  }()
}
