import Glibc
import Synchronization

/// A point in time as the protocol tells it: milliseconds since 1970-01-01 UTC.
package struct Timestamp: Hashable, Comparable, Sendable {
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  package static func + (time: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(milliseconds: time.milliseconds &+ duration.milliseconds)
  }

  package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
    .milliseconds(later.milliseconds - earlier.milliseconds)
  }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  package var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}

/// Where signalling has the time from; tests pass a virtual one.
package struct SignalingClock: Sendable {
  /// The time now; never goes back while the process lives.
  package let now: @Sendable () -> Timestamp
  /// Waits that long; throws when the task is cancelled.
  package let sleep: @Sendable (Duration) async throws -> Void

  package init(now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void) {
    self.now = now
    self.sleep = sleep
  }

  /// The wall clock as it was at the start, carried on by the monotonic clock: setting the computer's time moves no deadline.
  package static let system: SignalingClock = {
    let offset = read(CLOCK_REALTIME) - read(CLOCK_MONOTONIC)
    return SignalingClock(
      now: { Timestamp(milliseconds: offset + read(CLOCK_MONOTONIC)) },
      sleep: { duration in try await Task.sleep(for: duration) })
  }()

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
