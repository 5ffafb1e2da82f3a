import Load
import RTP
import Testing

@Suite struct MediaStampTests {
  private static let stamp = MediaStamp(
    run: 0x0102_0304, sentAt: Instant(nanoseconds: 0x1122_3344_5566_7788), frame: 9, index: 2, count: 5, layer: 1)
  private static let bytes: [UInt8] = [
    0x50, 0x4C, 0x6F, 0x61,  // mark
    0x01, 0x02, 0x03, 0x04,  // run
    0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,  // sent at
    0x00, 0x00, 0x00, 0x09,  // frame
    0x00, 0x02, 0x00, 0x05,  // index, count
    0x01, 0x00,  // layer
  ]

  @Test func isWrittenAsDescribed() throws {
    let written = try [UInt8](capacity: 64) { output throws(WireError) in try Self.stamp.write(into: &output) }
    #expect(written == Self.bytes)
    #expect(written.count == MediaStamp.byteCount)
  }

  @Test func isReadAtTheEndWhateverStandsBefore() throws {
    for before in [0, 1, 7, 1000] {
      let payload = [UInt8](repeating: 0x50, count: before) + Self.bytes
      #expect(try MediaStamp(endOf: payload.span.bytes) == Self.stamp)
    }
  }

  @Test(arguments: 0..<MediaStamp.byteCount)
  func isNotReadFromLess(count: Int) {
    let payload = Array(Self.bytes.suffix(count))
    #expect(throws: WireError.truncated) { try MediaStamp(endOf: payload.span.bytes) }
  }

  @Test func isNotSeenInForeignMedia() {
    let payload = [UInt8](repeating: 0x50, count: 100)
    #expect(throws: WireError.unexpectedType) { try MediaStamp(endOf: payload.span.bytes) }
  }

  @Test func namesAPacketThatItsFrameHas() {
    var payload = Self.bytes
    payload[21] = 5
    #expect(throws: WireError.invalidValue) { try MediaStamp(endOf: payload.span.bytes) }
  }
}
