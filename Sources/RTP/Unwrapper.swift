/// Turns a counter that wraps on the wire into one of 64 bits that does not.
///
/// Each value is taken to be the one nearest to the highest seen so far, so packets may come late or out of order by nearly half
/// a turn. The first value is taken as it is; one that comes before it may become negative, which is harmless.
@usableFromInline package struct Unwrapper: Equatable, Sendable {
  /// Bits that are not part of the counter when it is shifted to the top of 64.
  @usableFromInline let unusedBitCount: Int64
  @usableFromInline private(set) package var highest: Int64?

  /// A counter of `bitCount` bits, 1 to 32.
  @inlinable package init(bitCount: Int) {
    precondition(1...32 ~= bitCount, "only counters of up to 32 bits are unwrapped")
    unusedBitCount = Int64(64 - bitCount)
  }

  /// For RTP sequence numbers, transport-wide sequence numbers and frame numbers.
  @inlinable package static var sequenceNumber: Unwrapper { Unwrapper(bitCount: 16) }

  /// For RTP timestamps.
  @inlinable package static var timestamp: Unwrapper { Unwrapper(bitCount: 32) }

  /// The full value of `value`, which becomes the highest if it is.
  @inlinable package mutating func unwrap(_ value: UInt32) -> Int64 {
    let result = unwrapped(value)
    advance(to: result)
    return result
  }

  /// The full value of `number`, which becomes the highest if it is.
  @inlinable package mutating func unwrap(_ number: SequenceNumber) -> Int64 {
    unwrap(UInt32(number.rawValue))
  }

  /// The full value that `value` would have, for packets not yet known to be authentic.
  @inlinable package func unwrapped(_ value: UInt32) -> Int64 {
    guard let highest else { return Int64(value) }
    let difference = ((Int64(value) &- highest) &<< unusedBitCount) &>> unusedBitCount
    return highest &+ difference
  }

  /// Moves the reference to `value`, a result of `unwrapped`, unless a higher one was seen.
  @inlinable package mutating func advance(to value: Int64) {
    guard let highest, highest >= value else {
      self.highest = value
      return
    }
  }
}
