package import RTP

/// The least of what a network was believed to carry lately: what is begun with has to fit even that. Trivial.
package struct EstimateFloor: Sendable {
  /// Longer than an estimate takes to swing back, and shorter than anybody waits for a better picture.
  package static let window = Duration.seconds(2)
  private static let bucketCount = 8
  private static let bucketNanoseconds = window.nanoseconds / Int64(bucketCount)

  /// The least of each quarter of a second, by its number.
  private var lows = InlineArray<8, Int>(repeating: .max)
  private var newestBucket = Int64.min
  /// What is believed since it was noted last; nil before anything was.
  private var present: Int?

  package init() {}

  /// Takes note of what is believed from now on.
  package mutating func note(_ bitsPerSecond: Int, at now: Instant) {
    advance(to: now)
    present = bitsPerSecond
    let place = place(of: newestBucket)
    lows[place] = min(lows[place], bitsPerSecond)
  }

  /// The least of the last two seconds; nil before anything was believed.
  package mutating func lowest(at now: Instant) -> Int? {
    guard var lowest = present else { return nil }
    advance(to: now)
    for place in 0..<Self.bucketCount { lowest = min(lowest, lows[place]) }
    return lowest
  }

  private mutating func advance(to now: Instant) {
    let bucket = now.nanoseconds / Self.bucketNanoseconds
    guard bucket > newestBucket else { return }
    let first = max(newestBucket, bucket - Int64(Self.bucketCount)) + 1
    for number in first...bucket { lows[place(of: number)] = present ?? .max }
    newestBucket = bucket
  }

  private func place(of bucket: Int64) -> Int {
    Int(bucket & Int64(Self.bucketCount - 1))
  }
}
