internal import Synchronization
import WebRTC

/// The media half of the server: takes browsers' media on one port and sends it to whom it is for.
///
/// Commands and events name rooms and participants by opaque texts; which worker has a room is nobody else's business.
package final class MediaServer: Sendable {
  /// Events that may wait for their reader. A participant causes a handful in its life, so more means that nobody reads.
  private static let eventLimit = 1 << 16

  /// What is amiss with a worker.
  package enum Incident: Equatable, Sendable {
    /// It has not turned for so long, although there was something to do.
    case stalled(worker: Int, for: Duration)
    /// It turns again.
    case recovered(worker: Int, after: Duration)
    /// It has more to do than it can, and leaves this out from now on; told once for each step that is worse than the one before.
    case overloaded(worker: Int, leavingOut: LoadShedding.Step)
    /// It leaves nothing out any more.
    case relieved(worker: Int)
  }

  /// What has happened, in order; to be iterated once. Ends with `run`.
  package let events: AsyncStream<Event>
  private let continuation: AsyncStream<Event>.Continuation
  private let pool: WorkerPool
  private let watch: Mutex<StallWatch>
  private let loads: Mutex<LoadWatch>
  private let report: @Sendable (Incident) -> Void

  /// Binds the port and begins to answer on it. Throws if the port is taken, or the address is not ours.
  ///
  /// `report` is told of workers that hang, for as long as the server runs.
  package init(
    _ configuration: SFUConfiguration, report: @escaping @Sendable (Incident) -> Void = { _ in }
  ) throws(MediaServerError) {
    (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.eventLimit))
    pool = try WorkerPool(configuration) { [continuation] event in
      if case .dropped = continuation.yield(event) { false } else { true }
    }
    watch = Mutex(StallWatch(workerCount: pool.workerCount))
    loads = Mutex(LoadWatch(workerCount: pool.workerCount))
    self.report = report
  }

  /// The port of UDP and TCP.
  package var port: UInt16 { pool.port }
  /// What the peer connections of all workers have in common.
  var peer: PeerConfiguration { pool.peer }

  /// Carries a command out; what comes of it is told by `events`. Commands of one caller are carried out in order.
  package func perform(_ command: Command, in room: String) async {
    await pool.perform(command, in: room)
  }

  /// Serves until it is cancelled; then takes leave of all peers and closes the port.
  package func run() async {
    while !Task.isCancelled {
      lookForIncidents()
      try? await Task.sleep(for: StallWatch.interval)  // which ends at once when cancelled
    }
    await pool.close()
    continuation.finish()
  }

  private func lookForIncidents() {
    let delays = pool.delays
    for incident in watch.withLock({ $0.look(at: SystemClock.now, delays) }) { report(incident) }
    let steps = pool.leavingOut
    for incident in loads.withLock({ $0.look(steps) }) { report(incident) }
  }

  /// Whether nobody more can be served in a room at present, be it open or not: its worker has all it can do. May be asked from any
  /// thread.
  package func isFull(for room: String) -> Bool { pool.leavingOut(in: room) > .nothing }

  /// What the worker leaves out that has most to do. May be asked from any thread.
  package var leavingOut: LoadShedding.Step { pool.leavingOut.max() ?? .nothing }

  /// Whether one of the workers hangs. May be asked from any thread.
  package var isStalled: Bool { pool.delays.contains { $0 >= WorkerPulse.patience } }

  package func statistics() async -> Statistics {
    var statistics = await pool.statistics()
    statistics.stalls = watch.withLock { $0.stallCount }
    return statistics
  }
}
