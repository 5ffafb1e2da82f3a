import RTP
import SFU
import Testing

/// How busy a worker is, told from the times of its turns.
@Suite struct LoadMeterTests {
  /// A worker in virtual time that turns again and again.
  private struct Turning {
    var now = Instant.zero + .seconds(100)
    var meter = LoadMeter(at: .zero + .seconds(100))
    private(set) var readings: [LoadReading] = []

    mutating func turn(asleep: Duration, awake: Duration, delay: Duration = .zero, times count: Int = 1) {
      for _ in 0..<count {
        let reading = meter.turn(from: now, to: now + asleep, delay: delay)
        if let reading { readings.append(reading) }
        now += asleep + awake
      }
    }
  }

  @Test func tellsWhatPartOfTheTimeItWasAwake() throws {
    var worker = Turning()

    worker.turn(asleep: .milliseconds(4), awake: .milliseconds(6), times: 1000)

    let last = try #require(worker.readings.last)
    #expect((590...610).contains(last.recentShare) && (590...610).contains(last.share), "\(last)")
    #expect((36...40).contains(worker.readings.count), "four a second")
  }

  @Test func theLongerMeasureFollowsAfterTwoSeconds() throws {
    var worker = Turning()
    worker.turn(asleep: .milliseconds(10), awake: .zero, times: 300)

    worker.turn(asleep: .zero, awake: .milliseconds(10), times: 100)
    let between = try #require(worker.readings.last)
    worker.turn(asleep: .zero, awake: .milliseconds(10), times: 150)
    let after = try #require(worker.readings.last)

    #expect(between.recentShare == 1000 && (300...600).contains(between.share), "\(between)")
    #expect(after.recentShare == 1000 && after.share == 1000, "\(after)")
  }

  @Test func aNewOneHasHadNothingToDoBefore() throws {
    var worker = Turning()

    worker.turn(asleep: .zero, awake: .milliseconds(10), times: 30)

    let first = try #require(worker.readings.first)
    #expect(first.recentShare == 1000 && first.share <= 200, "\(first)")
  }

  @Test func aBurstIsNoQueue() throws {
    var worker = Turning()
    worker.turn(asleep: .zero, awake: .milliseconds(10), delay: .milliseconds(200), times: 20)

    worker.turn(asleep: .zero, awake: .milliseconds(10), delay: .milliseconds(2))
    worker.turn(asleep: .zero, awake: .milliseconds(10), delay: .milliseconds(200), times: 6)

    #expect(worker.readings.map(\.standingDelay) == [.milliseconds(2)])
  }

  @Test func aThreadThatWasKeptFromItsCoreIsNoQueue() {
    var worker = Turning()

    worker.turn(asleep: .zero, awake: .seconds(1), delay: .seconds(1), times: LoadMeter.leastTurnCount - 1)
    worker.turn(asleep: .milliseconds(1), awake: .zero, times: 2)

    #expect(worker.readings.map(\.standingDelay) == [.zero])
  }
}
