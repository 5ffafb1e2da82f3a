import Signaling
import Synchronization

/// A clock that stands still until a test moves it.
final class TestClock: Sendable {
  private let time: Mutex<Int64>

  init(at milliseconds: Int64 = 1_781_000_000_000) {
    time = Mutex(milliseconds)
  }

  var now: Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }

  func move(by duration: Duration) {
    time.withLock { $0 += duration.milliseconds }
  }

  var signalingClock: SignalingClock {
    SignalingClock(now: { self.now }, sleep: { try await Task.sleep(for: $0) })
  }
}
