import RTP
import SFU
import TestSupport
import Testing
import WebRTC

/// A thousand switches between the encodings of a simulcast, over a network that loses, delays and repeats.
@Suite struct SwitchingTests {
  private static let switchCount = 1000
  static let codecs: [MediaCodec] = [
    .vp8, .vp9(profile: 0), .h264(.constrainedBaseline, packetizationMode: 1), .h265(profile: 1, tier: 0),
    .av1(profile: 0),
  ]

  @Test(arguments: codecs.indices, [UInt64(1), 2])
  func numbersGoOnOverAThousandSwitches(codec index: Int, seed: UInt64) throws {
    var publisher = SimulatedPublisher(Self.codecs[index], network: .bad, seed: seed)
    let subscription = publisher.bench.subscribe()

    for _ in 0..<Self.switchCount {
      publisher.setWish(.layer(.random(in: 0...2, using: &publisher.generator)), of: subscription)
      publisher.run(for: .milliseconds(.random(in: 20...250, using: &publisher.generator)))
    }

    let inspector = try SwitchInspector(publisher.bench.takeOutputs(), of: publisher, seed: seed)
    #expect(inspector.stretches.count > Self.switchCount / 3)
    inspector.checkSequence()
    inspector.checkCompleteness(publisher)
    inspector.checkTimestamps()
    try Self.checkPayloads(inspector, Self.codecs[index].family)
  }

  private static func checkPayloads(_ inspector: SwitchInspector, _ codec: MediaCodec.Family) throws {
    switch codec {
    case .vp8:
      try inspector.check(
        "picture id", bits: 15, read: { Int(try #require(try vp8($0).pictureID)) }, source: \.pictureID)
      try inspector.check("TL0PICIDX", bits: 8, read: { try vp8($0).tl0PictureIndex.map(Int.init) }, source: \.tl0)
      try inspector.check("KEYIDX", bits: 5, read: { try vp8($0).keyIndex.map(Int.init) }, source: \.keyIndex)
      let outputs = inspector.stretches.flatMap(\.items).map(\.output)
      #expect(try outputs.allSatisfy { try vp8($0).hasLongPictureID })
    case .vp9:
      try inspector.check("picture id", bits: 15, read: { try vp9($0).pictureID.map(Int.init) }, source: \.pictureID)
      try inspector.check("TL0PICIDX", bits: 8, read: { try vp9($0).tl0PictureIndex.map(Int.init) }, source: \.tl0)
    case .av1:
      inspector.check("frame number", bits: 16, read: { frameNumber($0) }, source: \.frame)
    case .h264, .h265, .opus, .red: return
    }
  }

  static func vp8(_ output: RouterBench.Output) throws -> VP8PayloadDescriptor {
    var data = output.payload.span.bytes
    return try VP8PayloadDescriptor(reading: &data)
  }

  static func vp9(_ output: RouterBench.Output) throws -> VP9PayloadDescriptor {
    var data = output.payload.span.bytes
    return try VP9PayloadDescriptor(reading: &data)
  }

  static func frameNumber(_ output: RouterBench.Output) -> Int? {
    guard output.descriptor.count >= 3 else { return nil }
    return Int(output.descriptor[1]) << 8 | Int(output.descriptor[2])
  }
}

extension LayerWish {
  /// No better than this spatial and temporal layer.
  static func layer(_ spatialLayer: UInt8?, _ temporalLayer: UInt8? = nil) -> LayerWish {
    var wish = LayerWish()
    (wish.spatialLayer, wish.temporalLayer) = (spatialLayer, temporalLayer)
    return wish
  }
}
