package import RTP

/// When a subscriber is sent a new offer: one at a time, and changes that come close together in one.
///
/// An offer is made once. Signalling delivers it, if need be after the subscriber's socket was lost; a second one beside it
/// could not be told from it by its answer.
package struct OfferSchedule: Equatable, Sendable {
  /// Long enough to join what a page of tiles or ten people arriving cause, too short to notice.
  static let coalescingTime = Duration.milliseconds(100)
  /// Offers that follow one another as fast as they are answered: people come, and their pictures are asked for.
  static let quickOffers = 8
  /// From then on: less often than anybody is allowed to answer, so that no crowd makes the subscriber exceed its rate.
  static let interval = Duration.milliseconds(500)
  /// Who was offered nothing for so long is offered the next ones quickly again.
  static let calm = Duration.seconds(2)

  private enum State: Equatable {
    case settled
    case coalescing(until: Instant)
    case awaitingAnswer
    /// As above, and something has changed since the offer.
    case awaitingAnswerOutdated
  }

  private var state = State.settled
  private var lastOfferAt: Instant?
  /// How many offers were made without a calm between them.
  private var succession = 0

  package init() {}

  /// When `advance` wants to be called next.
  package var nextDeadline: Instant {
    switch state {
    case .settled, .awaitingAnswer, .awaitingAnswerOutdated: return .distantFuture
    case .coalescing(let deadline): return deadline
    }
  }

  /// Something has changed that the subscriber must be offered.
  package mutating func change(at now: Instant) {
    switch state {
    case .settled: coalesce(from: now)
    case .awaitingAnswer: state = .awaitingAnswerOutdated
    case .coalescing, .awaitingAnswerOutdated: break
    }
  }

  /// What has changed shall be offered without waiting for more: all of it is known.
  package mutating func hasten(at now: Instant) {
    guard case .coalescing = state else { return }
    state = .coalescing(until: afterLast(now))
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
    let isInSuccession = lastOfferAt.map { now < $0 + Self.calm } ?? false
    succession = isInSuccession ? succession + 1 : 1
    lastOfferAt = now
    state = .awaitingAnswer
    return true
  }

  /// The answer has come; false if none was waited for.
  package mutating func answered(at now: Instant) -> Bool {
    switch state {
    case .settled, .coalescing: return false
    case .awaitingAnswer: state = .settled
    case .awaitingAnswerOutdated: coalesce(from: now)
    }
    return true
  }

  private mutating func coalesce(from now: Instant) {
    state = .coalescing(until: afterLast(now + Self.coalescingTime))
  }

  /// When an offer may be made that is wanted by then.
  private func afterLast(_ wanted: Instant) -> Instant {
    guard let lastOfferAt, succession >= Self.quickOffers else { return wanted }
    return max(wanted, lastOfferAt + Self.interval)
  }
}
