import RTP
import Testing

struct BitTests {
  @Test func readsBitsAcrossBytes() throws {
    let bytes = [UInt8](hex: "a5 5a ff00 12345678")
    var reader = BitReader()

    #expect(try reader.read(3, from: bytes.span.bytes) == 0b101)
    #expect(try reader.read(0, from: bytes.span.bytes) == 0)
    #expect(try reader.read(10, from: bytes.span.bytes) == 0b00101_01011)
    #expect(try reader.readFlag(from: bytes.span.bytes) == false)
    #expect(try reader.read(2, from: bytes.span.bytes) == 0b10)
    #expect(try reader.read(16, from: bytes.span.bytes) == 0xff00)
    #expect(try reader.read(32, from: bytes.span.bytes) == 0x1234_5678)
    #expect(throws: WireError.truncated) { try reader.readFlag(from: bytes.span.bytes) }
  }

  @Test func readsExpGolombCodes() throws {
    // H.264 table 9-2: 1 → 0, 010 → 1, 011 → 2, 00100 → 3, 00111 → 6.
    let bytes = [UInt8](hex: "a6 42 70")  // 1 010 011 00100 00100 111 0000
    var reader = BitReader()

    let values = try (0..<4).map { _ in try reader.readExpGolomb(from: bytes.span.bytes) }

    #expect(values == [0, 1, 2, 3])
    let zeros = [UInt8](repeating: 0, count: 8)
    reader = BitReader()
    #expect(throws: WireError.invalidValue) { try reader.readExpGolomb(from: zeros.span.bytes) }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 9, 33] as [UInt32])
  func nonSymmetricCodesReturnWhatWasWritten(count: UInt32) throws {
    for value in 0..<count {
      let bytes = try [UInt8](capacity: 8) { output throws(WireError) in
        var writer = BitWriter()
        try writer.writeNonSymmetric(value, of: count, into: &output)
        try writer.write(0x2aaaaaaa, bits: 32, into: &output)
        try writer.finish(into: &output)
      }
      var reader = BitReader()
      #expect(try reader.readNonSymmetric(count, from: bytes.span.bytes) == value)
      #expect(try reader.read(32, from: bytes.span.bytes) == 0x2aaaaaaa)
    }
  }

  @Test func nonSymmetricCodesOfFiveValuesAreThoseOfTheSpecification() throws {
    // AV1 §4.10.7: of five values 0, 1 and 2 take two bits, 3 and 4 take three: 00 01 10 110 111.
    let bytes = try [UInt8](capacity: 2) { output throws(WireError) in
      var writer = BitWriter()
      for value: UInt32 in 0..<5 { try writer.writeNonSymmetric(value, of: 5, into: &output) }
      try writer.finish(into: &output)
    }

    #expect(bytes == [0b0001_1011, 0b0111_0000])
  }

  @Test func refusesToWriteMoreBitsThanAsked() {
    #expect(throws: WireError.valueTooLarge) {
      try [UInt8](capacity: 8) { output throws(WireError) in
        var writer = BitWriter()
        try writer.write(8, bits: 3, into: &output)
      }
    }
  }

  @Test func readsAndWritesLEB128() throws {
    for (value, hex) in [(0, "00"), (127, "7f"), (128, "8001"), (420, "a403"), (UInt32.max, "ffffffff0f")] {
      let bytes = try [UInt8](capacity: 8) { output throws(WireError) in try output.writeLEB128(value) }
      #expect(bytes == [UInt8](hex: hex))
      #expect(value.leb128ByteCount == bytes.count)
      var span = bytes.span.bytes
      #expect(try span.readLEB128() == UInt64(value))
    }
  }

  @Test func anInlineListRefusesToOverflow() throws {
    var list = InlineList<2, UInt8>()
    try list.append(1)
    try list.append(2)

    #expect(throws: WireError.invalidLength) { try list.append(3) }
    #expect(list.count == 2)
    #expect(list[1] == 2)
  }
}
