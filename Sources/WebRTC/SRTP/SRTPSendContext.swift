import RTP

/// Encrypts and authenticates what we send to one peer (the cryptographic context of RFC 3711 §3.2 for one master key).
///
/// Allocates nothing except for the first packet of a stream. A sequence number is sealed once: a second packet under the same
/// number would use a nonce again, which gives AES-GCM's authentication key away even if only the header differs. What is sent
/// again goes as RTX, under a number of its own (RFC 4588).
package struct SRTPSendContext: ~Copyable {
  /// How many SSRCs we may send while the key lives: slots are few and reused.
  package static let defaultStreamLimit = 4096
  /// The last index of RTCP (RFC 3711 §3.2.1): at fifty packets a second it takes a year and four months.
  static let maximumRTCPIndex: UInt32 = 1 << 31 - 1

  package let profile: SRTPProfile
  private let rtp: SRTPTransform
  private let rtcp: SRTPTransform
  private var rtpStreams: SRTPStreamTable<ReplayWindow>
  private var rtcpStreams: SRTPStreamTable<UInt32>  // the next index

  package init(profile: SRTPProfile, master: SRTPMasterKey, streamLimit: Int = defaultStreamLimit) {
    self.profile = profile
    rtp = SRTPTransform(profile: profile, master: master, kind: .rtp, direction: .seal)
    rtcp = SRTPTransform(profile: profile, master: master, kind: .rtcp, direction: .seal)
    rtpStreams = SRTPStreamTable(limit: streamLimit)
    rtcpStreams = SRTPStreamTable(limit: streamLimit)
  }

  /// Protects an RTP packet whose final header, and perhaps the beginning of its payload, stand in `packet`.
  ///
  /// What follows the `headerByteCount` bytes is encrypted where it lies; `payload` is encrypted from where it lies into the
  /// packet, which is the only copy; `fill` bytes of padding follow it, and the tag comes last. The header tells of padding.
  /// Nothing is written when this throws.
  package mutating func seal(
    _ packet: inout OutputRawSpan, headerByteCount: Int, appending payload: RawSpan, fill: Int = 0
  ) throws(SRTPError) {
    precondition(fill >= 0 && fill <= UInt8.max, "the last byte of padding counts it")
    precondition(headerByteCount >= RTPHeader.fixedByteCount, "an RTP header is longer")
    precondition(headerByteCount <= packet.byteCount, "the header must be in the packet before it is sealed")
    let addedByteCount = payload.byteCount + fill + profile.tagByteCount
    guard packet.freeCapacity >= addedByteCount else { throw .bufferFull }
    let (ssrc, sequenceNumber) = Self.identity(of: packet)
    let index = try claim(sequenceNumber, of: ssrc)

    packet.withUnsafeMutableBytes { buffer, initializedCount in
      // The guard above says that payload and tag fit behind what is there.
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(initializedCount + addedByteCount)])
      let byteCountInPlace = initializedCount - headerByteCount
      payload.withUnsafeBytes { payload in
        let plaintext = SRTPPlaintext(byteCountInPlace: byteCountInPlace, appended: payload, fill: fill)
        rtp.sealRTP(
          SRTPPacketBytes(bytes: bytes, headerByteCount: headerByteCount), plaintext, ssrc: ssrc, index: index)
      }
      initializedCount = bytes.count
    }
  }

  /// Protects the compound RTCP packet that stands in `packet`; nothing is written when this throws.
  package mutating func sealRTCP(_ packet: inout OutputRawSpan) throws(SRTPError) {
    precondition(packet.byteCount >= SRTCPIndexWord.headerByteCount, "an RTCP packet names its sender")
    guard packet.freeCapacity >= profile.rtcpOverheadByteCount else { throw .bufferFull }
    let ssrc = SSRC(rawValue: packet.bytes.unsafeLoadBigEndianWord(at: 4))
    let index = try claimRTCPIndex(of: ssrc)

    let overhead = profile.rtcpOverheadByteCount
    packet.withUnsafeMutableBytes { buffer, initializedCount in
      // The guard above says that the overhead fits behind what is there.
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(initializedCount + overhead)])
      let packet = SRTPPacketBytes(bytes: bytes, headerByteCount: SRTCPIndexWord.headerByteCount)
      rtcp.sealRTCP(packet, ssrc: ssrc, index: index)
      initializedCount = bytes.count
    }
  }

  private static func identity(of packet: borrowing OutputRawSpan) -> (SSRC, UInt16) {
    let bytes = packet.bytes
    let sequenceNumber = UInt16(truncatingIfNeeded: bytes.unsafeLoadBigEndianWord(at: 0))  // its low half
    return (SSRC(rawValue: bytes.unsafeLoadBigEndianWord(at: 8)), sequenceNumber)
  }

  /// The index of a packet, taken for good.
  private mutating func claim(_ sequenceNumber: UInt16, of ssrc: SSRC) throws(SRTPError) -> UInt64 {
    guard let slot = rtpStreams.find(ssrc) else {
      guard !rtpStreams.isFull else { throw .tooManyStreams }
      rtpStreams.insert(ssrc, ReplayWindow(first: UInt64(sequenceNumber)))
      return UInt64(sequenceNumber)
    }
    let index = try SRTPPacketIndex.estimate(sequenceNumber, highest: rtpStreams[slot].highest)
    try rtpStreams[slot].check(index)
    rtpStreams[slot].record(index)
    return index
  }

  private mutating func claimRTCPIndex(of ssrc: SSRC) throws(SRTPError) -> UInt32 {
    guard let slot = rtcpStreams.find(ssrc) else {
      guard !rtcpStreams.isFull else { throw .tooManyStreams }
      rtcpStreams.insert(ssrc, 1)
      return 0
    }
    let index = rtcpStreams[slot]
    guard index <= Self.maximumRTCPIndex else { throw .keyExhausted }
    rtcpStreams[slot] = index + 1
    return index
  }
}

extension RawSpan {
  /// Four bytes at an offset that a precondition has shown to lie within.
  fileprivate func unsafeLoadBigEndianWord(at offset: Int) -> UInt32 {
    UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
