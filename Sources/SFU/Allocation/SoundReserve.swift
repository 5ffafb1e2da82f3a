/// What of a network is kept for sound before pictures get anything.
package enum SoundReserve {
  /// Sound with what repairs and redundancy take, for each who is heard.
  package static let bitsPerSecond = 40_000
  /// Fewer bits are silence, of which encoders tell now and then (RFC 6716 §2.1.9).
  private static let silenceBitsPerSecond = 8_000
  /// Headers of fifty packets a second.
  private static let overheadBitsPerSecond = 16_000

  /// For one of whom so many bits came in the last second.
  package static func bits(for bitsPerSecond: Int) -> Int {
    guard bitsPerSecond > silenceBitsPerSecond else { return bitsPerSecond }
    return max(bitsPerSecond + overheadBitsPerSecond, Self.bitsPerSecond)
  }
}
