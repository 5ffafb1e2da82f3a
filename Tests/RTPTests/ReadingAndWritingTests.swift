import RTP
import Testing

struct ReadingAndWritingTests {
  /// One field of each width, at odd offsets.
  private static let fields: [UInt8] = [
    0x01,  // 8 bits
    0x02, 0x03,  // 16 bits
    0x04, 0x05, 0x06,  // 24 bits
    0x07, 0x08, 0x09, 0x0a,  // 32 bits
    0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12,  // 64 bits
  ]

  @Test func readsFieldsInNetworkByteOrder() throws {
    var bytes = Self.fields.span.bytes

    #expect(try bytes.readUInt8() == 0x01)
    #expect(try bytes.readUInt16() == 0x0203)
    #expect(try bytes.readUInt24() == 0x040506)
    #expect(try bytes.readUInt32() == 0x0708_090a)
    #expect(try bytes.readUInt64() == 0x0b0c_0d0e_0f10_1112)
    #expect(bytes.byteCount == 0)
  }

  @Test func writesWhatItReads() throws {
    let written = try [UInt8](capacity: Self.fields.count) { output throws(WireError) in
      try output.writeUInt8(0x01)
      try output.writeUInt16(0x0203)
      try output.writeUInt24(0x040506)
      try output.writeUInt32(0x0708_090a)
      try output.writeUInt64(0x0b0c_0d0e_0f10_1112)
    }

    #expect(written == Self.fields)
  }

  @Test func takesNothingWhenAFieldIsNotWhollyThere() throws {
    let seven: [UInt8] = [1, 2, 3, 4, 5, 6, 7]
    var bytes = seven.span.bytes

    #expect(throws: WireError.truncated) { try readUInt64(seven) }
    #expect(throws: WireError.truncated) { try skip(8, of: seven) }
    #expect(throws: WireError.truncated) { try skip(-1, of: seven) }
    try bytes.skip(4)
    #expect(try bytes.readUInt24() == 0x050607)
    for count in 0..<4 { #expect(throws: WireError.truncated) { try readUInt32(Array(seven.prefix(count))) } }
  }

  @Test func loadsOnlyFromWithin() throws {
    let bytes: [UInt8] = [1, 2, 3, 4, 5]

    #expect(try bytes.span.bytes.loadUInt32(at: 1) == 0x0203_0405)
    #expect(try bytes.span.bytes.loadUInt16(at: 3) == 0x0405)
    #expect(try bytes.span.bytes.loadUInt8(at: 4) == 5)
    #expect(throws: WireError.truncated) { try bytes.span.bytes.loadUInt32(at: 2) }
    #expect(throws: WireError.truncated) { try bytes.span.bytes.loadUInt16(at: 4) }
    #expect(throws: WireError.truncated) { try bytes.span.bytes.loadUInt8(at: 5) }
    #expect(throws: WireError.truncated) { try bytes.span.bytes.loadUInt8(at: -1) }
    #expect(throws: WireError.truncated) { try bytes.span.bytes.require(3..<6) }
  }

  @Test func refusesWhatDoesNotFit() {
    #expect(throws: WireError.bufferFull) {
      try [UInt8](capacity: 3) { output throws(WireError) in try output.writeUInt32(0) }
    }
    #expect(throws: WireError.valueTooLarge) {
      try [UInt8](capacity: 3) { output throws(WireError) in try output.writeUInt24(1 << 24) }
    }
    #expect(throws: WireError.bufferFull) {
      try [UInt8](capacity: 3) { output throws(WireError) in try output.writeBytes([1, 2, 3, 4]) }
    }
    #expect(throws: WireError.bufferFull) {
      try [UInt8](capacity: 3) { output throws(WireError) in try output.writeZeros(4) }
    }
  }

  @Test func aLengthCanBeFilledInAfterwards() throws {
    let written = try [UInt8](capacity: 8) { output throws(WireError) in
      try output.writeUInt8(9)
      try output.writeUInt16(0)
      try output.writeBytes([7, 8])
      try output.writeZeros(1)
      output.setUInt16(3, at: 1)
    }

    #expect(written == [9, 0, 3, 7, 8, 0])
  }

  @Test func overwritesInPlace() {
    var bytes = [UInt8](repeating: 0xff, count: 11)

    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    raw.setUInt8(1, at: 0)
    raw.setUInt16(0x0203, at: 1)
    raw.setUInt24(0x040506, at: 3)
    raw.setUInt32(0x0708_090a, at: 6)

    #expect(bytes == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xff])
  }

  private func readUInt64(_ array: [UInt8]) throws(WireError) -> UInt64 {
    var bytes = array.span.bytes
    return try bytes.readUInt64()
  }

  private func readUInt32(_ array: [UInt8]) throws(WireError) -> UInt32 {
    var bytes = array.span.bytes
    return try bytes.readUInt32()
  }

  private func skip(_ count: Int, of array: [UInt8]) throws(WireError) {
    var bytes = array.span.bytes
    try bytes.skip(count)
  }
}
