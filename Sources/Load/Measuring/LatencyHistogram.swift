/// Counts times in buckets that grow with them, so that every quantile is right to three percent whatever the range.
///
/// Thirty-two buckets for each doubling, from a nanosecond to centuries; counting is a shift and an addition.
package struct LatencyHistogram: Sendable {
  private static let fractionBits = 5
  private static let bucketsPerDoubling = 1 << fractionBits

  private var buckets = [UInt64](repeating: 0, count: 64 * bucketsPerDoubling)
  package private(set) var count: UInt64 = 0
  package private(set) var greatest: Int64 = 0

  package init() {}

  /// Counts a time in nanoseconds; what is negative, since clocks were read in another order, counts as none.
  package mutating func record(_ nanoseconds: Int64) {
    let value = max(0, nanoseconds)
    buckets[Self.bucket(of: UInt64(value))] += 1
    count += 1
    greatest = max(greatest, value)
  }

  /// The time in nanoseconds that a share of all were within; nil while there are none.
  package func quantile(_ share: Double) -> Int64? {
    guard count > 0 else { return nil }
    let rank = max(1, UInt64((Double(count) * share).rounded(.up)))
    var passed: UInt64 = 0
    for (index, number) in buckets.enumerated() {
      passed += number
      if passed >= rank { return min(greatest, Self.upperBound(of: index)) }
    }
    return greatest
  }

  private static func bucket(of value: UInt64) -> Int {
    guard value >= bucketsPerDoubling else { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount - fractionBits
    return (exponent + 1) * bucketsPerDoubling + Int(value >> UInt64(exponent)) - bucketsPerDoubling
  }

  private static func upperBound(of bucket: Int) -> Int64 {
    let (row, column) = bucket.quotientAndRemainder(dividingBy: bucketsPerDoubling)
    guard row > 0 else { return Int64(column) }
    return Int64((UInt64(bucketsPerDoubling + column + 1) << UInt64(row - 1)) - 1)
  }
}
