import FoundationEssentials
import Load
import RTP
import SFU

/// One load from the first join to the last leave.
package struct LoadRun: Sendable {
  package enum Failure: Error, CustomStringConvertible {
    case noThread
    case noConnection
    case nobodyPlays(String)
    case noProcess(Int32)

    package var description: String {
      switch self {
      case .noThread: "the system has no thread for the load"
      case .noConnection:
        "no media came within \(LoadRun.joinTimeout.components.seconds) s: is the server's media port reachable?"
      case .nobodyPlays(let reason): "nobody could join: \(reason)"
      case .noProcess(let pid): "there is no process \(pid)"
      }
    }
  }

  static let joinTimeout = Duration.seconds(15)
  static let pollInterval = Duration.milliseconds(10)
  /// What was sent within the window has arrived by then, or never will.
  private static let lateness = Duration.milliseconds(500)

  let plan: LoadPlan
  /// Told what is being done.
  let tell: @Sendable (String) -> Void

  package init(plan: LoadPlan, tell: @escaping @Sendable (String) -> Void) {
    (self.plan, self.tell) = (plan, tell)
  }

  package func run() async throws -> LoadReport {
    let worker = try LoadWorker()
    guard worker.start() else { throw Failure.noThread }
    defer { worker.end() }
    let watch = plan.pid.map { ProcessWatch(pid: $0) }
    if let watch, watch.processorSeconds == nil { throw Failure.noProcess(watch.pid) }
    return plan.isMeeting ? try await meet(worker, watch) : try await stream(worker, watch)
  }

  /// Measures once everything has settled; returns the figures of all and of each member.
  func measure(_ worker: LoadWorker, _ watch: ProcessWatch?) async throws -> (LoadReport, [LoadFigures]) {
    try await Task.sleep(for: .seconds(plan.settleSeconds))
    tell("measuring for \(plan.seconds) s")
    let before = watch?.processorSeconds
    await worker.beginMeasuring()
    try await Task.sleep(for: .seconds(plan.seconds))
    let processorSeconds = await worker.closeMeasuring()
    let after = watch?.processorSeconds
    try await Task.sleep(for: Self.lateness)
    var (whole, members) = await worker.endMeasuring()
    whole.processorSeconds = processorSeconds
    let spent = before.flatMap { before in after.map { $0 - before } }
    return (LoadReport(whole, serverSeconds: spent), members)
  }
}

extension LoadReport {
  /// What the server gained for each of so many.
  mutating func note(memory before: Int?, _ after: Int?, of count: Int) {
    guard let before, let after, count > 0 else { return }
    memoryPerSubscriberKiB = Double(after - before) / Double(count) / 1024
  }
}
