internal import Synchronization
package import RTP

/// What a worker shows of itself to other threads, who may read it at any time: written by the worker as it turns, never waited for.
package final class WorkerPulse: Sendable {
  /// A turn takes milliseconds, so a worker that has not turned for so long hangs.
  package static let patience = Duration.seconds(2)

  /// When the worker turns next at the latest: the time of the turn that it is in, or when it wants to be woken.
  private let due = Atomic<Int64>(Int64.max)
  private let streams = Atomic<Int>(0)
  private let busy = Atomic<Int64>(0)
  private let share = Atomic<Int>(0)
  private let step = Atomic<Int>(0)
  private let isFullNow = Atomic<Bool>(false)

  package init() {}

  /// The worker sleeps until then at the latest.
  func rest(until deadline: Instant) {
    due.store(deadline.nanoseconds, ordering: .relaxed)
  }

  /// The worker is awake.
  func turn(at now: Instant) {
    due.store(now.nanoseconds, ordering: .relaxed)
  }

  /// What is on it now, whether it has no place for another room, and the processor time that its thread has used.
  func show(streams: Int, isFull: Bool, processorTime: Duration) {
    isFullNow.store(isFull, ordering: .relaxed)
    self.streams.store(streams, ordering: .relaxed)
    busy.store(processorTime.nanoseconds, ordering: .relaxed)
  }

  /// How much of its time it is awake, in thousandths, and what it leaves out.
  func show(_ share: Int, _ step: LoadShedding.Step) {
    self.share.store(share, ordering: .relaxed)
    self.step.store(step.rawValue, ordering: .relaxed)
  }

  /// For how long the worker has not turned although it had to; zero if it does.
  package func delay(at now: Instant) -> Duration {
    let due = Instant(nanoseconds: due.load(ordering: .relaxed))
    return due < now ? now - due : .zero
  }

  /// Streams that it takes in and sends, as of the last second: about what it has to do.
  package var streamCount: Int { streams.load(ordering: .relaxed) }
  /// Whether it has no place for another room, as of the last second.
  package var isFull: Bool { isFullNow.load(ordering: .relaxed) }
  /// The processor time that its thread has used, as of the last second.
  package var processorTime: Duration { .nanoseconds(busy.load(ordering: .relaxed)) }
  /// The part of the last two seconds or so that it was awake, in thousandths.
  package var busyShare: Int { share.load(ordering: .relaxed) }
  /// What it leaves out at present because it has too much to do.
  package var leavingOut: LoadShedding.Step { LoadShedding.Step(rawValue: step.load(ordering: .relaxed)) ?? .nothing }
}
