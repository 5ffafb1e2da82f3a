import RTP
import SFU
import Testing

/// What a worker leaves out when it has too much to do, step by step, and takes up again.
@Suite struct LoadSheddingTests {
  /// Goes on as long as there is too much to do, one degree after another, and says when each began.
  private static func rise(
    _ shedding: inout LoadShedding, _ strain: inout Strain, to degree: Int, delay: Duration = .milliseconds(40)
  ) -> [Instant] {
    var times: [Instant] = []
    while shedding.degree < degree {
      if shedding.follow(strain.tooMuch(delay: delay)) { times.append(strain.now) }
    }
    return times
  }

  /// Waits until it goes back by one, and says how long that took.
  private static func fall(
    _ shedding: inout LoadShedding, _ strain: inout Strain, isAmple: Bool = false
  ) -> Duration {
    let start = strain.now
    while !shedding.follow(isAmple ? strain.little() : strain.some()) { continue }
    return strain.now - start
  }

  @Test func whoHasTimeLeavesNothingOut() {
    var (shedding, strain) = (LoadShedding(), Strain())

    for share in [0, 500, 900, 969] { _ = shedding.follow(strain.reading(share, share, .milliseconds(19))) }

    #expect(shedding.step == .nothing && shedding.economy(forSubscriber: 3) == .none)
  }

  @Test func eachStepComesAfterTheOneBeforeHasNotSufficedForAMoment() {
    var (shedding, strain) = (LoadShedding(), Strain())
    var steps: [LoadShedding.Step] = []

    var times: [Instant] = []
    while shedding.degree < LoadShedding.largestDegree {
      guard shedding.follow(strain.tooMuch()) else { continue }
      steps.append(shedding.step)
      times.append(strain.now)
    }

    #expect(steps == steps.sorted() && Set(steps) == Set(LoadShedding.Step.allCases.dropFirst()))
    #expect(steps.first == .newcomers && steps.count { $0 == .newcomers } == 1)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == LoadShedding.riseInterval })
    #expect(shedding.follow(strain.tooMuch()) == false, "there is nothing left but sound")
  }

  @Test func whereMuchIsLateEachReadingIsAStep() {
    var (shedding, strain) = (LoadShedding(), Strain())

    let times = Self.rise(&shedding, &strain, to: 5, delay: .milliseconds(150))

    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == LoadMeter.interval })
  }

  @Test func aWorkerThatIsFullLetsNobodyInAndServesThoseWhoAreThere() {
    var (shedding, strain) = (LoadShedding(), Strain())

    for _ in 0..<40 { _ = shedding.follow(strain.full()) }

    #expect(shedding.step == .newcomers && shedding.economy(forSubscriber: 0) == .none)
  }

  @Test func aShortRushIsNothing() {
    var (shedding, strain) = (LoadShedding(), Strain())

    let hasChanged = shedding.follow(strain.reading(1000, 700, .milliseconds(5)))

    #expect(!hasChanged && shedding.step == .nothing)
  }

  @Test func whoNeverSleepsHasTooMuchToDoThoughNothingIsSeenToWait() {
    var (shedding, strain) = (LoadShedding(), Strain())

    for _ in 0..<5 { _ = shedding.follow(strain.reading(995, 995, .milliseconds(2))) }

    #expect(shedding.step == .extras, "a small buffer loses packets instead")
  }

  @Test func picturesGetCoarserByAFifthAtATime() {
    var (shedding, strain) = (LoadShedding(), Strain())
    var shares: [Int] = []

    while shedding.step < .others {
      _ = Self.rise(&shedding, &strain, to: shedding.degree + 1)
      if case .share(let percent) = shedding.economy(forSubscriber: 1) { shares.append(percent) }
    }

    #expect(shares.first == 100 && shares.count >= 5)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { (70...85).contains($1 * 100 / $0) }, "\(shares)")
    #expect(shedding.economy(forSubscriber: 1) == .first)
  }

  @Test func theLastPictureIsTakenFromAnEighthAtATime() {
    var (shedding, strain) = (LoadShedding(), Strain())
    while shedding.step < .pictures { _ = Self.rise(&shedding, &strain, to: shedding.degree + 1) }

    var counts: [Int] = []
    for _ in 0..<8 {
      counts.append((0..<800).count { shedding.economy(forSubscriber: $0) == .nothing })
      _ = shedding.follow(strain.tooMuch(delay: .milliseconds(150)))
    }

    #expect(counts == [100, 200, 300, 400, 500, 600, 700, 800])
  }

  @Test func whatWasLeftOutComesBackInReverse() {
    var (shedding, strain) = (LoadShedding(), Strain())
    _ = Self.rise(&shedding, &strain, to: LoadShedding.largestDegree)
    var degrees: [Int] = []

    var pauses: [Duration] = []
    while shedding.degree > 0 {
      pauses.append(Self.fall(&shedding, &strain))
      degrees.append(shedding.degree)
    }

    #expect(degrees == Array((0..<LoadShedding.largestDegree).reversed()))
    #expect(
      pauses.allSatisfy { $0 >= LoadShedding.fallInterval && $0 <= LoadShedding.fallInterval + .milliseconds(250) })
  }

  @Test func betweenTooMuchAndLittleNothingChanges() {
    var (shedding, strain) = (LoadShedding(), Strain())
    _ = Self.rise(&shedding, &strain, to: 4)

    for _ in 0..<100 { _ = shedding.follow(strain.enough()) }
    for _ in 0..<7 { _ = shedding.follow(strain.little()) }
    let hasFallen = shedding.follow(strain.enough())
    for _ in 0..<7 { _ = shedding.follow(strain.little()) }

    #expect(!hasFallen && shedding.degree == 4, "two seconds with time to spare, one after the other")
  }

  @Test func whatWasTakenUpInVainWaitsTwiceAsLongTheNextTime() {
    var (shedding, strain) = (LoadShedding(), Strain())
    _ = Self.rise(&shedding, &strain, to: 6)

    var pauses: [Duration] = []
    for _ in 0..<7 {
      pauses.append(Self.fall(&shedding, &strain))
      _ = Self.rise(&shedding, &strain, to: 6)
    }
    _ = Self.fall(&shedding, &strain)
    for _ in 0..<400 { _ = shedding.follow(strain.enough()) }
    _ = Self.rise(&shedding, &strain, to: 6)
    let later = Self.fall(&shedding, &strain)

    #expect(zip(pauses, pauses.dropFirst()).prefix(3).allSatisfy { $1 > $0 * 1.7 }, "\(pauses)")
    #expect(pauses.last.map { $0 >= .seconds(30) && $0 < .seconds(31) } == true, "\(pauses)")
    #expect(later < .seconds(3), "what lasted was not in vain")
  }

  /// As where one small picture is left to each and all others come back at once.
  @Test func whatBringsBackMuchMoreThanThereIsTimeForIsTriedEverMoreSeldom() {
    var (shedding, strain) = (LoadShedding(), Strain())
    let enough = 9
    _ = Self.rise(&shedding, &strain, to: enough)
    var changes = 0

    for _ in 0..<2400 where shedding.follow(shedding.degree >= enough ? strain.little() : strain.tooMuch()) {
      changes += 1
    }

    // In ten minutes, two for each time that it was tried.
    #expect((20...60).contains(changes), "\(changes)")
  }

  @Test func whoHasTimeForTwiceAsMuchDoesNotWaitLonger() {
    var (shedding, strain) = (LoadShedding(), Strain())
    _ = Self.rise(&shedding, &strain, to: 6)
    for _ in 0..<4 {
      _ = Self.fall(&shedding, &strain)
      _ = Self.rise(&shedding, &strain, to: 6)
    }

    let patient = Self.fall(&shedding, &strain)
    let ample = Self.fall(&shedding, &strain, isAmple: true)

    #expect(patient > .seconds(20) && ample <= LoadShedding.fallInterval + LoadMeter.interval)
  }
}
