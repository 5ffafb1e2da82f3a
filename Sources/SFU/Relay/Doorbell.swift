internal import Synchronization

/// Wakes a worker for what was put into its rings, once however many put something there, and only if it may be asleep.
package final class Doorbell: Sendable {
  package let bell: Poller.Bell
  private let mayBeAsleep = Atomic<Bool>(false)

  package init(_ bell: Poller.Bell) {
    self.bell = bell
  }

  /// The worker is about to sleep; it looks into its rings once more after that.
  package func lieDown() {
    mayBeAsleep.store(true, ordering: .sequentiallyConsistent)
  }

  /// The worker is awake and will look into its rings.
  package func getUp() {
    mayBeAsleep.store(false, ordering: .relaxed)
  }

  /// Wakes the worker after something was published for it; false if it is awake anyway or somebody else wakes it.
  package func ring() -> Bool {
    guard mayBeAsleep.load(ordering: .sequentiallyConsistent),
      mayBeAsleep.exchange(false, ordering: .sequentiallyConsistent)
    else { return false }
    bell.ring()
    return true
  }
}
