/// Integers of variable length, seven bits a byte, the least significant first (LEB128, AV1 bitstream specification §4.10.5).
extension RawSpan {
  /// Takes an integer from the front; more than eight bytes are invalid.
  package mutating func readLEB128() throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<8 {
      let byte = try readUInt8()
      value |= UInt64(byte & 0x7f) << UInt64(index * 7)
      if byte & 0x80 == 0 { return value }
    }
    throw .invalidValue
  }
}

extension OutputRawSpan {
  /// Appends an integer in as few bytes as it takes.
  package mutating func writeLEB128(_ value: UInt32) throws(WireError) {
    var rest = value
    while rest >= 0x80 {
      try writeUInt8(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    try writeUInt8(UInt8(rest))
  }
}

extension UInt32 {
  /// How many bytes `writeLEB128` takes for it, 1 to 5.
  package var leb128ByteCount: Int {
    (Swift.max(UInt32.bitWidth - leadingZeroBitCount, 1) + 6) / 7
  }
}
