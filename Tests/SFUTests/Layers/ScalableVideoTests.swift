import RTP
import SFU
import TestSupport
import Testing
import WebRTC

/// Spatial layers within one stream, by dependency descriptors and by those of VP9: whatever is sent can be decoded.
@Suite struct ScalableVideoTests {
  private static let frameInterval = Duration.milliseconds(33)

  /// One stream and its subscriber in virtual time.
  private struct Scene: ~Copyable {
    var bench: RouterBench
    var encoder: ScalableEncoder
    let subscription: Subscription.Handle
    var generator: SeededGenerator
    var now = Instant.zero
    var sent: [Int64: SimulatedEncoder.Packet] = [:]
    /// Frames that never come.
    var lost: Set<Int> = []
    var answersRequests = true
    private(set) var requestCount = 0
    private var isKeyDue = false

    init(_ mode: ScalableEncoder.Mode, _ codec: MediaCodec, seed: UInt64 = 1) {
      bench = RouterBench(codec)
      _ = bench.addStream()
      encoder = ScalableEncoder(mode, codec.family)
      generator = SeededGenerator(seed: seed)
      subscription = bench.subscribe()
    }

    mutating func setWish(_ wish: LayerWish) {
      bench.setWish(wish, of: subscription, at: now)
      note()
    }

    mutating func runPictures(_ count: Int) {
      for _ in 0..<count {
        let packets = encoder.nextPicture(at: now, isKey: isKeyDue, using: &generator)
        isKeyDue = false
        for packet in packets where !lost.contains(packet.frame) {
          sent[packet.sequence] = packet
          bench.receive(packet, encoder.codec, on: 0, at: now)
        }
        note()
        now += ScalableVideoTests.frameInterval
      }
    }

    private mutating func note() {
      let count = bench.takeRequests().count
      requestCount += count
      if count > 0, answersRequests { isKeyDue = true }
    }
  }

  /// The frames that were sent whole, by an independent look at what each packet was.
  private static func frames(_ outputs: [RouterBench.Output], _ scene: borrowing Scene) throws -> Set<Int> {
    var counts: [Int: Int] = [:]
    for output in outputs {
      let packet = try #require(scene.sent[output.packet.source])
      counts[packet.frame, default: 0] += 1
    }
    for (frame, count) in counts where count != scene.encoder.frames[frame]?.packetCount {
      Issue.record("of frame \(frame) \(count) packets were sent")
    }
    return Set(counts.keys)
  }

  /// Walks the graph of what needs what.
  private static func expectDecodable(_ frames: Set<Int>, _ scene: borrowing Scene) {
    for frame in frames {
      for reference in scene.encoder.frames[frame]?.references ?? [] where !frames.contains(reference) {
        Issue.record("frame \(frame) needs \(reference), which was not sent")
      }
    }
  }

  private static func expectContinuity(_ outputs: [RouterBench.Output], _ scene: borrowing Scene) throws {
    let first = RouterBench.firstSequence
    let gap = outputs.indices.first { outputs[$0].packet.sequence != first.advanced(by: $0) }
    #expect(gap == nil)
    // The marker stands on the last packet of each picture and nowhere else.
    for (index, output) in outputs.enumerated() {
      let next = index + 1 < outputs.count ? outputs[index + 1].packet.timestamp : nil
      let isLast = next.map { $0 != output.packet.timestamp }
      if let isLast, isLast != output.packet.marker { Issue.record("marker of output \(index)") }
    }
  }

  @Test(arguments: ScalableEncoder.Mode.allCases, [MediaCodec.av1(profile: 0), .vp9(profile: 0)])
  func everyTargetComesWholeAndNothingElse(mode: ScalableEncoder.Mode, codec: MediaCodec) throws {
    for spatialID in 0..<mode.spatialCount {
      for temporalID in 0..<ScalableEncoder.temporalCount {
        var scene = Scene(mode, codec)
        scene.setWish(.layer(UInt8(spatialID), UInt8(temporalID)))
        scene.runPictures(60)

        let outputs = scene.bench.takeOutputs()
        let target = spatialID * ScalableEncoder.temporalCount + temporalID
        let expected = scene.encoder.frames.values.filter { $0.targets.contains(target) }.map(\.number)
        let difference = try Self.frames(outputs, scene).symmetricDifference(expected)
        #expect(difference.count == 0, "\(mode) \(spatialID) \(temporalID): \(difference.sorted().prefix(9))")
        Self.expectDecodable(Set(expected), scene)
        try Self.expectContinuity(outputs, scene)
        let progress = scene.bench.router.progress(of: scene.subscription)
        #expect(progress.temporalLayer == temporalID)
        #expect(progress.spatialLayer == (mode.spatialCount > 1 ? spatialID : nil))
      }
    }
  }

  @Test(
    arguments: ScalableEncoder.Mode.allCases, [MediaCodec.av1(profile: 0), .vp9(profile: 0)])
  func whateverIsWishedInTurnCanBeDecoded(mode: ScalableEncoder.Mode, codec: MediaCodec) throws {
    for seed in UInt64(1)...3 {
      var scene = Scene(mode, codec, seed: seed)
      for _ in 0..<150 {
        let wish = LayerWish.layer(
          .random(in: 0..<UInt8(mode.spatialCount), using: &scene.generator),
          .random(in: 0..<UInt8(ScalableEncoder.temporalCount), using: &scene.generator))
        scene.setWish(wish)
        scene.runPictures(.random(in: 1...12, using: &scene.generator))
      }
      scene.setWish(LayerWish())
      scene.runPictures(20)

      let outputs = scene.bench.takeOutputs()
      let frames = try Self.frames(outputs, scene)
      Self.expectDecodable(frames, scene)
      try Self.expectContinuity(outputs, scene)
      let newest = scene.encoder.frames.values.map(\.picture).max() ?? 0
      let best = mode.spatialCount * ScalableEncoder.temporalCount - 1
      let expected = scene.encoder.frames.values.filter { $0.picture > newest - 10 && $0.targets.contains(best) }
      let missing = Set(expected.map(\.number)).subtracting(frames).count
      #expect(missing == 0, "\(mode), seed \(seed)")
    }
  }

  @Test func fullScalabilityGoesDownAtOnceAndUpWithOneKeyframe() throws {
    for codec in [MediaCodec.av1(profile: 0), .vp9(profile: 0)] {
      var scene = Scene(.full, codec)
      scene.runPictures(20)
      let before = scene.requestCount

      scene.setWish(.layer(0))
      _ = scene.bench.takeOutputs()
      scene.runPictures(10)
      let low = try Self.frames(scene.bench.takeOutputs(), scene)
      let afterDown = scene.requestCount
      scene.setWish(.layer(2))
      scene.runPictures(10)

      #expect(low.allSatisfy { scene.encoder.frames[$0]?.spatialID == 0 }, "\(codec)")
      #expect(low.count == 10)
      #expect(afterDown == before, "no keyframe is needed downwards")
      #expect(scene.requestCount == before + 1)
      #expect(scene.bench.router.progress(of: scene.subscription).spatialLayer == 2)
    }
  }

  @Test func betweenLayersThatAreIndependentTheOldOneGoesOnUntilAKeyframe() throws {
    for (mode, codec) in [
      (ScalableEncoder.Mode.key, MediaCodec.av1(profile: 0)), (.simulcast, .av1(profile: 0)), (.key, .vp9(profile: 0)),
    ] {
      var scene = Scene(mode, codec)
      scene.runPictures(20)
      scene.answersRequests = false
      scene.setWish(.layer(0))
      _ = scene.bench.takeOutputs()
      scene.runPictures(10)
      let meanwhile = try Self.frames(scene.bench.takeOutputs(), scene)

      #expect(meanwhile.count == 10 && meanwhile.allSatisfy { scene.encoder.frames[$0]?.spatialID == 2 }, "\(mode)")
      #expect(scene.requestCount >= 1)
    }
  }

  @Test(arguments: [ScalableEncoder.Mode.full, .chainless])
  func aFrameThatIsNeededAndNeverComesStopsWhatNeedsItAndAsksForAKeyframe(mode: ScalableEncoder.Mode) throws {
    var scene = Scene(mode, .av1(profile: 0))
    scene.runPictures(8)
    scene.answersRequests = false
    let base = try #require(scene.encoder.frames.values.map(\.number).max())
    scene.lost = [base + 1]  // the next picture is of the lowest temporal layer
    _ = scene.bench.takeOutputs()
    let before = scene.requestCount

    scene.runPictures(14)  // 460 ms: it may still come
    let hopeful = scene.bench.takeOutputs()
    scene.runPictures(4)
    _ = scene.bench.takeOutputs()
    scene.runPictures(20)
    let stopped = scene.bench.takeOutputs()
    scene.answersRequests = true
    scene.bench.chooseLayers(at: scene.now)

    #expect(!hopeful.isEmpty, "most are only late")
    #expect(stopped.isEmpty)
    #expect(scene.requestCount == before + 1)
  }

  @Test func aFrameThatIsOnlyLateStopsNothing() throws {
    var scene = Scene(.full, .av1(profile: 0))
    scene.runPictures(8)
    let packets = scene.encoder.nextPicture(at: scene.now, isKey: false, using: &scene.generator)
    for packet in packets { scene.sent[packet.sequence] = packet }
    scene.now += Self.frameInterval
    scene.runPictures(6)
    for packet in packets { scene.bench.receive(packet, .av1, on: 0, at: scene.now) }
    let before = scene.requestCount
    scene.runPictures(30)

    let frames = try Self.frames(scene.bench.takeOutputs(), scene)
    Self.expectDecodable(frames, scene)
    #expect(scene.requestCount == before)
    #expect(frames.count == 3 * 45)
  }

  @Test func theMaskNamesWhatIsSentOnceItIsLessThanAll() throws {
    var scene = Scene(.full, .av1(profile: 0))
    scene.runPictures(4)
    let all = scene.bench.takeOutputs()
    scene.setWish(.layer(1, 1))
    scene.runPictures(4)
    let narrowed = scene.bench.takeOutputs()
    scene.setWish(LayerWish())
    scene.runPictures(4)
    let widened = scene.bench.takeOutputs()

    func mask(_ output: RouterBench.Output) throws -> UInt32? {
      let structure = scene.encoder.structure
      let keyed = try DependencyDescriptor(parsing: output.descriptor.span.bytes, structure: structure)
      return keyed.attachedStructure == nil ? keyed.activeDecodeTargets : nil
    }
    #expect(all.allSatisfy { $0.packet.rewriting.activeDecodeTargets == nil })
    #expect(narrowed.contains { $0.packet.rewriting.activeDecodeTargets != nil })
    // Targets (0,0) (0,1) (1,0) (1,1) of three times three.
    let masks = Set(narrowed.compactMap(\.packet.rewriting.activeDecodeTargets).map(\.mask))
    #expect(masks == [0b000_011_011])
    #expect(Set(widened.compactMap(\.packet.rewriting.activeDecodeTargets).map(\.mask)).contains(0b111_111_111))
    let last = try #require(widened.last { $0.packet.rewriting.activeDecodeTargets != nil })
    #expect(try mask(last) ?? 0b111_111_111 == 0b111_111_111)
  }

  @Test func layersAreToldWithTheirSizes() {
    for codec in [MediaCodec.av1(profile: 0), .vp9(profile: 0)] {
      var scene = Scene(.full, codec)
      scene.runPictures(30)
      scene.bench.router.closeActivity(after: .seconds(1))
      let layers = scene.bench.router.layers(of: scene.bench.track)

      #expect(layers.map(\.width) == [320, 640, 1280])
      #expect(layers.allSatisfy { $0.bitsPerSecond > 0 })
    }
  }

  @Test func aWishedSizeChoosesASpatialLayer() throws {
    var scene = Scene(.full, .vp9(profile: 0))
    scene.runPictures(4)
    var wish = LayerWish()
    wish.height = 200
    scene.setWish(wish)
    scene.runPictures(4)

    #expect(scene.bench.router.progress(of: scene.subscription).spatialLayer == 1)
  }
}
