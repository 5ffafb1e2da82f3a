import RTP
import SFU
import Testing

/// Workers that hang, as seen by whoever looks now and then.
@Suite struct StallWatchTests {
  private static let start = Instant.zero + .seconds(100)

  /// What is found at each look, half a second apart, by how late each worker is.
  private func look(_ delays: [[Duration]], _ watch: inout StallWatch) -> [[MediaServer.Incident]] {
    delays.enumerated().map { watch.look(at: Self.start + StallWatch.interval * $0.offset, $0.element) }
  }

  @Test func oneThatHangsIsReportedOnceAndOnceWhenItGoesOn() {
    var watch = StallWatch(workerCount: 2)

    let found = look(
      [
        [.zero, .zero], [.zero, .milliseconds(1999)], [.zero, .milliseconds(2400)], [.zero, .milliseconds(2900)],
        [.zero, .milliseconds(3400)], [.zero, .milliseconds(1)], [.zero, .zero],
      ], &watch)

    #expect(
      found == [
        [], [], [.stalled(worker: 1, for: .milliseconds(2400))], [], [],
        [.recovered(worker: 1, after: .milliseconds(3900))], [],
      ])
    #expect(watch.stallCount == 1)
  }

  @Test func eachIsJudgedForItself() {
    var watch = StallWatch(workerCount: 2)

    let found = look([[.seconds(2), .seconds(1)], [.zero, .seconds(3)], [.seconds(2), .seconds(4)]], &watch)

    #expect(found.map(\.count) == [1, 2, 1])
    #expect(watch.stallCount == 3)
  }

  @Test func whenTheWholeMachineSleptNobodyHangs() {
    var watch = StallWatch(workerCount: 1)
    _ = watch.look(at: Self.start, [.zero])

    let awake = watch.look(at: Self.start + .seconds(3600), [.seconds(3600)])
    let turning = watch.look(at: Self.start + .milliseconds(3_600_500), [.zero])

    #expect(awake.isEmpty && turning.isEmpty && watch.stallCount == 0)
  }
}
