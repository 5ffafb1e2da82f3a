import RTP
import Testing
import WebRTC

extension SRTPProfile: CustomTestStringConvertible {
  /// The name of the case.
  public var testDescription: String { String(describing: self) }
}

extension SRTPMasterKey {
  /// A key of the profile's length whose bytes count up from `first`.
  static func counting(from first: UInt8 = 1, for profile: SRTPProfile) -> SRTPMasterKey {
    SRTPMasterKey(
      profile: profile,
      key: (0..<profile.keyByteCount).map { first &+ UInt8($0) },
      salt: (0..<profile.saltByteCount).map { 0xa0 &+ first &+ UInt8($0) })
  }
}

/// The two ends of one direction.
struct SRTPPair: ~Copyable {
  var sender: SRTPSendContext
  var receiver: SRTPReceiveContext

  init(_ profile: SRTPProfile) {
    let master = SRTPMasterKey.counting(for: profile)
    sender = SRTPSendContext(profile: profile, master: master)
    receiver = SRTPReceiveContext(profile: profile, master: master)
  }
}

/// An RTP packet without extensions whose payload counts up.
func rtpPacket(_ sequenceNumber: UInt16, ssrc: UInt32 = 0xcafe_babe, payloadByteCount: Int = 40) -> [UInt8] {
  let header: [UInt8] = [
    0x80, 0x60,  // version 2, payload type 96
    UInt8(sequenceNumber >> 8), UInt8(truncatingIfNeeded: sequenceNumber),
    0, 0, 0x12, 0x34,  // timestamp
    UInt8(ssrc >> 24), UInt8(ssrc >> 16 & 0xff), UInt8(ssrc >> 8 & 0xff), UInt8(ssrc & 0xff),
  ]
  return header + (0..<payloadByteCount).map { UInt8(truncatingIfNeeded: $0) }
}

/// A sender report, whose first eight bytes stay readable.
func rtcpPacket(ssrc: UInt32 = 0xcafe_babe) -> [UInt8] {
  [
    0x80, 200, 0, 6,  // sender report, seven words
    UInt8(ssrc >> 24), UInt8(ssrc >> 16 & 0xff), UInt8(ssrc >> 8 & 0xff), UInt8(ssrc & 0xff),
    1, 2, 3, 4, 5, 6, 7, 8,  // NTP time
    9, 10, 11, 12,  // RTP time
    0, 0, 0, 13,  // packets
    0, 0, 0, 14,  // octets
  ]
}

extension SRTPSendContext {
  /// Seals a whole RTP packet: its header is written, its payload appended.
  mutating func seal(_ packet: [UInt8]) throws -> [UInt8] {
    let headerByteCount = try RTPHeader(parsing: packet.span.bytes).byteCount
    return try seal(packet, headerByteCount: headerByteCount, byteCountInPlace: headerByteCount)
  }

  /// Seals an RTP packet of which the first `byteCountInPlace` bytes stand in the slot already.
  mutating func seal(
    _ packet: [UInt8], headerByteCount: Int, byteCountInPlace: Int, slotByteCount: Int = 2000, fill: Int = 0
  ) throws -> [UInt8] {
    var slot = [UInt8](repeating: 0xee, count: slotByteCount)
    let count = try slot.withUnsafeMutableBytes { slot in
      var output = OutputRawSpan(buffer: slot, initializedCount: 0)
      try output.writeBytes(packet.span.bytes.extracting(..<byteCountInPlace))
      try seal(
        &output, headerByteCount: headerByteCount, appending: packet.span.bytes.extracting(byteCountInPlace...),
        fill: fill)
      return output.finalize(for: slot)
    }
    return Array(slot.prefix(count))
  }

  mutating func sealRTCP(_ packet: [UInt8], slotByteCount: Int = 2000) throws -> [UInt8] {
    var slot = [UInt8](repeating: 0xee, count: slotByteCount)
    let count = try slot.withUnsafeMutableBytes { slot in
      var output = OutputRawSpan(buffer: slot, initializedCount: 0)
      try output.writeBytes(packet.span.bytes)
      try sealRTCP(&output)
      return output.finalize(for: slot)
    }
    return Array(slot.prefix(count))
  }
}

extension SRTPReceiveContext {
  /// Opens a copy of an SRTP packet, as the worker does: the header is read first.
  mutating func open(_ packet: [UInt8]) throws -> [UInt8] {
    var copy = packet
    let header = try RTPHeader(parsing: packet.span.bytes)
    var span = copy.mutableSpan
    var bytes = span.mutableBytes
    let count = try open(&bytes, header: header)
    return Array(copy.prefix(count))
  }

  mutating func openRTCP(_ packet: [UInt8]) throws -> [UInt8] {
    var copy = packet
    var span = copy.mutableSpan
    var bytes = span.mutableBytes
    let count = try openRTCP(&bytes)
    return Array(copy.prefix(count))
  }
}

/// What `body` throws, as a value; noncopyable contexts cannot be captured by the closure that `#expect(throws:)` takes.
func srtpError(_ body: () throws -> Void) -> SRTPError? {
  do {
    try body()
    return nil
  } catch {
    return error as? SRTPError
  }
}
