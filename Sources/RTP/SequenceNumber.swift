/// The 16-bit number an RTP stream counts its packets with (RFC 3550 §5.1).
///
/// It wraps, so there is no order of all numbers, only a nearer way between two of them: `isAfter` and `distance` take it. Where
/// an order is needed, unwrap to 64 bits with an `Unwrapper`.
@usableFromInline package struct SequenceNumber: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  @usableFromInline package let rawValue: UInt16

  @inlinable package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// The low 16 bits of a number that was unwrapped.
  @inlinable package init(wrapping unwrapped: Int64) {
    rawValue = UInt16(truncatingIfNeeded: unwrapped)
  }

  /// How many packets after `self` the number `other` comes, from -32768 to 32767.
  @inlinable package func distance(to other: SequenceNumber) -> Int {
    Int(Int16(truncatingIfNeeded: Int32(other.rawValue) - Int32(rawValue)))
  }

  /// Whether `self` comes after `other` on the nearer way around.
  @inlinable package func isAfter(_ other: SequenceNumber) -> Bool {
    other.distance(to: self) > 0
  }

  /// The number `count` packets later, wrapping.
  @inlinable package func advanced(by count: Int) -> SequenceNumber {
    SequenceNumber(rawValue: rawValue &+ UInt16(truncatingIfNeeded: count))
  }

  @usableFromInline package var description: String { String(rawValue) }
}
