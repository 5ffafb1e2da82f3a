import RTP
import SFU
import TestSupport
import Testing

/// The allocation against every other there could be, on small instances.
///
/// The objective is a row of questions, each about one step of one track, in the order in which steps are granted; of two
/// allocations that fit, the better one is that which has the first answer in which they differ.
@Suite struct AllocationPropertyTests {
  /// A track of an instance, as it was drawn.
  private struct Drawn {
    var demand: TrackDemand
    var octave: Int
  }

  private static func draw(_ generator: inout SeededGenerator) -> [Drawn] {
    (0..<Int.random(in: 1...4, using: &generator)).map { _ in
      let isScreen = Int.random(in: 0..<4, using: &generator) == 0
      let layerCount = Int.random(in: 1...3, using: &generator)
      var bits: [Int] = []
      for _ in 0..<layerCount { bits.append((bits.last ?? 0) + Int.random(in: 20...400, using: &generator) * 1000) }
      let octave = Int.random(in: 14...18, using: &generator)
      let standing = TrackDemand.Standing(rawValue: UInt8.random(in: 0...3, using: &generator)) ?? .tile
      let temporalCount = layerCount == 3 ? 2 : Int.random(in: 1...3, using: &generator)
      var demand =
        isScreen
        ? TrackDemand.screen(bits: bits, temporalLayers: temporalCount)
        : TrackDemand.camera(standing, layers: layerCount, temporalLayers: temporalCount, bits: bits)
      demand.area = (1 << octave) + Int.random(in: 0..<1 << octave, using: &generator)
      return Drawn(demand: demand, octave: octave)
    }
  }

  /// The questions: which step of which track.
  private static func questions(_ tracks: [Drawn]) -> [(track: Int, step: Int)] {
    let order = tracks.indices.sorted {
      let (left, right) = (tracks[$0], tracks[$1])
      if left.demand.standing != right.demand.standing { return left.demand.standing > right.demand.standing }
      return left.octave == right.octave ? $0 < $1 : left.octave > right.octave
    }
    func rounds(_ standing: TrackDemand.Standing, upTo limit: (QualityLadder) -> Int) -> [(Int, Int)] {
      (0..<QualityLadder.capacity).flatMap { step in
        order.filter { tracks[$0].demand.standing == standing && step <= limit(tracks[$0].demand.ladder) }
          .map { ($0, step) }
      }
    }
    return rounds(.screen) { $0.preferredIndex } + rounds(.pinned) { $0.preferredIndex } + order.map { ($0, 0) }
      + [.screen, .pinned, .speaker, .tile, .background].flatMap { rounds($0) { $0.count - 1 } }
  }

  /// The answers to the questions for steps granted, -1 for none.
  private static func answers(_ steps: [Int], _ questions: [(track: Int, step: Int)]) -> [Int] {
    questions.map { steps[$0.track] >= $0.step ? 1 : 0 }
  }

  private static func cost(_ steps: [Int], _ tracks: [Drawn]) -> Int {
    zip(steps, tracks).reduce(0) { $0 + ($1.0 < 0 ? 0 : $1.1.demand.ladder[$1.0].bitsPerSecond) }
  }

  /// The best answers of all allocations that fit.
  private static func optimum(_ budget: Int, _ tracks: [Drawn], _ questions: [(track: Int, step: Int)]) -> [Int] {
    var best: [Int] = []
    var steps = tracks.map { _ in -1 }
    while true {
      if cost(steps, tracks) <= budget {
        let answers = answers(steps, questions)
        if best.isEmpty || best.lexicographicallyPrecedes(answers) { best = answers }
      }
      var place = 0
      while place < steps.count, steps[place] == tracks[place].demand.ladder.count - 1 {
        steps[place] = -1
        place += 1
      }
      guard place < steps.count else { return best }
      steps[place] += 1
    }
  }

  private static func granted(_ budget: Int, _ tracks: [Drawn], estimate: Int = 0) -> (steps: [Int], bits: Int) {
    var view = AllocatedView(tracks.map(\.demand))
    view.allocate(budget, estimate: estimate)
    return (view.granted, view.result.grantedBitsPerSecond)
  }

  @Test func nothingThatFitsIsBetter() {
    var generator = SeededGenerator(seed: 7)
    for instance in 0..<250 {
      let tracks = Self.draw(&generator)
      let questions = Self.questions(tracks)
      for _ in 0..<3 {
        let budget = Int.random(in: 0...2_500_000, using: &generator)

        let (steps, bits) = Self.granted(budget, tracks)

        #expect(bits == Self.cost(steps, tracks) && bits <= budget, "instance \(instance)")
        #expect(
          Self.answers(steps, questions) == Self.optimum(budget, tracks, questions),
          "instance \(instance), \(budget) bit/s: \(steps)")
      }
    }
  }

  @Test func moreBitsAreNeverWorse() {
    var generator = SeededGenerator(seed: 8)
    for instance in 0..<300 {
      let tracks = Self.draw(&generator)
      let questions = Self.questions(tracks)
      var before: [Int] = []
      for budget in stride(from: 0, through: 2_500_000, by: 50_000) {
        let answers = Self.answers(Self.granted(budget, tracks).steps, questions)
        #expect(!answers.lexicographicallyPrecedes(before), "instance \(instance), \(budget) bit/s")
        before = answers
      }
    }
  }

  @Test func onlyTheFirstPictureGoesBeyondAndByHowMuchIsBounded() {
    var generator = SeededGenerator(seed: 9)
    var beyondCount = 0
    for instance in 0..<2000 {
      let tracks = Self.draw(&generator)
      let estimate = Int.random(in: 20_000...400_000, using: &generator)
      let budget = max(estimate - 40_000, 0)

      let (steps, bits) = Self.granted(budget, tracks, estimate: estimate)

      guard bits > budget else { continue }
      beyondCount += 1
      #expect(steps.count { $0 >= 0 } == 1 && steps.contains(0), "instance \(instance): \(steps)")
      let isScreen = steps.firstIndex(of: 0).map { tracks[$0].demand.standing == .screen } ?? false
      let factor = isScreen ? Allocation.minimumFactorOfScreens : Allocation.minimumFactor
      #expect(Double(bits) <= Double(estimate) * factor)
    }
    #expect(beyondCount > 50, "\(beyondCount)")
  }

  /// From wherever it comes, it ends at least at what would fit with the margin, and stays there.
  @Test func whateverHappenedBeforeItSettlesWhereTheMarginIsKept() {
    var generator = SeededGenerator(seed: 10)
    for instance in 0..<40 {
      let tracks = Self.draw(&generator)
      let questions = Self.questions(tracks)
      var view = AllocatedView(tracks.map(\.demand))
      for _ in 0..<10 {
        view.now += .milliseconds(Int64.random(in: 10...9000, using: &generator))
        view.allocate(Int.random(in: 0...2_500_000, using: &generator))
      }

      let budget = Int.random(in: 0...2_500_000, using: &generator)
      for _ in 0..<400 {
        view.now += .milliseconds(500)
        view.allocate(budget)
        #expect(view.result.grantedBitsPerSecond <= budget)
      }
      let settled = view.granted
      for _ in 0..<40 {
        view.now += .milliseconds(500)
        view.allocate(budget)
      }

      let answers = Self.answers(settled, questions)
      let least = Self.granted(Int(Double(budget) / Allocation.margin), tracks).steps
      #expect(view.granted == settled, "instance \(instance)")
      #expect(
        !answers.lexicographicallyPrecedes(Self.answers(least, questions)),
        "instance \(instance), \(budget) bit/s: \(settled), not less than \(least)")
    }
  }
}

extension AllocatedView {
  /// The step of each track, -1 for none.
  fileprivate var granted: [Int] {
    tracks.map { track in (0..<track.ladder.count).last { track.ladder[$0] == track.allowed } ?? -1 }
  }
}
