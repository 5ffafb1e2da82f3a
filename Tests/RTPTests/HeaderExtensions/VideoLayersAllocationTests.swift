import RTP
import Testing

struct VideoLayersAllocationTests {
  private typealias Layer = VideoLayersAllocation.SpatialLayer
  private typealias Resolution = VideoLayersAllocation.Resolution

  /// From Chromium's third stream before the two larger ones had started.
  private static let oneOfThree = """
    a0  # on stream 2 of 3, masks per stream
    00 10  # spatial layers: none, none, the first
    80  # three temporal layers
    3c 5a 9601  # 60, 90, 150 kbit/s
    013f 00b3 3c  # 320 x 180 at 60 frames a second
    """

  /// From Chromium's first stream when all three are sent.
  private static let threeOfThree = """
    21  # on stream 0 of 3, the first spatial layer in each
    a8  # three temporal layers, three times
    9903 e504 fe07  # 409, 613, 1022 kbit/s
    a801 fc01 a403  # 168, 252, 420 kbit/s
    39 55 8e01  # 57, 85, 142 kbit/s
    04ff 02cf 3c  # 1280 x 720 at 60 frames a second
    027f 0167 3c  # 640 x 360
    013f 00b3 3c  # 320 x 180
    """

  @Test func readsOneStreamOfThree() throws {
    let layer = Layer(
      streamIndex: 2, spatialID: 0, kilobitsPerSecond: [60, 90, 150],
      resolution: Resolution(width: 320, height: 180, framesPerSecond: 60))

    try expectWireForm(VideoLayersAllocation(streamIndex: 2, streamCount: 3, layers: [layer]), Self.oneOfThree)
  }

  @Test func readsThreeStreamsOfThree() throws {
    let rates: [[UInt32]] = [[409, 613, 1022], [168, 252, 420], [57, 85, 142]]
    let sizes = [(1280, 720), (640, 360), (320, 180)]
    let layers = rates.indices.map { index in
      Layer(
        streamIndex: index, spatialID: 0, kilobitsPerSecond: rates[index],
        resolution: Resolution(width: sizes[index].0, height: sizes[index].1, framesPerSecond: 60))
    }

    try expectWireForm(VideoLayersAllocation(streamIndex: 0, streamCount: 3, layers: layers), Self.threeOfThree)
  }

  @Test func aZeroByteSaysThatNothingIsSent() throws {
    try expectWireForm(VideoLayersAllocation(streamIndex: 0, streamCount: 1, layers: []), "00")
    try expectWireForm(VideoLayersAllocation(streamIndex: 1, streamCount: 3, layers: []), "60 00 00")
  }

  @Test func resolutionsMayBeLeftOut() throws {
    let layers = [
      Layer(streamIndex: 0, spatialID: 1, kilobitsPerSecond: [300]),
      Layer(streamIndex: 1, spatialID: 0, kilobitsPerSecond: [100, 128]),
    ]

    // Two streams with different masks; temporal layers 1 and 2; 300 = 2 · 128 + 44; 128 = 1 · 128.
    try expectWireForm(
      VideoLayersAllocation(streamIndex: 1, streamCount: 2, layers: layers), "50 21 10 ac02 64 8001")
  }

  @Test func refusesAStreamBeyondTheCountAndTrailingBytes() {
    expectRefusal(VideoLayersAllocation.self, "c1 00 01", .invalidValue)
    expectRefusal(VideoLayersAllocation.self, Self.oneOfThree + "\n00", .trailingBytes)
    expectRefusal(VideoLayersAllocation.self, "01 00 ffffffffff01", .invalidValue)
    expectRefusal(VideoLayersAllocation.self, "01 00 ffffffffffffffffff01", .invalidValue)
  }

  @Test func refusesToWriteLayersOutOfOrderOrRange() {
    let layer = Layer(streamIndex: 0, spatialID: 0, kilobitsPerSecond: [1])
    let unordered = VideoLayersAllocation(streamIndex: 0, streamCount: 1, layers: [layer, layer])
    var foreign = layer
    foreign.streamIndex = 1

    #expect(throws: WireError.invalidValue) { try Self.write(unordered) }
    #expect(throws: WireError.valueTooLarge) {
      try Self.write(VideoLayersAllocation(streamIndex: 0, streamCount: 1, layers: [foreign]))
    }
    #expect(throws: WireError.valueTooLarge) {
      try Self.write(VideoLayersAllocation(streamIndex: 0, streamCount: 5, layers: [layer]))
    }
  }

  @Test func refusesEveryTruncation() {
    let vector = [UInt8](hex: Self.threeOfThree)
    let withoutResolutions = vector.count - 15  // a legal place to end

    expectRefusalOfEveryTruncation(of: Array(vector.prefix(withoutResolutions))) { bytes in
      _ = try VideoLayersAllocation(parsing: bytes.span.bytes)
    }
    expectRefusalOfEveryTruncation(of: vector, from: withoutResolutions + 1) { bytes in
      _ = try VideoLayersAllocation(parsing: bytes.span.bytes)
    }
  }

  @Test func mutationsThatAreAcceptedAreWrittenAsTheyWereRead() {
    let vectors = [Self.oneOfThree, Self.threeOfThree, "50 21 10 ac02 64 8001", "00"].map { [UInt8](hex: $0) }
    forEachMutation(of: vectors) { bytes in
      let value = try VideoLayersAllocation(parsing: bytes.span.bytes)
      let written = try Self.write(value)
      #expect(try VideoLayersAllocation(parsing: written.span.bytes) == value, "\(bytes.hex)")
      #expect(written.count <= bytes.count, "\(bytes.hex)")
      #expect(written.count == value.byteCount, "\(bytes.hex)")
    }
  }

  private static func write(_ value: VideoLayersAllocation) throws(WireError) -> [UInt8] {
    try [UInt8](capacity: 256) { output throws(WireError) in try value.write(into: &output) }
  }
}
