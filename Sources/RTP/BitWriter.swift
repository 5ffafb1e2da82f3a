/// Collects bits, the most significant first, and appends them to an output as whole bytes.
package struct BitWriter: Sendable {
  /// The bits that do not fill a byte yet, at the lower end.
  private var pending: UInt64 = 0
  private var pendingCount = 0

  package init() {}

  /// Appends the low `count` bits of `value`, 0 to 32.
  package mutating func write(_ value: UInt32, bits count: Int, into output: inout OutputRawSpan) throws(WireError) {
    precondition(0...32 ~= count, "at most 32 bits are written at once")
    guard count == 32 || value < 1 << UInt32(count) else { throw .valueTooLarge }
    pending = pending << UInt64(count) | UInt64(value)
    pendingCount += count
    while pendingCount >= 8 {
      pendingCount -= 8
      try output.writeUInt8(UInt8(truncatingIfNeeded: pending >> UInt64(pendingCount)))
    }
    pending &= 1 << UInt64(pendingCount) - 1
  }

  /// Appends one bit.
  package mutating func write(_ flag: Bool, into output: inout OutputRawSpan) throws(WireError) {
    try write(flag ? 1 : 0, bits: 1, into: &output)
  }

  /// Appends one of `valueCount` values as `BitReader.readNonSymmetric` reads it.
  package mutating func writeNonSymmetric(
    _ value: UInt32, of valueCount: UInt32, into output: inout OutputRawSpan
  ) throws(WireError) {
    guard value < max(valueCount, 1) else { throw .valueTooLarge }
    guard valueCount > 1 else { return }
    let width = UInt32.bitWidth - valueCount.leadingZeroBitCount
    let shortCount = (1 << UInt32(width)) - valueCount
    if value < shortCount {
      try write(value, bits: width - 1, into: &output)
    } else {
      try write(value + shortCount, bits: width, into: &output)
    }
  }

  /// Copies the bits of `source` in `range`.
  package mutating func copy(
    _ range: Range<Int>, of source: RawSpan, into output: inout OutputRawSpan
  ) throws(WireError) {
    var reader = BitReader(position: range.lowerBound)
    while reader.position < range.upperBound {
      let count = min(range.upperBound - reader.position, 32)
      try write(try reader.read(count, from: source), bits: count, into: &output)
    }
  }

  /// Fills the last byte with zeros.
  package mutating func finish(into output: inout OutputRawSpan) throws(WireError) {
    guard pendingCount > 0 else { return }
    try write(0, bits: 8 - pendingCount, into: &output)
  }
}
