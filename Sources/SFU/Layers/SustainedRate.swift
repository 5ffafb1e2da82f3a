package import RTP

/// What a layer takes while it is sent, and what it took when it was sent last. Trivial.
///
/// A second without packets tells nothing: a layer that is off, or a screen at rest, takes as much as before when it goes on.
package struct SustainedRate: Equatable, Sendable {
  /// UDP payload of a packet beside the RTP payload: header, extensions, authentication.
  private static let overheadByteCount = 40
  /// The rate rises by half of a difference each second, so that nobody is surprised, and falls by an eighth of it.
  private static let riseDivisor = 2
  private static let fallDivisor = 8
  /// What encoders usually spend for a pixel, in hundredths of a bit a second, and at most.
  private static let usualRate = 217
  private static let usualLimit = 3_000_000
  /// A screen mostly rests.
  private static let usualScreenLimit = 500_000
  private static let usualLeast = 150_000

  private var byteCount = 0
  private var packetCount = 0
  private var bitsPerSecond = 0
  /// Whether a whole second was measured, and not only a part of one.
  private var isMeasured = false
  private var wasSending = false
  /// The second before, so that one that holds a keyframe is not taken for the rate.
  private var previous = 0

  package init() {}

  /// Takes note of a packet.
  package mutating func receive(byteCount: Int) {
    self.byteCount += byteCount
    packetCount += 1
  }

  /// Ends a period of counting.
  package mutating func close(after nanoseconds: Int64) {
    let bits = Double((byteCount + packetCount * Self.overheadByteCount) * 8)
    let measured = Int(bits * 1e9 / Double(max(nanoseconds, 1)))
    (byteCount, packetCount) = (0, 0)
    defer { (wasSending, previous) = (measured > 0, measured) }
    guard measured > 0 else { return }
    guard wasSending || bitsPerSecond > measured else { return bitsPerSecond = measured }
    guard isMeasured || !wasSending else { return (bitsPerSecond, isMeasured) = (measured, true) }
    let rise = max(min(measured, previous) - bitsPerSecond, 0)
    let fall = max(bitsPerSecond - measured, 0)
    bitsPerSecond += rise / Self.riseDivisor - fall / Self.fallDivisor
  }

  /// Nil as long as nothing came.
  package var known: Int? { bitsPerSecond > 0 ? bitsPerSecond : nil }

  /// What it is to be reckoned with: as measured, and before that no less than encoders usually spend.
  package func expected(_ size: PictureSize?, rank: Int, isScreen: Bool) -> Int {
    guard !isMeasured else { return bitsPerSecond }
    return max(bitsPerSecond, Self.usual(size, rank: rank, isScreen: isScreen))
  }

  private static func usual(_ size: PictureSize?, rank: Int, isScreen: Bool) -> Int {
    let bits = size.map { $0.width * $0.height * usualRate / 100 } ?? usualLeast << min(rank * 2, 16)
    return min(bits, isScreen ? usualScreenLimit : usualLimit)
  }
}
