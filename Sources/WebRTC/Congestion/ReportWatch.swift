package import RTP

/// Finds out whether a receiver reports what arrives, as it agreed to: some stacks agree to everything.
package struct ReportWatch {
  private enum State {
    /// Nothing was sent yet.
    case idle
    case waiting(until: Instant)
    case heard
    case missing
  }

  /// Far beyond the interval of reports, and a round trip on any path.
  package static let patience = Duration.seconds(2)

  private var state = State.idle

  package init() {}

  /// Whether nothing was reported although there was time to.
  package var areMissing: Bool {
    if case .missing = state { true } else { false }
  }

  package var areHeard: Bool {
    if case .heard = state { true } else { false }
  }

  /// When `advance` has something to do.
  package var deadline: Instant {
    if case .waiting(let until) = state { until } else { .distantFuture }
  }

  package mutating func sent(at now: Instant) {
    if case .idle = state { state = .waiting(until: now + Self.patience) }
  }

  package mutating func heard() { state = .heard }

  package mutating func advance(to now: Instant) {
    if case .waiting(let until) = state, until <= now { state = .missing }
  }
}
