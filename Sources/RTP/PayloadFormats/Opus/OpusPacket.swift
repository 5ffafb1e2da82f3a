/// What an Opus packet says of itself in its first bytes (RFC 6716 §3.1, RFC 7587).
///
/// ```
///  0 1 2 3 4 5 6 7
/// +-+-+-+-+-+-+-+-+
/// | config  |s| c |   c: 0 one frame, 1 two of equal length, 2 two, 3 as many as the next byte counts
/// +-+-+-+-+-+-+-+-+
/// ```
package struct OpusPacket: Equatable, Sendable {
  /// The clock of Opus in RTP, whatever the sound was sampled with.
  package static let clockRate = 48_000
  /// An encoder makes packets this short only of silence; it means them to be left out (Opus API, `opus_encode`).
  private static let discontinuousByteCount = 2
  private static let longestDuration = 5760  // 120 ms

  /// Which part of Opus made the frames.
  package enum Mode: Sendable {
    /// For speech.
    case silk
    /// For speech with a wide band.
    case hybrid
    /// For music and short delays.
    case celt
  }

  package let configuration: UInt8
  package let isStereo: Bool
  package let frameCount: Int
  /// Whether the packet stands for silence during which the encoder has stopped sending (DTX).
  package let isDiscontinuous: Bool

  /// Reads the beginning of a payload; throws `invalidValue` for more than 120 ms or no frames.
  package init(parsing payload: RawSpan) throws(WireError) {
    let first = try payload.loadUInt8(at: 0)
    configuration = first >> 3
    isStereo = first & 0x04 != 0
    switch first & 0x03 {
    case 0: frameCount = 1
    case 1, 2: frameCount = 2
    default: frameCount = Int(try payload.loadUInt8(at: 1) & 0x3f)
    }
    isDiscontinuous = payload.byteCount <= Self.discontinuousByteCount
    guard frameCount > 0, duration <= Self.longestDuration else { throw .invalidValue }
  }

  package var mode: Mode {
    switch configuration {
    case 0..<12: .silk
    case 12..<16: .hybrid
    default: .celt
    }
  }

  /// The length of one frame on the 48 kHz clock (RFC 6716 table 2).
  package var frameDuration: Int {
    switch mode {
    case .silk: configuration & 3 == 3 ? 2880 : 480 << Int(configuration & 3)
    case .hybrid: 480 << Int(configuration & 1)
    case .celt: 120 << Int(configuration & 3)
    }
  }

  /// The length of the packet on the 48 kHz clock.
  package var duration: Int { frameCount * frameDuration }
}
