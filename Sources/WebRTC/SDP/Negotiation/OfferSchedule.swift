package import RTP

/// When a subscriber is sent a new offer: one at a time, and changes that come close together in one.
package struct OfferSchedule: Equatable, Sendable {
  /// Long enough to join what a page of tiles or ten people arriving cause, too short to notice.
  static let coalescingTime = Duration.milliseconds(100)
  /// A browser that has not answered by now has lost the offer with its socket; it is asked again.
  static let answerTimeout = Duration.seconds(10)

  private enum State: Equatable {
    case settled
    case coalescing(until: Instant)
    case awaitingAnswer(until: Instant)
    /// As above, and something has changed since the offer.
    case awaitingAnswerOutdated(until: Instant)
  }

  private var state = State.settled

  package init() {}

  /// When `advance` wants to be called next.
  package var nextDeadline: Instant {
    switch state {
    case .settled: return .distantFuture
    case .coalescing(let deadline), .awaitingAnswer(let deadline), .awaitingAnswerOutdated(let deadline):
      return deadline
    }
  }

  /// Something has changed that the subscriber must be offered.
  package mutating func change(at now: Instant) {
    switch state {
    case .settled: state = .coalescing(until: now + Self.coalescingTime)
    case .awaitingAnswer(let deadline): state = .awaitingAnswerOutdated(until: deadline)
    case .coalescing, .awaitingAnswerOutdated: break
    }
  }

  /// What has changed shall be offered without waiting for more: all of it is known.
  package mutating func hasten(at now: Instant) {
    guard case .coalescing = state else { return }
    state = .coalescing(until: now)
  }

  /// Whether an offer is under way that an answer can belong to.
  package var awaitsAnswer: Bool {
    switch state {
    case .settled, .coalescing: return false
    case .awaitingAnswer, .awaitingAnswerOutdated: return true
    }
  }

  /// Whether an offer must be made and sent now; it then counts as sent.
  package mutating func advance(to now: Instant) -> Bool {
    guard nextDeadline <= now else { return false }
    state = .awaitingAnswer(until: now + Self.answerTimeout)
    return true
  }

  /// The answer has come; false if none was waited for.
  package mutating func answered(at now: Instant) -> Bool {
    switch state {
    case .settled, .coalescing: return false
    case .awaitingAnswer: state = .settled
    case .awaitingAnswerOutdated: state = .coalescing(until: now + Self.coalescingTime)
    }
    return true
  }
}
