import RTP
import Testing
import WebRTC

@Suite struct NACKGeneratorTests {
  @Test func asksOnlyWhenReorderingIsUnlikely() {
    var generator = NACKGenerator()
    for sequence: Int64 in [1, 3, 4] { _ = generator.receive(sequence, at: .zero) }

    let early = asked(&generator, at: .zero)
    _ = generator.receive(5, at: .zero)
    let due = asked(&generator, at: .zero)

    #expect(early.numbers.isEmpty && early.outcome == .nothing)
    #expect(due.numbers == [2] && due.outcome == .asked(count: 1))
  }

  @Test func asksAfterAShortTimeWhenNothingFollows() {
    var generator = NACKGenerator()
    for sequence: Int64 in [1, 3] { _ = generator.receive(sequence, at: .zero) }

    #expect(asked(&generator, at: .zero + .milliseconds(15)).numbers.isEmpty)
    #expect(generator.nextDeadline == .zero + .milliseconds(16))
    #expect(asked(&generator, at: .zero + .milliseconds(16)).numbers == [2])
  }

  @Test func neverAsksForPacketsThatAreUpToTwoLate() {
    var generator = NACKGenerator()
    var numbers: [UInt16] = []

    for sequence: Int64 in [1, 3, 4, 2, 5, 7, 6, 8] {
      _ = generator.receive(sequence, at: .zero)
      numbers += asked(&generator, at: .zero).numbers
    }

    #expect(numbers.isEmpty)
    #expect(generator.missingCount == 0)
  }

  @Test func asksAgainOnlyAfterARoundTripAndLongerEachTime() {
    var generator = NACKGenerator()
    generator.roundTripTime = .milliseconds(100)
    for sequence: Int64 in [1, 3, 4, 5] { _ = generator.receive(sequence, at: .zero) }

    var times: [Int] = []
    for millisecond in 0...1000 where !asked(&generator, at: .zero + .milliseconds(millisecond)).numbers.isEmpty {
      times.append(millisecond)
    }

    #expect(times.prefix(4) == [0, 100, 225, 382])
  }

  @Test func givesUpAndWantsAKeyframe() {
    var generator = NACKGenerator()
    for sequence: Int64 in [1, 3, 4, 5] { _ = generator.receive(sequence, at: .zero) }

    var (requests, keyframes) = (0, 0)
    for millisecond in 0...10_000 {
      switch asked(&generator, at: .zero + .milliseconds(millisecond)).outcome {
      case .asked(let count): requests += count
      case .needsKeyframe: keyframes += 1
      case .nothing: break
      }
    }

    #expect(requests == 10)
    #expect(keyframes == 1)
    #expect(generator.missingCount == 0)
  }

  @Test func tellsLateFromRecoveredFromDuplicate() {
    var generator = NACKGenerator()
    for sequence: Int64 in [1, 4, 5, 6] { _ = generator.receive(sequence, at: .zero) }

    let late = generator.receive(3, at: .zero)
    _ = asked(&generator, at: .zero + .seconds(1))
    let recovered = generator.receive(2, at: .zero + .seconds(1))
    let again = generator.receive(2, at: .zero + .seconds(1))

    #expect(late == .reordered)
    #expect(recovered == .recovered(requests: 1))
    #expect(again == .duplicate)
  }

  @Test func aKeyframeMakesOlderGapsPointless() {
    var generator = NACKGenerator()
    for sequence: Int64 in [1, 5] { _ = generator.receive(sequence, at: .zero) }

    _ = generator.receive(8, startsKeyframe: true, at: .zero)

    #expect(generator.missingCount == 2)  // 6 and 7 may belong to the keyframe's frame before, 2 to 4 are forgotten
  }

  @Test func aHoleTooLongIsOneWishForAKeyframe() {
    var generator = NACKGenerator()
    _ = generator.receive(1, at: .zero)

    _ = generator.receive(2000, at: .zero)
    let first = asked(&generator, at: .zero)
    let second = asked(&generator, at: .zero + .seconds(1))

    #expect(first.outcome == .needsKeyframe && first.numbers.isEmpty)
    #expect(second.outcome == .nothing)
  }

  @Test func worksAcrossTheWrapOfSequenceNumbers() {
    var generator = NACKGenerator()
    var unwrapper = Unwrapper.sequenceNumber
    for number: UInt16 in [65_533, 65_534, 1, 2, 3] {
      _ = generator.receive(unwrapper.unwrap(SequenceNumber(rawValue: number)), at: .zero)
    }

    #expect(asked(&generator, at: .zero).numbers == [65_535, 0])
  }

  private func asked(_ generator: inout NACKGenerator, at now: Instant) -> (
    numbers: [UInt16], outcome: NACKGenerator.Outcome
  ) {
    var numbers: [UInt16] = []
    let outcome = generator.requests(at: now) { numbers.append($0.rawValue) }
    return (numbers, outcome)
  }
}
