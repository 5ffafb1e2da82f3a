internal import COpus

/// A tone of 440 Hz, encoded by libopus in packets of 20 ms, that goes on where it began.
enum TestTone {
  private static let sampleRate = 48_000
  private static let samplesPerPacket = 960
  private static let frequency = 440.0
  private static let amplitude = 0.3
  private static let bitsPerSecond: Int32 = 32_000
  /// The tone has as many whole waves in a second as it has hertz.
  static let packetCount = 50

  /// The packets of one second, after one in which the encoder has found its way; nil if libopus fails.
  static func encode() -> [[UInt8]]? {
    var error: Int32 = 0
    guard let encoder = opus_encoder_create(Int32(sampleRate), 1, OPUS_APPLICATION_AUDIO, &error) else { return nil }
    defer { opus_encoder_destroy(encoder) }
    guard opus_encoder_set_bitrate(encoder, bitsPerSecond) == OPUS_OK,
      opus_encoder_set_vbr(encoder, 0) == OPUS_OK
    else { return nil }
    var packets: [[UInt8]] = []
    for packet in 0..<2 * packetCount {
      let start = packet * samplesPerPacket
      let samples = (start..<start + samplesPerPacket).map { sample(at: $0) }
      var bytes = [UInt8](repeating: 0, count: 1000)
      let count = opus_encode_float(encoder, samples, Int32(samplesPerPacket), &bytes, Int32(bytes.count))
      guard count > 0 else { return nil }
      packets.append(Array(bytes[..<Int(count)]))
    }
    return Array(packets.suffix(packetCount))
  }

  /// A sine by its series (Taylor), exact to a millionth between two zeros.
  private static func sample(at index: Int) -> Float {
    let turns = Double(index) * frequency / Double(sampleRate)
    let phase = (turns - turns.rounded()) * 2 * Double.pi
    var (term, sum) = (phase, phase)
    for power in stride(from: 3.0, through: 15, by: 2) {
      term *= -phase * phase / (power * (power - 1))
      sum += term
    }
    return Float(sum * amplitude)
  }
}
