import RTP
import SFU
import Testing

/// Who gets what of a network that does not carry everything.
@Suite struct AllocationTests {
  @Test func whatFitsIsGrantedAndNothingLimits() {
    var view = AllocatedView([.camera(.tile), .camera(.speaker)])

    view.allocate(4_000_000)

    #expect(view.steps == ["2.2", "2.2"])
    #expect(view.tracks.allSatisfy { $0.decision.limit == nil })
    #expect(view.result.wantedBitsPerSecond == 3_400_000 && view.result.grantedBitsPerSecond == 3_400_000)
  }

  @Test func whatTheViewBoundsIsLimitedByTheView() {
    var view = AllocatedView([.camera(.tile, layers: 2)])
    view.tracks[0].ladder.bound = .view

    view.allocate(4_000_000)
    let decision = view.tracks[0].decision
    view.allocate(200_000)

    #expect(decision.limit == .view && decision.allowed == decision.wanted)
    #expect(view.tracks[0].decision.limit == .network)
  }

  @Test func everybodyIsSeenBeforeAnybodyIsSharp() {
    var view = AllocatedView([.camera(.tile), .camera(.tile), .camera(.tile), .camera(.speaker)])

    view.allocate(4 * 40_000)

    #expect(view.steps == ["0.0", "0.0", "0.0", "0.0"])
  }

  @Test func equalsAreRaisedInTurn() {
    var view = AllocatedView([.camera(.tile), .camera(.tile)])

    view.allocate(650_000)

    #expect(view.steps == ["1.1", "1.1"])
  }

  @Test func whatIsOnStageIsGoodBeforeTheOthersBegin() {
    var view = AllocatedView((0..<9).map { _ in .camera(.tile) } + [.camera(.pinned)])

    view.allocate(460_000)

    #expect(view.steps[9] == "1.1")
    #expect(view.steps.count { $0 == "0.0" } == 4 && view.steps.count { $0 == nil } == 5)
  }

  @Test func thenAllAreSeenBeforeItIsTheBest() {
    var view = AllocatedView((0..<9).map { _ in .camera(.tile) } + [.camera(.pinned)])

    view.allocate(9 * 40_000 + 1_100_000)

    #expect(view.steps[9] == "2.1")
    #expect(view.steps[..<9].allSatisfy { $0 == "0.0" || $0 == "0.1" })
  }

  @Test func aScreenComesBeforeWhatIsPinnedAndThatBeforeWhoSpeaks() {
    var view = AllocatedView([
      .camera(.background), .camera(.tile), .camera(.speaker), .camera(.pinned), .screen(bits: [300_000, 1_500_000]),
    ])

    view.allocate(40_000)
    let least = view.steps
    view.forget()
    view.allocate(1_500_000 + 300_000 + 3 * 40_000 + 10_000)

    #expect(least == [nil, nil, nil, "0.0", nil], "a screen that does not fit leaves what there is to others")
    #expect(view.steps == ["0.0", "0.0", "0.0", "1.1", "1.0"])
  }

  @Test func theSpeakerIsRaisedBeforeTheOtherTiles() {
    var view = AllocatedView([.camera(.tile), .camera(.speaker), .camera(.background)])

    view.allocate(600_000)

    #expect(view.steps == ["0.1", "1.2", "0.0"])
  }

  @Test func whatIsShownLargerComesFirst() {
    var view = AllocatedView([.camera(.tile, area: 320 * 180), .camera(.tile, area: 640 * 360)])

    view.allocate(40_000)
    let least = view.steps
    view.forget()
    view.allocate(420_000)

    #expect(least == [nil, "0.0"])
    #expect(view.steps == ["0.2", "1.1"])
  }

  @Test func aScreenGivesFramesUpBeforeSharpness() {
    var view = AllocatedView([.screen(bits: [300_000, 1_500_000], temporalLayers: 2)])

    view.allocate(1_000_000)

    #expect(view.steps == ["1.0"])
  }

  @Test func theFirstPictureIsKeptAgainstAGuess() {
    var view = AllocatedView([.camera(.tile, layers: 1, temporalLayers: 1), .camera(.tile)])

    view.allocate(60_000, estimate: 100_000)
    let (first, total) = (view.steps, view.result.grantedBitsPerSecond)
    view.forget()
    view.allocate(20_000, estimate: 60_000)

    #expect(first == ["0.0", nil] && total == 100_000, "one beyond what there is, and nothing beside it")
    #expect(view.steps == [nil, "0.0"], "but not one that takes more than the estimate and a half")
  }

  @Test func whileNothingIsKnownTheFirstPictureIsSentWhateverItTakes() {
    var view = AllocatedView([.camera(.tile, layers: 1, temporalLayers: 1, bits: [6_000_000])])

    view.allocate(260_000, estimate: 300_000, isGuess: true)
    let atFirst = view.steps
    view.now += .milliseconds(500)
    view.allocate(260_000, estimate: 300_000)
    let afterwards = view.steps
    view.now += .seconds(6)
    view.allocate(4_500_000, estimate: 5_000_000)

    #expect(atFirst == ["0.0"] && afterwards == [nil])
    #expect(view.steps == ["0.0"], "nearly what it takes is better than nothing")
  }

  @Test func aScreenThatOnceTookMuchIsNotBlank() {
    var view = AllocatedView([.screen(bits: [2_500_000]), .camera(.tile)])

    view.allocate(400_000, estimate: 450_000)

    #expect(view.steps == ["0.0", nil])
  }

  @Test func nothingIsGrantedOfNothing() {
    var view = AllocatedView([.camera(.tile), .camera(.screen)])

    view.allocate(0)
    var empty = AllocatedView([])
    empty.allocate(1_000_000)

    #expect(view.steps == [nil, nil] && view.tracks[0].decision.limit == .network)
    #expect(empty.result.wantedBitsPerSecond == 0)
  }

  @Test func moreTracksThanAnybodyMayWantAreNoTrap() {
    var view = AllocatedView((0..<70).map { _ in .camera(.tile) })

    view.allocate(1_000_000_000)

    #expect(view.steps[..<64].allSatisfy { $0 == "2.2" } && view.steps[64...].allSatisfy { $0 == nil })
  }
}

/// The tracks of one view, and what was decided last.
struct AllocatedView {
  var tracks: [TrackDemand]
  private(set) var result: Allocation
  private(set) var floor = EstimateFloor()
  var now = Instant.zero

  init(_ tracks: [TrackDemand]) {
    self.tracks = tracks
    var none: [TrackDemand] = []
    result = Allocation(of: .init(estimate: 0, bitsPerSecond: 0, steadyBitsPerSecond: 0), among: &none, at: .zero)
  }

  var steps: [String?] { tracks.map { $0.allowed.map { "\($0.spatialLayer).\($0.temporalLayer)" } } }
  var ranks: [Int] { tracks.map { $0.allowed.map { Int($0.spatialLayer) } ?? -1 } }

  /// Shares what has been there lately at least.
  mutating func allocate(_ bits: Int, estimate: Int = 0, isGuess: Bool = false, sparing economy: Economy = .none) {
    if !isGuess { floor.note(bits, at: now) }
    var budget = Allocation.Budget(
      estimate: estimate, bitsPerSecond: bits, steadyBitsPerSecond: floor.lowest(at: now) ?? bits)
    budget.isGuess = isGuess
    if let bounded = economy.bounding(budget, wanted: tracks.reduce(0) { $0 + ($1.ladder.top?.bitsPerSecond ?? 0) }) {
      budget = bounded
    }
    result = Allocation(of: budget, among: &tracks, sparing: economy, at: now)
  }

  /// As if nothing had been decided.
  mutating func forget() {
    for index in tracks.indices { tracks[index].history = AllocationHistory() }
    floor = EstimateFloor()
  }
}

extension TrackDemand {
  static let cameraBits = [100_000, 500_000, 1_700_000]

  static func camera(
    _ standing: Standing, layers: Int = 3, temporalLayers: Int = 3, bits: [Int] = cameraBits, area: Int = .max
  ) -> TrackDemand {
    track(.motion, standing, Array(bits.prefix(layers)), temporalLayers, area)
  }

  static func screen(bits: [Int], temporalLayers: Int = 1) -> TrackDemand {
    track(.sharpness, .screen, bits, temporalLayers, .max)
  }

  private static func track(
    _ preference: QualityLadder.Preference, _ standing: Standing, _ bits: [Int], _ temporalLayers: Int, _ area: Int
  ) -> TrackDemand {
    var ladder = QualityLadder(preferring: preference)
    for (rank, bits) in bits.enumerated() {
      ladder.append(
        .init(
          rank: UInt8(rank), bitsPerSecond: bits, temporalShares: TemporalShares(layerCount: temporalLayers),
          lineCount: 180 << rank))
    }
    return TrackDemand(ladder, standing, area: area)
  }
}
