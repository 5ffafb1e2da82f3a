/// A wall-clock time as RTCP carries it: seconds since 1900 and their fraction, 32 bits each (RFC 3550 §4, RFC 5905 §6).
package struct NTPTime: RawRepresentable, Hashable, Sendable {
  /// Seconds from 1900-01-01 to 1970-01-01.
  private static let secondsTo1970: Int64 = 2_208_988_800

  /// Seconds in the upper half, units of 2^-32 s in the lower.
  package let rawValue: UInt64

  package init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  /// The time `nanoseconds` after 1970-01-01 UTC.
  package init(unixNanoseconds nanoseconds: Int64) {
    let (seconds, rest) = nanoseconds.flooredQuotientAndRemainder(dividingBy: 1_000_000_000)
    let wrapped = UInt64(UInt32(truncatingIfNeeded: seconds + Self.secondsTo1970))
    rawValue = wrapped << 32 | (UInt64(rest) << 32) / 1_000_000_000
  }

  /// Nanoseconds since 1970-01-01 UTC. The 32-bit seconds wrap in 2036: a clear top bit means they have (RFC 5905 §6).
  package var unixNanoseconds: Int64 {
    let seconds = Int64(rawValue >> 32)
    let era: Int64 = seconds & 0x8000_0000 == 0 ? 1 << 32 : 0
    let fraction = ((rawValue & 0xffff_ffff) * 1_000_000_000 + 0x8000_0000) >> 32  // rounded: the inverse of the init
    return (seconds + era - Self.secondsTo1970) * 1_000_000_000 + Int64(fraction)
  }

  /// The middle 32 bits, by which a receiver report names a sender report.
  package var short: NTPShortTime {
    NTPShortTime(rawValue: UInt32(truncatingIfNeeded: rawValue >> 16))
  }
}

/// The middle 32 bits of an NTP time, or a short time span: 16 bits of seconds, 16 of fraction (RFC 3550 §4).
package struct NTPShortTime: RawRepresentable, Hashable, Sendable {
  /// Units of 1/65536 s.
  package let rawValue: UInt32

  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// The span `duration`, held within 0 and 18 hours.
  package init(_ duration: Duration) {
    let nanoseconds = UInt64(min(max(duration.nanoseconds, 0), 1 << 46))  // 19.5 hours: beyond the field, no overflow
    let units = nanoseconds * 8192 / 125_000_000  // 65536 / 10^9, shortened so that the product fits
    rawValue = UInt32(min(units, UInt64(UInt32.max)))
  }

  /// The value as a span.
  package var duration: Duration {
    .nanoseconds(Int64((UInt64(rawValue) * 1_000_000_000) >> 16))
  }

  /// The span from `earlier` to `self`; as the field wraps every 18 hours, more than half of that counts as negative.
  package func duration(since earlier: NTPShortTime) -> Duration {
    let difference = Int64(Int32(truncatingIfNeeded: rawValue &- earlier.rawValue))
    return .nanoseconds((difference * 1_000_000_000) >> 16)
  }
}

extension Int64 {
  fileprivate func flooredQuotientAndRemainder(dividingBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
