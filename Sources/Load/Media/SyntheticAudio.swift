package import RTP

/// A microphone and its encoder as the network sees them: a packet of Opus every 20 ms, at the level of somebody who speaks.
package struct SyntheticAudio: Sendable {
  package static let packetInterval = Duration.milliseconds(20)
  package static let packetByteCount = 80
  package static let level = AudioLevel(hasVoice: true, decibelsBelowOverload: 25)
  private static let ticksPerPacket: UInt32 = 960
  /// One frame of 20 ms by the hybrid coder, in mono (RFC 6716 §3.1).
  private static let configuration: UInt8 = 0x78
  /// In the first byte: a byte with the number of frames follows. In that: one, and padding.
  private static let arbitraryFrameCount: UInt8 = 3
  private static let oneFrameAndPadding: UInt8 = 0x41
  private static let catchUpLimit = Duration.milliseconds(100)

  package private(set) var nextDeadline: Instant
  private var nextNumber: UInt32 = 0

  package init(from start: Instant) {
    nextDeadline = start
  }

  /// The number of the packet that leaves by `now`, if there is one.
  package mutating func takeDue(at now: Instant) -> UInt32? {
    guard nextDeadline <= now else { return nil }
    if now - nextDeadline > Self.catchUpLimit { nextDeadline = now }
    nextDeadline += Self.packetInterval
    defer { nextNumber &+= 1 }
    return nextNumber
  }

  package static func timestamp(of number: UInt32) -> UInt32 { number &* ticksPerPacket }

  /// Writes the payload of a packet: one without a sound in it, or an encoded one with the stamp as its padding (RFC 6716 §3.2.5).
  package static func write(
    _ number: UInt32, of sounds: [[UInt8]], run: UInt32, sentAt now: Instant, into output: inout OutputRawSpan
  ) throws(WireError) {
    if sounds.isEmpty {
      try output.writeUInt8(configuration)
      try output.writeZeros(packetByteCount - 1 - MediaStamp.byteCount)
    } else {
      let sound = sounds[Int(number) % sounds.count]
      try output.writeUInt8(sound[0] | arbitraryFrameCount)
      try output.writeUInt8(oneFrameAndPadding)
      try output.writeUInt8(UInt8(MediaStamp.byteCount))
      try output.writeBytes(sound.span.bytes.extracting(1...))
    }
    try MediaStamp(run: run, sentAt: now, frame: number).write(into: &output)
  }
}
