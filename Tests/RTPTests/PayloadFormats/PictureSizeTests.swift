import RTP
import TestSupport
import Testing

/// The sizes that keyframes tell, as encoders write them.
struct PictureSizeTests {
  /// Sequence parameter sets of x264: baseline; high with cropping; 4:4:4; 1080 of 1088 rows.
  static let h264 = [
    ("6742c01fda014016e840000003004000000f23c60ca8", 1280, 720),
    ("6764001eacd940a02fea4840000003004000000f03c58b6580", 638, 362),
    ("67f4000d919b282a33c7c6c2000003000200000300781e28532c", 322, 180),
    ("67640028acd94078044fdc20000003002000000783e2c5b2c0", 1920, 1080),
  ]

  /// Sequence parameter sets of x265, with a conformance window and in 4:4:4.
  static let h265 = [
    ("42010101600000030090000003000003005da00280802d16595952930b9a020000030002000003003c10", 1280, 720),
    ("42010101600000030090000003000003003fa005220171c449965654a4c2e68080000003008000000f04", 642, 362),
    ("4201010408000003009e0800000300003c90015101838f8bcb2b2a5261734040000003004000000782", 322, 182),
  ]

  /// The beginning of keyframes of libvpx, the last in profile 1 (4:4:4).
  static let vp9 = [
    ("82498342004ff02cf60638241c18", 1280, 720), ("824983420014100b360638241c18", 322, 180),
    ("a249834200050202d2c0c7048383", 642, 362),
  ]

  /// A sequence header of SVT-AV1, and a reduced one, made by hand: level 5, 640 x 360.
  static let av1 = [
    ("0000000cc5036912be40", 642, 362),
    // profile, still, reduced, level: 000 1 1 00101 | bits of width and height: 9 + 1, 8 + 1 | 639 | 359
    ("19 66 27 fb 38", 640, 360),
  ]

  @Test(arguments: h264)
  func readsThoseOfH264(hex: String, width: Int, height: Int) throws {
    let unit = [UInt8](hex: hex)
    let aggregation = [0x78, 0, 2, 0x09, 0x10, 0, UInt8(unit.count)] + unit

    let sizes = [
      try H264SequenceParameterSet(parsing: unit.span.bytes).size, H264.pictureSize(unit.span.bytes),
      H264.pictureSize(aggregation.span.bytes),
    ]
    let isLeading = H264.hasLeadingParameterSet(aggregation.span.bytes)
    #expect(sizes == Array(repeating: PictureSize(width: width, height: height), count: 3))
    #expect(isLeading)
  }

  @Test(arguments: h265)
  func readsThoseOfH265(hex: String, width: Int, height: Int) throws {
    let unit = [UInt8](hex: hex)
    let aggregation = [0x60, 1, 0, 4, 0x40, 1, 0, 0, 0, UInt8(unit.count)] + unit

    let sizes = [
      try H265SequenceParameterSet(parsing: unit.span.bytes).size, H265.pictureSize(aggregation.span.bytes),
    ]
    let areLeading = [aggregation, unit].map { H265.hasLeadingParameterSet($0.span.bytes) }
    #expect(sizes == Array(repeating: PictureSize(width: width, height: height), count: 2))
    #expect(areLeading == [true, false], "the video parameter set comes first")
  }

  @Test(arguments: vp9)
  func readsThoseOfVP9(hex: String, width: Int, height: Int) throws {
    let size = try VP9KeyframeHeader(parsing: [UInt8](hex: hex).span.bytes).size
    #expect(size == PictureSize(width: width, height: height))
  }

  @Test(arguments: av1)
  func readsThoseOfAV1(hex: String, width: Int, height: Int) throws {
    let body = [UInt8](hex: hex)
    // One element: a sequence header without a size.
    let payload = [0x18, 0x08] + body

    let sizes = [
      try AV1SequenceHeader(parsing: body.span.bytes).size, AV1SequenceHeader.pictureSize(payload.span.bytes),
    ]
    #expect(sizes == Array(repeating: PictureSize(width: width, height: height), count: 2))
  }

  @Test func whatIsNoKeyframeTellsNoSize() {
    for hex in ["8600", "82498343004ff02cf6"] {
      #expect(throws: WireError.unexpectedType) { try parse(vp9: hex) }
    }
    #expect(throws: WireError.unexpectedType) { try parse(h264: "68") }
    #expect(throws: WireError.unexpectedType) { try parse(h265: "4401") }
    let fragment = H264.pictureSize([UInt8](hex: "7c85").span.bytes)
    let frame = AV1SequenceHeader.pictureSize([UInt8](hex: "1032").span.bytes)
    #expect(fragment == nil && frame == nil)
  }

  private func parse(h264 hex: String) throws {
    _ = try H264SequenceParameterSet(parsing: [UInt8](hex: hex).span.bytes)
  }
  private func parse(h265 hex: String) throws {
    _ = try H265SequenceParameterSet(parsing: [UInt8](hex: hex).span.bytes)
  }
  private func parse(vp9 hex: String) throws { _ = try VP9KeyframeHeader(parsing: [UInt8](hex: hex).span.bytes) }

  @Test func croppingAwayMoreThanThereIsIsRefused() {
    // Baseline, 16 x 16, cropped by 2 x 100 columns: ue(0) ue(0) ue(2) ue(1) 0 ue(0) ue(0) 1 1 1 ue(0) ue(100) …
    #expect(throws: WireError.invalidValue) { try parse(h264: "67 42 00 1f da 7e 06 5e") }
  }

  @Test func refusesEveryTruncationBeforeTheSize() throws {
    // What follows the size is not read, so the shortest that is enough is found first.
    try expectEveryShorterToBeRefused(PictureSizeTests.h264.map(\.0)) {
      _ = try H264SequenceParameterSet(parsing: $0.span.bytes)
    }
    try expectEveryShorterToBeRefused(PictureSizeTests.h265.map(\.0)) {
      _ = try H265SequenceParameterSet(parsing: $0.span.bytes)
    }
    try expectEveryShorterToBeRefused(PictureSizeTests.vp9.map(\.0)) {
      _ = try VP9KeyframeHeader(parsing: $0.span.bytes)
    }
    try expectEveryShorterToBeRefused(PictureSizeTests.av1.map(\.0)) {
      _ = try AV1SequenceHeader(parsing: $0.span.bytes)
    }
  }

  private func expectEveryShorterToBeRefused(_ vectors: [String], _ parse: ([UInt8]) throws -> Void) throws {
    for hex in vectors {
      let bytes = [UInt8](hex: hex)
      let enough = try #require((0...bytes.count).first { (try? parse(Array(bytes.prefix($0)))) != nil })
      #expect(enough > 4)
      expectRefusalOfEveryTruncation(of: Array(bytes.prefix(enough)), parse)
    }
  }

  @Test func mutationsTellSizesThatPicturesCanHaveOrNone() {
    let vectors = (Self.h264 + Self.h265 + Self.vp9 + Self.av1).map { [UInt8](hex: $0.0) }
    forEachMutation(of: vectors) { bytes in
      let sizes = [
        (try? H264SequenceParameterSet(parsing: bytes.span.bytes))?.size,
        (try? H265SequenceParameterSet(parsing: bytes.span.bytes))?.size,
        (try? VP9KeyframeHeader(parsing: bytes.span.bytes))?.size,
        (try? AV1SequenceHeader(parsing: bytes.span.bytes))?.size,
      ]
      for size in sizes.compactMap({ $0 }) {
        let isPossible = 1...65536 ~= size.width && 1...65536 ~= size.height
        if !isPossible { Issue.record("\(size) from \(bytes.hex)") }
      }
    }
  }

  @Test(
    arguments: [
      ("0201", 0, false), ("2801", 0, false), ("0603", 2, true), ("6202 85", 1, true), ("6002", 1, false),
    ] as [(String, UInt8, Bool)])
  func readsTheTemporalLayerOfH265(hex: String, id: UInt8, isSwitchingPoint: Bool) throws {
    let layer = try H265.temporalLayer([UInt8](hex: hex).span.bytes)

    #expect(layer.id == id)
    #expect(layer.isSwitchingPoint == isSwitchingPoint)
  }
}
