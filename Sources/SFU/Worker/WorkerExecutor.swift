internal import CSockets
internal import RTP
internal import Synchronization

/// Runs the jobs of an actor on a worker's thread: the mailbox by which the control path reaches media state.
///
/// A worker gives its executor to an actor; whatever that actor does then happens between two turns of the packet loop, so
/// media state needs no lock. Jobs are table edits and the reading of a description; many at once share the turns with packets.
package final class WorkerExecutor: SerialExecutor {
  private static let lastIdentity = Atomic<UInt64>(0)

  private let jobs = Mutex<[UnownedJob]>([])
  private let bell: Poller.Bell
  private let identity: UInt64

  package init(ringing bell: Poller.Bell) {
    self.bell = bell
    identity = Self.lastIdentity.wrappingAdd(1, ordering: .relaxed).newValue
  }

  /// Makes the calling thread the one that runs the jobs.
  package func adoptCurrentThread() {
    csockets_thread_set(identity)
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let wasEmpty = jobs.withLock { jobs in
      defer { jobs.append(job) }
      return jobs.isEmpty
    }
    if wasEmpty { bell.ring() }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  package func isIsolatingCurrentContext() -> Bool? {
    csockets_thread_get() == identity
  }

  package func checkIsolated() {
    precondition(csockets_thread_get() == identity, "media state belongs to its worker's thread")
  }

  /// Runs what has been enqueued, in order, until `limit` has passed; to be called from the adopted thread once a loop turn.
  ///
  /// What is not run by then stays in `batch` for the next turn, which the bell makes come at once.
  package func drain(into batch: inout [UnownedJob], within limit: Duration) {
    jobs.withLock { jobs in
      if batch.isEmpty { swap(&jobs, &batch) }
      batch.append(contentsOf: jobs)
      jobs.removeAll(keepingCapacity: true)
    }
    let end = SystemClock.now + limit
    var count = 0
    while count < batch.count {
      batch[count].runSynchronously(on: asUnownedSerialExecutor())
      count += 1
      if SystemClock.now >= end { break }
    }
    batch.removeFirst(count)
    if !batch.isEmpty { bell.ring() }
  }
}
