import RTP
import SFU
import TestSupport
import Testing

/// What is decided stays decided while the network stays the same, and follows it when it does not.
@Suite struct AllocationStabilityTests {
  private static let interval = Duration.milliseconds(100)

  /// What the tracks got after each tenth of a second.
  private static func run(
    _ view: inout AllocatedView, for duration: Duration, _ estimate: (Duration) -> Int
  ) -> [[String?]] {
    let start = view.now
    var steps: [[String?]] = []
    while view.now - start < duration {
      view.now += interval
      view.allocate(estimate(view.now - start))
      steps.append(view.steps)
    }
    return steps
  }

  @Test func lessIsHonouredAtOnce() {
    var view = AllocatedView([.camera(.pinned), .camera(.tile)])
    view.allocate(4_000_000)

    view.now += .milliseconds(30)
    view.allocate(390_000)

    #expect(view.steps == ["1.1", "0.1"] && view.result.isSqueezed)
  }

  @Test func moreHasToLast() {
    var view = AllocatedView([.camera(.tile)])
    view.allocate(400_000)
    let before = view.steps

    let steps = Self.run(&view, for: .seconds(4)) { _ in 4_000_000 }

    #expect(before == ["1.1"])
    let risen = steps.firstIndex { $0 == ["2.2"] } ?? 0
    #expect((17...21).contains(risen), "two seconds: \(risen)")
  }

  @Test func moreFramesHaveToFitWithAMarginToo() {
    var view = AllocatedView([.camera(.tile, layers: 2)])
    view.allocate(400_000)

    let tight = Self.run(&view, for: .seconds(10)) { _ in 570_000 }
    let ample = Self.run(&view, for: .seconds(10)) { _ in 580_000 }

    #expect(tight.last == ["1.1"] && ample.last == ["1.2"])
  }

  @Test func anEstimateThatSwingsWithAllThatIsSentMovesNoPicture() {
    let sound = 800_000
    var view = AllocatedView(Array(repeating: .camera(.tile, layers: 1, temporalLayers: 1, bits: [35_000]), count: 10))
    var steps: [[String?]] = []
    for tenth in 0..<400 {
      let estimate = tenth / 30 % 2 == 0 ? 1_200_000 : 1_020_000
      view.now += Self.interval
      view.allocate(estimate - sound, estimate: estimate)
      steps.append(view.steps)
    }

    #expect(steps[100...].allSatisfy { $0 == steps[100] })
    #expect(steps[100].count { $0 != nil } == 6)
  }

  @Test func aPictureGrowsOnceInFiveSeconds() {
    var view = AllocatedView([.camera(.tile)])
    view.allocate(150_000)

    let steps = Self.run(&view, for: .seconds(20)) { time in
      Int(100_000 * (1 + 3 * time.nanoseconds / 1_000_000_000))
    }

    let rises = steps.indices.dropFirst().filter { Self.rank(steps[$0][0]) > Self.rank(steps[$0 - 1][0]) }
    #expect(rises.count == 2)
    #expect(zip(rises, rises.dropFirst()).allSatisfy { $1 - $0 >= 50 })
  }

  @Test func whoWaitsToGrowIsNotOvertaken() {
    var view = AllocatedView([.camera(.pinned), .camera(.tile)])
    view.allocate(800_000)
    _ = Self.run(&view, for: .seconds(3)) { _ in 200_000 }
    let squeezed = view.steps

    let steps = Self.run(&view, for: .seconds(10)) { _ in 700_000 }

    #expect(Self.rank(squeezed[0]) == 0 && Self.rank(squeezed[1]) == 0)
    #expect(Self.rank(view.steps[0]) == 1)
    let tile = steps.map { Self.rank($0[1]) }
    #expect(tile.allSatisfy { $0 == 0 }, "the bits are kept for what comes first")
  }

  @Test func whatComesFirstTakesFromTheOthersAtOnce() {
    var view = AllocatedView([.camera(.tile), .camera(.tile)])
    view.allocate(1_300_000)
    _ = Self.run(&view, for: .seconds(6)) { _ in 1_300_000 }
    let before = view.steps

    view.tracks[1].standing = .pinned
    view.now += .milliseconds(10)
    view.allocate(1_300_000)

    #expect(before == ["1.2", "1.2"])
    #expect(view.steps == ["0.2", "2.1"])
    #expect(!view.result.isSqueezed)
  }

  @Test func ofEqualsTheOneThatHasMoreKeepsIt() {
    var view = AllocatedView([.camera(.tile), .camera(.speaker)])
    view.allocate(700_000)
    let before = view.steps

    view.tracks[1].standing = .tile
    view.allocate(450_000)

    #expect(before == ["0.2", "1.2"])
    #expect(view.steps == ["0.2", "1.1"])
  }

  @Test(arguments: 0..<20)
  func aTenthToEitherSideMakesNothingComeAndGo(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var view = AllocatedView(
      (0..<Int.random(in: 1...6, using: &generator)).map { _ in
        .camera([.tile, .tile, .speaker, .pinned].randomElement(using: &generator) ?? .tile)
      })
    let capacity = Int.random(in: 100_000...6_000_000, using: &generator)

    let steps = Self.run(&view, for: .seconds(120)) { _ in
      Int(Double(capacity) * Double.random(in: 0.9...1.1, using: &generator))
    }

    // What just fitted at first may have to go at the lowest point yet, once; nothing comes and goes.
    let settled = Array(steps[300...])
    let changes = settled.indices.dropFirst().filter { settled[$0] != settled[$0 - 1] }
    #expect(changes.count <= 1, "seed \(seed), \(capacity) bit/s: \(changes.map { settled[$0] })")
  }

  @Test func whatDoesNotLastIsTriedMoreAndMoreSeldom() {
    var view = AllocatedView([.camera(.tile)])

    // A network that seems to carry the larger picture until it is sent.
    let steps = Self.run(&view, for: .seconds(300)) { time in
      let phase = Double(time.nanoseconds % 8_000_000_000) / 8e9
      return phase < 0.5 ? 620_000 : 250_000
    }

    let ranks = steps.map { Self.rank($0[0]) }
    let rises = ranks.indices.dropFirst().filter { ranks[$0] > ranks[$0 - 1] }
    #expect(rises.count { $0 >= 2400 } <= 1, "in the last minute")
    #expect(rises.count >= 3 && rises.count <= 8, "\(rises.count)")
  }

  @Test func whatLastedIsTriedAgainSoon() {
    var view = AllocatedView([.camera(.tile)])
    view.allocate(3_000_000)
    _ = Self.run(&view, for: .seconds(60)) { _ in 3_000_000 }

    _ = Self.run(&view, for: .seconds(20)) { _ in 300_000 }
    let fallen = view.steps
    let steps = Self.run(&view, for: .seconds(10)) { _ in 3_000_000 }

    #expect(Self.rank(fallen[0]) == 1)
    #expect((steps.firstIndex { $0 == ["2.2"] } ?? 1000) <= 25)
  }

  @Test func aSmallerViewAndBackIsNoReasonToWait() {
    var view = AllocatedView([.camera(.tile)])
    view.allocate(3_000_000)
    _ = Self.run(&view, for: .seconds(10)) { _ in 3_000_000 }
    let full = view.tracks[0].ladder

    view.tracks[0].ladder = TrackDemand.camera(.tile, layers: 1).ladder
    _ = Self.run(&view, for: .seconds(1)) { _ in 3_000_000 }
    view.tracks[0].ladder = full
    view.now += .milliseconds(100)
    view.allocate(3_000_000)

    #expect(view.steps == ["2.2"])
  }

  @Test func whatWasGivenUpComesBackWhenItFits() {
    var view = AllocatedView([.camera(.pinned), .camera(.tile)])
    view.allocate(3_000_000)
    _ = Self.run(&view, for: .seconds(2)) { _ in 310_000 }
    let given = view.steps

    let early = Self.run(&view, for: .seconds(2)) { _ in 900_000 }
    let late = Self.run(&view, for: .seconds(6)) { _ in 900_000 }

    #expect(given == ["1.1", nil])
    #expect(early.allSatisfy { $0[1] == nil } && late.last?[1] != nil)
  }

  private static func rank(_ step: String?) -> Int { step.flatMap { Int($0.prefix(1)) } ?? -1 }
}
