package import RTP

/// Authenticates and decrypts what one peer sends (the cryptographic context of RFC 3711 §3.2 for one master key).
///
/// `open` and `openRTCP` work in place, allocate nothing except for the first packet of a stream, and change no state for a packet
/// that turns out to be forged. When they throw `authenticationFailed` the bytes behind the header are destroyed.
package struct SRTPReceiveContext: ~Copyable {
  /// How many SSRCs a peer may use while its key lives: a publisher with simulcast and retransmission takes a dozen, and one that
  /// starts its screen share a hundred times a few hundred.
  package static let defaultStreamLimit = 1024

  package let profile: SRTPProfile
  private let master: SRTPMasterKey
  /// Made for the first packet: most peers send reports and no media.
  private var rtp: SRTPTransform?
  private let rtcp: SRTPTransform
  private var rtpStreams: SRTPStreamTable<ReplayWindow>
  private var rtcpStreams: SRTPStreamTable<ReplayWindow>

  package init(profile: SRTPProfile, master: SRTPMasterKey, streamLimit: Int = defaultStreamLimit) {
    self.profile = profile
    self.master = master
    rtcp = SRTPTransform(profile: profile, master: master, kind: .rtcp, direction: .open)
    rtpStreams = SRTPStreamTable(limit: streamLimit)
    rtcpStreams = SRTPStreamTable(limit: streamLimit)
  }

  /// Unprotects an SRTP packet whose `header` was read from it, and returns how many bytes of it are the RTP packet.
  package mutating func open(_ packet: inout MutableRawSpan, header: RTPHeader) throws(SRTPError) -> Int {
    let count = packet.byteCount - profile.tagByteCount
    guard count >= header.byteCount else { throw .truncated }
    let slot = rtpStreams.find(header.ssrc)
    let index = try Self.index(of: header, after: slot.map { rtpStreams[$0].highest })
    try Self.check(index, in: rtpStreams, at: slot)

    let isAuthentic = packet.withUnsafeMutableBytes {
      openRTP(SRTPPacketBytes(bytes: $0, headerByteCount: header.byteCount), ssrc: header.ssrc, index: index)
    }
    guard isAuthentic else { throw .authenticationFailed }
    Self.record(index, of: header.ssrc, in: &rtpStreams, at: slot)
    return count
  }

  private mutating func openRTP(_ packet: SRTPPacketBytes, ssrc: SSRC, index: UInt64) -> Bool {
    if rtp == nil { rtp = SRTPTransform(profile: profile, master: master, kind: .rtp, direction: .open) }
    return rtp?.openRTP(packet, ssrc: ssrc, index: index) ?? false  // it was made above
  }

  /// Unprotects an SRTCP packet and returns how many bytes of it are the compound RTCP packet.
  package mutating func openRTCP(_ packet: inout MutableRawSpan) throws(SRTPError) -> Int {
    let count = packet.byteCount - profile.rtcpOverheadByteCount
    guard count >= SRTCPIndexWord.headerByteCount else { throw .truncated }
    let (ssrc, word) = packet.withUnsafeMutableBytes { [profile] in
      let bytes = SRTPPacketBytes(bytes: $0, headerByteCount: SRTCPIndexWord.headerByteCount)
      return (SSRC(rawValue: bytes.word(at: 4)), bytes.word(at: Self.indexOffset(in: $0.count, profile)))
    }
    guard word & SRTCPIndexWord.encryptedBit != 0 else { throw .unencrypted }
    let index = word & ~SRTCPIndexWord.encryptedBit
    let slot = rtcpStreams.find(ssrc)
    try Self.check(UInt64(index), in: rtcpStreams, at: slot)

    let isAuthentic = packet.withUnsafeMutableBytes {
      let bytes = SRTPPacketBytes(bytes: $0, headerByteCount: SRTCPIndexWord.headerByteCount)
      return rtcp.openRTCP(bytes, ssrc: ssrc, index: index)
    }
    guard isAuthentic else { throw .authenticationFailed }
    Self.record(UInt64(index), of: ssrc, in: &rtcpStreams, at: slot)
    return count
  }

  /// A stream begins in its first turn: that is why senders start below 2^15 (RFC 3711 §3.3.1).
  private static func index(of header: RTPHeader, after highest: UInt64?) throws(SRTPError) -> UInt64 {
    let sequenceNumber = header.sequenceNumber.rawValue
    guard let highest else { return UInt64(sequenceNumber) }
    return try SRTPPacketIndex.estimate(sequenceNumber, highest: highest)
  }

  /// The index word is the last but for the tag in counter mode (RFC 3711 §3.4), and the very last with AEAD (RFC 7714 §9.2).
  private static func indexOffset(in byteCount: Int, _ profile: SRTPProfile) -> Int {
    switch profile {
    case .aes128CounterModeHMACSHA1Tag80: return byteCount - profile.rtcpOverheadByteCount
    case .aeadAES128GCM, .aeadAES256GCM: return byteCount - SRTCPIndexWord.byteCount
    }
  }

  /// Refuses what was seen, before anything is calculated.
  private static func check(
    _ index: UInt64, in streams: borrowing SRTPStreamTable<ReplayWindow>, at slot: SRTPStreamTable<ReplayWindow>.Slot?
  ) throws(SRTPError) {
    if let slot { return try streams[slot].check(index) }
    guard !streams.isFull else { throw .tooManyStreams }
  }

  /// Remembers what was authenticated; only now may a stream come into being.
  private static func record(
    _ index: UInt64, of ssrc: SSRC, in streams: inout SRTPStreamTable<ReplayWindow>,
    at slot: SRTPStreamTable<ReplayWindow>.Slot?
  ) {
    if let slot { return streams[slot].record(index) }
    streams.insert(ssrc, ReplayWindow(first: index))
  }
}
