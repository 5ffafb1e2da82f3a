package import RTP

/// Notices workers that hang, and that they go on: from how late each is, looked at now and then. Pure.
package struct StallWatch: Sendable {
  /// How often it is to be looked.
  package static let interval = Duration.milliseconds(500)
  /// Who looks so much later than that was asleep together with everybody else: a machine that was suspended, a stopped process.
  private static let lateness = Duration.seconds(1)

  private var stalledSince: [Instant?]
  private var lookedAt: Instant?
  /// How often one was found to hang.
  package private(set) var stallCount: UInt64 = 0

  package init(workerCount: Int) {
    stalledSince = Array(repeating: nil, count: workerCount)
  }

  /// What has changed, by how much later each worker is than it wanted to be.
  package mutating func look(at now: Instant, _ delays: [Duration]) -> [MediaServer.Incident] {
    defer { lookedAt = now }
    if let lookedAt, lookedAt + Self.interval + Self.lateness < now { return [] }
    return delays.indices.compactMap { look(at: $0, now, delays[$0]) }
  }

  private mutating func look(at worker: Int, _ now: Instant, _ delay: Duration) -> MediaServer.Incident? {
    switch (stalledSince[worker], delay >= WorkerPulse.patience) {
    case (nil, true):
      stalledSince[worker] = now - delay
      stallCount += 1
      return .stalled(worker: worker, for: delay)
    case (let since?, false):
      stalledSince[worker] = nil
      return .recovered(worker: worker, after: now - since)
    case (nil, false), (_?, true): return nil
    }
  }
}
