import RTP
import Testing
import WebRTC

/// The vectors of RFC 3711 appendix B and RFC 7714 §16 and §17.
struct SRTPVectorTests {
  /// RFC 3711 appendix B.3.
  @Test func derivesTheSessionKeysOfRFC3711() {
    let master = SRTPMasterKey(
      profile: .aes128CounterModeHMACSHA1Tag80,
      key: [UInt8](hex: "E1F97A0D3E018BE0D64FA32C06DE4139"),
      salt: [UInt8](hex: "0EC675AD498AFEEBB6960B3AABE6"))

    let derivation = SRTPKeyDerivation(master: master)

    #expect(derivation.derive(.rtpEncryption, count: 16).hex == "c61e7a93744f39ee10734afe3ff7a087")
    #expect(derivation.derive(.rtpSalt, count: 14).hex == "30cbbc08863d8c85d49db34a9ae1")
    #expect(
      derivation.derive(.rtpAuthentication, count: 94)
        == [UInt8](
          hex: """
            CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE
            E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25
            6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2
            """))
  }

  /// RFC 3711 appendix B.2: the first and the last blocks of the key stream, which is what zeros are encrypted to.
  @Test func makesTheKeyStreamOfRFC3711() {
    let transform = CounterModeTransform(
      key: [UInt8](hex: "2B7E151628AED2A6ABF7158809CF4F3C"),
      authenticationKey: [UInt8](repeating: 0, count: 20),
      salt: [UInt8](hex: "F0F1F2F3F4F5F6F7F8F9FAFBFCFD"))
    let blockCount = 0xff02
    var packet = [UInt8](repeating: 0, count: 12 + blockCount * 16 + 10)

    packet.withUnsafeMutableBytes {
      transform.sealRTP(
        SRTPPacketBytes(bytes: $0, headerByteCount: 12),
        SRTPPlaintext(byteCountInPlace: blockCount * 16, appended: UnsafeRawBufferPointer(start: nil, count: 0)),
        ssrc: SSRC(rawValue: 0), index: 0)
    }

    let stream = packet.dropFirst(12)
    #expect(
      Array(stream.prefix(48)).hex
        == "e03ead0935c95e80e166b16dd92b4eb4" + "d23513162b02d0f72a43a2fe4a5f97ab" + "41e95b3bb0a2e8dd477901e4fca894c0")
    #expect(
      Array(stream.dropFirst(0xfeff * 16).prefix(48)).hex
        == "ec8cdf7398607cb0f2d21675ea9ea1e4" + "362b7c3c6773516318a077d7fc5073ae" + "6a2cc3787889374fbeb4c81b17ba6c44")
  }

  private static let salt = [UInt8](hex: "51756964207072 6f2071756f")  // "Quid pro quo"
  private static let rtpHeader = [UInt8](hex: "8040f17b 8041f8d3 5501a0b2")
  private static let rtpPayload = Array("Gallia est omnis divisa in partes tres".utf8)
  private static let rtcp = [UInt8](
    hex: """
      81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
      deadbeef deadbeef deadbeef deadbeef deadbeef
      """)

  /// RFC 7714 §16.1.1 and §16.2.1.
  @Test(
    arguments: AESGCMLibraryTests.usable,
    [
      (
        16,
        """
        f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833
        899d7f27 beb16a91 52cf765e e4390cce
        """
      ),
      (
        32,
        """
        32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b
        7aa3db36 dfffd6b0 f9bb7878 d7a76c13
        """
      ),
    ])
  func sealsAndOpensTheRTPPacketOfRFC7714(library: AESGCM.Library, vector: (keyByteCount: Int, expected: String)) {
    let (keyByteCount, expected) = vector
    let key = (0..<keyByteCount).map { UInt8($0) }
    let sealing = AESGCMTransform(key: key, salt: Self.salt, direction: .seal, library: library)
    let opening = AESGCMTransform(key: key, salt: Self.salt, direction: .open, library: library)
    let ssrc = SSRC(rawValue: 0x5501_a0b2)
    var packet = Self.rtpHeader + [UInt8](repeating: 0, count: Self.rtpPayload.count + 16)

    packet.withUnsafeMutableBytes { packet in
      Self.rtpPayload.withUnsafeBytes {
        sealing.sealRTP(
          SRTPPacketBytes(bytes: packet, headerByteCount: 12), SRTPPlaintext(byteCountInPlace: 0, appended: $0),
          ssrc: ssrc, index: 0xf17b)
      }
    }
    #expect(packet.hex == (Self.rtpHeader + [UInt8](hex: expected)).hex)

    let isAuthentic = packet.withUnsafeMutableBytes {
      opening.openRTP(SRTPPacketBytes(bytes: $0, headerByteCount: 12), ssrc: ssrc, index: 0xf17b)
    }
    #expect(isAuthentic)
    #expect(Array(packet.prefix(12 + Self.rtpPayload.count)) == Self.rtpHeader + Self.rtpPayload)
  }

  /// RFC 7714 §17.1 and §17.3.
  @Test(
    arguments: AESGCMLibraryTests.usable,
    [
      (
        16,
        """
        63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b
        c84aa458 96cf4d2f c5abf872 45d9eade 800005d4
        """
      ),
      (
        32,
        """
        d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be 8415f658 c61de047 6f1b6fad
        1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4
        """
      ),
    ])
  func sealsAndOpensTheRTCPPacketOfRFC7714(library: AESGCM.Library, vector: (keyByteCount: Int, expected: String)) {
    let (keyByteCount, expected) = vector
    let key = (0..<keyByteCount).map { UInt8($0) }
    let sealing = AESGCMTransform(key: key, salt: Self.salt, direction: .seal, library: library)
    let opening = AESGCMTransform(key: key, salt: Self.salt, direction: .open, library: library)
    let ssrc = SSRC(rawValue: 0x4d61_7273)
    var packet = Self.rtcp + [UInt8](repeating: 0, count: 20)

    packet.withUnsafeMutableBytes {
      sealing.sealRTCP(SRTPPacketBytes(bytes: $0, headerByteCount: 8), ssrc: ssrc, index: 0x5d4)
    }
    #expect(packet.hex == (Self.rtcp.prefix(8) + [UInt8](hex: expected)).hex)

    let isAuthentic = packet.withUnsafeMutableBytes {
      opening.openRTCP(SRTPPacketBytes(bytes: $0, headerByteCount: 8), ssrc: ssrc, index: 0x5d4)
    }
    #expect(isAuthentic)
    #expect(Array(packet.prefix(Self.rtcp.count)) == Self.rtcp)
  }

  @Test(arguments: SRTPProfile.allCases)
  func takesTheExportedKeysApartInTheOrderOfRFC5764(profile: SRTPProfile) {
    let exported = (0..<SRTPKeyingMaterial.exportedByteCount(for: profile)).map { UInt8($0) }

    let material = SRTPKeyingMaterial(profile: profile, exported: exported)

    #expect(material.client.key + material.server.key + material.client.salt + material.server.salt == exported)
    #expect(material.client.key.count == profile.keyByteCount)
    #expect(material.server.salt.count == profile.saltByteCount)
  }
}
