import SFU
import Testing

/// The steps in which a picture gets better.
@Suite struct QualityLadderTests {
  private static func ladder(
    _ preference: QualityLadder.Preference = .motion, temporalBound: UInt8? = nil, temporalLayers: Int = 3,
    bits: [Int] = [100_000, 500_000, 1_700_000], lines: [Int?] = [180, 360, 720]
  ) -> QualityLadder {
    var ladder = QualityLadder(preferring: preference, temporalBound: temporalBound)
    for (rank, bits) in bits.enumerated() {
      ladder.append(
        .init(
          rank: UInt8(rank), bitsPerSecond: bits, temporalShares: TemporalShares(layerCount: temporalLayers),
          lineCount: lines[rank]))
    }
    return ladder
  }

  @Test func aLargerPictureIsWorthHalfItsFramesAtLeast() {
    let ladder = Self.ladder()

    #expect(ladder.steps == ["0.0", "0.1", "0.2", "1.1", "1.2", "2.1", "2.2"])
    #expect(ladder.bits == [40_000, 60_000, 100_000, 300_000, 500_000, 1_020_000, 1_700_000])
  }

  @Test func aScreenIsSharpBeforeItMoves() {
    let ladder = Self.ladder(.sharpness)

    #expect(ladder.steps == ["0.0", "1.0", "2.0", "2.1", "2.2"])
  }

  @Test func noStepTakesMoreThanABetterOne() {
    let equal = Self.ladder(temporalLayers: 1, bits: [300_000, 300_000, 900_000])
    let swapped = Self.ladder(temporalLayers: 1, bits: [300_000, 900_000, 600_000])

    #expect(equal.steps == ["1.0", "2.0"])
    #expect(swapped.steps == ["0.0", "2.0"])
  }

  @Test func theWishedFramesAreTheMost() {
    #expect(Self.ladder(temporalBound: 1).steps == ["0.0", "0.1", "1.0", "1.1", "2.0", "2.1"])
    #expect(Self.ladder(temporalBound: 0).steps == ["0.0", "1.0", "2.0"])
  }

  @Test func whatIsLookedAtIsGoodWith360Lines() {
    let camera = Self.ladder()
    let small = Self.ladder(bits: [100_000], lines: [180])
    let unknown = Self.ladder(bits: [100_000, 500_000, 900_000], lines: [nil, nil, nil])
    let screen = Self.ladder(.sharpness)

    #expect(camera.steps[camera.preferredIndex] == "1.1")
    #expect(small.steps[small.preferredIndex] == "0.0")
    #expect(unknown.steps[unknown.preferredIndex] == "1.1")
    #expect(screen.steps[screen.preferredIndex] == "2.0")
  }

  @Test func findsTheStepWithinLayers() {
    let ladder = Self.ladder()

    #expect(ladder.index(within: 2, 2) == 6)
    #expect(ladder.index(within: 2, 0) == 4, "the best of the smaller picture")
    #expect(ladder.index(within: 7, 7) == 6)
    #expect(Self.ladder(bits: [100_000], lines: [180]).index(within: 0, 1) == 1)
    #expect(QualityLadder().index(within: 7, 7) == nil && QualityLadder().top == nil)
  }

  @Test func eightLayersOfFourFit() {
    let bits = (1...8).map { $0 * $0 * 100_000 }
    let ladder = Self.ladder(temporalLayers: 4, bits: bits, lines: Array(repeating: 360, count: 8))

    #expect(ladder.count <= QualityLadder.capacity && ladder.steps.last == "7.3")
  }
}

extension QualityLadder {
  /// Each step as spatial.temporal.
  var steps: [String] { (0..<count).map { "\(self[$0].spatialLayer).\(self[$0].temporalLayer)" } }
  var bits: [Int] { (0..<count).map { self[$0].bitsPerSecond } }
}

/// What temporal layers take.
@Suite struct TemporalSharesTests {
  @Test func encodersAreTakenToShareAsTheyUsuallyDo() {
    let shares = (1...4).map { count in (0..<count).map { TemporalShares(layerCount: count).share(upTo: $0) } }

    #expect(shares == [[1], [0.6, 1], [0.4, 0.6, 1], [0.25, 0.4, 0.6, 1]])
  }

  @Test func whatIsMeasuredCounts() {
    var shares = TemporalShares()
    for layer: UInt8 in [0, 2, 1, 2] { shares.receive(byteCount: layer == 0 ? 7000 : 1000, temporalID: layer) }
    let before = shares.share(upTo: 0)

    shares.close()

    #expect(before == 0.4 && shares.layerCount == 3)
    #expect(abs(shares.share(upTo: 0) - 0.7) < 0.001 && abs(shares.share(upTo: 1) - 0.8) < 0.001)
    #expect(shares.share(upTo: 2) == 1 && shares.share(upTo: 7) == 1)
  }

  @Test func oneKeyframeMovesLittle() {
    var shares = TemporalShares()
    for layer: UInt8 in [0, 1] { shares.receive(byteCount: 5000, temporalID: layer) }
    shares.close()

    shares.receive(byteCount: 50_000, temporalID: 0)
    shares.close()
    let afterKeyframe = shares.share(upTo: 0)
    shares.close()

    #expect(abs(afterKeyframe - 0.625) < 0.001)
    #expect(shares.share(upTo: 0) == afterKeyframe, "a second without packets tells nothing")
  }
}
