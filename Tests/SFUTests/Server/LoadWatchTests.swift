import SFU
import Testing

/// What is told of workers that have too much to do, by whoever looks now and then.
@Suite struct LoadWatchTests {
  @Test func eachStepIsToldOnceAndTheEndOnce() {
    var watch = LoadWatch(workerCount: 2)
    let steps: [LoadShedding.Step] = [
      .nothing, .newcomers, .newcomers, .extras, .newcomers, .extras, .nothing, .nothing,
    ]

    let told = steps.map { watch.look([.nothing, $0]) }

    #expect(
      told == [
        [], [.overloaded(worker: 1, leavingOut: .newcomers)], [], [.overloaded(worker: 1, leavingOut: .extras)], [], [],
        [.relieved(worker: 1)], [],
      ])
  }

  @Test func eachWorkerIsLookedAtForItself() {
    var watch = LoadWatch(workerCount: 2)

    let told = watch.look([.others, .newcomers])

    #expect(told == [.overloaded(worker: 0, leavingOut: .others), .overloaded(worker: 1, leavingOut: .newcomers)])
  }
}
