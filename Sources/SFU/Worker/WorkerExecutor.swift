internal import CSockets
internal import Synchronization

/// Runs the jobs of an actor on a worker's thread: the mailbox by which the control path reaches media state.
///
/// A worker gives its executor to an actor; whatever that actor does then happens between two turns of the packet loop, so
/// media state needs no lock. Jobs are table edits; anything long belongs elsewhere, for it would delay packets.
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

  /// Runs what has been enqueued until now; to be called from the adopted thread once a loop turn.
  package func drain(into batch: inout [UnownedJob]) {
    jobs.withLock { swap(&$0, &batch) }
    for job in batch {
      job.runSynchronously(on: asUnownedSerialExecutor())
    }
    batch.removeAll(keepingCapacity: true)
  }
}
