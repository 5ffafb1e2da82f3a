import COpus
import CVPX
import Load
import RTP
import TestSupport
import Testing

/// What is to be seen and heard, by the decoders of browsers: libvpx and libopus.
@Suite struct WatchableMediaTests {
  private static let layer = VideoLayer(bitsPerSecond: 400_000, width: 320, height: 180)
  private static let media = Result { try WatchableMedia([layer]) }
  private static let start = Instant.zero + .seconds(10)

  /// Where the white square is in a decoded picture, by the middle of its dots in the middle line; nil if there is none.
  private static func square(in image: vpx_image_t) -> Int? {
    guard let plane = image.planes.0 else { return nil }
    let line = plane + Int(image.stride.0) * Int(image.d_h) / 2
    let bright = (0..<Int(image.d_w)).filter { line[$0] > 222 }
    return bright.isEmpty ? nil : bright.reduce(0, +) / bright.count
  }

  /// The packets that leave a camera within so many seconds, those of each picture together.
  private static func pictures(
    seconds: Int, keyframeWantedAt wanted: Int? = nil
  ) throws -> [(isKeyframe: Bool, bytes: [UInt8])] {
    var generator = SeededGenerator(seed: 3)
    let content = try media.get()
    var video = SyntheticVideo([layer], showing: content, from: start, using: &generator)
    var pictures: [(isKeyframe: Bool, bytes: [UInt8])] = []
    while video.nextDeadline < start + .seconds(seconds) {
      let now = video.nextDeadline
      if pictures.count == wanted { video.requestKeyframe(of: 0) }
      while let packet = video.takeDue(at: now, using: &generator) {
        let payload = try [UInt8](capacity: 1200) { output throws(WireError) in
          try packet.write(run: 5, sentAt: now, into: &output)
        }
        #expect(payload.count == packet.byteCount && payload.count <= SyntheticVideo.packetByteCount)
        #expect((try? MediaStamp(endOf: payload.span.bytes)) != nil || !packet.isLast)
        var rest = payload.span.bytes
        let descriptor = try VP8PayloadDescriptor(reading: &rest)
        #expect(descriptor.startsKeyframe(rest) == (packet.index == 0 && packet.picture.isKeyframe))
        if packet.index == 0 { pictures.append((packet.picture.isKeyframe, [])) }
        pictures[pictures.count - 1].bytes += rest.array
      }
    }
    return pictures
  }

  @Test func picturesDecodeAndMove() throws {
    let pictures = try Self.pictures(seconds: 5)
    var context = vpx_codec_ctx_t()
    #expect(vpx_dec_init(&context, vpx_codec_vp8_dx()) == VPX_CODEC_OK)
    defer { vpx_codec_destroy(&context) }

    var squares: [Int] = []
    for picture in pictures {
      #expect(vpx_codec_decode(&context, picture.bytes, UInt32(picture.bytes.count), nil, 0) == VPX_CODEC_OK)
      var iterator: vpx_codec_iter_t?
      let image = try #require(vpx_codec_get_frame(&context, &iterator)).pointee
      #expect(image.d_w == 320 && image.d_h == 180)
      squares.append(try #require(Self.square(in: image)))
    }

    #expect((148...152).contains(squares.count))
    let span = try #require(squares.max()) - (try #require(squares.min()))
    #expect(span > 200, "it goes from edge to edge")
    let steps = zip(squares, squares.dropFirst()).map { abs($1 - $0) }
    #expect(steps.allSatisfy { $0 < 24 }, "and does not leap")
  }

  @Test func aKeyframeComesEachSecondAndWhenItIsAskedFor() throws {
    let regular = try Self.pictures(seconds: 3)
    #expect(regular.indices.filter { regular[$0].isKeyframe } == [0, 30, 60, 90])

    let asked = try Self.pictures(seconds: 2, keyframeWantedAt: 40)
    #expect(asked.indices.filter { asked[$0].isKeyframe }.prefix(3) == [0, 30, 40])
  }

  @Test func picturesTakeTheRateOfTheirLayer() throws {
    let bits = try Self.pictures(seconds: 4).reduce(0) { $0 + $1.bytes.count * 8 } / 4
    #expect((300_000...450_000).contains(bits), "\(bits) bit/s of 400 000")
  }

  @Test func soundDecodesAsATone() throws {
    let sounds = try Self.media.get().sounds
    var error: Int32 = 0
    let decoder = try #require(opus_decoder_create(48_000, 1, &error))
    defer { opus_decoder_destroy(decoder) }

    var samples: [Float] = []
    for number in 0..<UInt32(150) {
      let payload = try [UInt8](capacity: 400) { output throws(WireError) in
        try SyntheticAudio.write(number, of: sounds, run: 5, sentAt: Self.start, into: &output)
      }
      #expect(try MediaStamp(endOf: payload.span.bytes).frame == number)
      var decoded = [Float](repeating: 0, count: 5760)
      #expect(opus_decode_float(decoder, payload, Int32(payload.count), &decoded, 5760, 0) == 960)
      samples += decoded[..<960]
    }

    let steady = samples.dropFirst(48_000)
    let crossings = zip(steady, steady.dropFirst()).count { $0 < 0 && $1 >= 0 }
    #expect((870...890).contains(crossings), "\(crossings) waves of 440 Hz in two seconds")
    let power = steady.reduce(0) { $0 + $1 * $1 } / Float(steady.count)
    #expect((0.03...0.06).contains(power), "a sine of 0.3 has 0.045, not \(power)")
    let leap = zip(steady, steady.dropFirst()).map { abs($1 - $0) }.max() ?? 1
    #expect(leap < 0.04, "it goes on where it began: \(leap)")
  }
}
