/// Reads a NAL unit bit by bit, passing over the bytes that keep start codes out of it (H.264 §7.4.1, H.265 §7.4.2).
struct RBSPReader {
  private var index: Int
  private var bit = 0
  private var zeroCount = 0

  /// Begins at the byte `start`, behind the unit's header.
  init(start: Int) {
    index = start
  }

  mutating func readBit(from unit: RawSpan) throws(WireError) -> Bool {
    let byte = try unit.loadUInt8(at: index)
    if bit == 0, zeroCount >= 2, byte == 3 {
      index += 1
      zeroCount = 0
      return try readBit(from: unit)
    }
    let value = byte >> UInt8(7 - bit) & 1 != 0
    bit += 1
    guard bit == 8 else { return value }
    (index, bit) = (index + 1, 0)
    zeroCount = byte == 0 ? zeroCount + 1 : 0
    return value
  }

  mutating func read(_ count: Int, from unit: RawSpan) throws(WireError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count { value = value << 1 | (try readBit(from: unit) ? 1 : 0) }
    return value
  }

  mutating func skip(_ count: Int, of unit: RawSpan) throws(WireError) {
    for _ in 0..<count { _ = try readBit(from: unit) }
  }

  /// An unsigned Exp-Golomb code (`ue(v)`, H.264 §9.1).
  mutating func readExpGolomb(from unit: RawSpan) throws(WireError) -> Int {
    var zeroCount = 0
    while try !readBit(from: unit) {
      zeroCount += 1
      guard zeroCount < 32 else { throw .invalidValue }
    }
    return (1 << zeroCount) - 1 + Int(try read(zeroCount, from: unit))
  }

  /// A signed Exp-Golomb code (`se(v)`, H.264 §9.1.1).
  mutating func readSignedExpGolomb(from unit: RawSpan) throws(WireError) -> Int {
    let code = try readExpGolomb(from: unit)
    return code & 1 == 1 ? (code + 1) / 2 : -(code / 2)
  }
}
