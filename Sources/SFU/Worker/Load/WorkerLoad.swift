import RTP

/// How much a worker has to do, as it finds from turn to turn, and what it leaves out for that. Trivial.
struct WorkerLoad {
  private var meter: LoadMeter
  private(set) var shedding = LoadShedding()
  /// How often each step was entered from one before it.
  private(set) var entered = InlineArray<5, UInt64>(repeating: 0)
  /// When the worker lay down, and got up again.
  private var rest: (from: Instant, to: Instant)
  /// When there is something to do at the latest.
  private(set) var deadline: Instant
  /// Since when something waits.
  private var waitsSince: Instant

  init(at now: Instant) {
    meter = LoadMeter(at: now)
    (rest, deadline, waitsSince) = ((now, now), now, now)
  }

  /// Whether nobody more is let in.
  var isFull: Bool { shedding.step >= .newcomers }

  /// The worker sleeps until then, if nothing comes before.
  mutating func lieDown(at now: Instant, until deadline: Instant) {
    (rest.from, self.deadline, waitsSince) = (now, deadline, deadline)
  }

  mutating func getUp(at now: Instant) {
    rest.to = now
  }

  /// Something is there that came then.
  mutating func find(waitingSince time: Instant) {
    waitsSince = min(waitsSince, time)
  }

  /// Takes the turn into account that is over; what was measured, now and then.
  mutating func endTurn() -> LoadReading? {
    meter.turn(from: rest.from, to: rest.to, delay: max(rest.to - waitsSince, .zero))
  }

  /// Takes a reading; true if something else is left out from now on.
  mutating func follow(_ reading: LoadReading) -> Bool {
    let before = shedding.step
    guard shedding.follow(reading) else { return false }
    if shedding.step > before { entered[shedding.step.rawValue] += 1 }
    return true
  }
}
