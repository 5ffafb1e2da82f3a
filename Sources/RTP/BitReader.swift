/// A position in bytes that are read bit by bit, the most significant first.
///
/// It holds the position only; the bytes are given with every call.
package struct BitReader: Sendable {
  /// Bits taken so far.
  package private(set) var position: Int

  package init(position: Int = 0) {
    self.position = position
  }

  /// Takes `count` bits, 0 to 32.
  package mutating func read(_ count: Int, from bytes: RawSpan) throws(WireError) -> UInt32 {
    precondition(0...32 ~= count, "at most 32 bits are read at once")
    guard position + count <= bytes.byteCount * 8 else { throw .truncated }
    var value: UInt64 = 0
    let firstByte = position / 8
    let endByte = (position + count + 7) / 8
    for index in firstByte..<endByte { value = value << 8 | UInt64(try bytes.loadUInt8(at: index)) }
    position += count
    let bits = value >> UInt64(endByte * 8 - position)
    return UInt32(truncatingIfNeeded: bits & (1 << UInt64(count) - 1))
  }

  /// Takes one bit.
  package mutating func readFlag(from bytes: RawSpan) throws(WireError) -> Bool {
    try read(1, from: bytes) != 0
  }

  /// Takes one of `valueCount` values, smaller ones in fewer bits (`ns(n)`, AV1 bitstream specification §4.10.7).
  package mutating func readNonSymmetric(_ valueCount: UInt32, from bytes: RawSpan) throws(WireError) -> UInt32 {
    guard valueCount > 1 else { return 0 }
    let width = UInt32.bitWidth - valueCount.leadingZeroBitCount
    let shortCount = (1 << UInt32(width)) - valueCount
    let value = try read(width - 1, from: bytes)
    guard value >= shortCount else { return value }
    return value << 1 - shortCount + (try read(1, from: bytes))
  }

  /// Takes an unsigned Exp-Golomb code (`ue(v)`, H.264 §9.1).
  package mutating func readExpGolomb(from bytes: RawSpan) throws(WireError) -> UInt32 {
    var zeroCount = 0
    while try !readFlag(from: bytes) {
      zeroCount += 1
      guard zeroCount < 32 else { throw .invalidValue }
    }
    let rest = try read(zeroCount, from: bytes)
    return (1 << UInt32(zeroCount)) - 1 + rest
  }
}
