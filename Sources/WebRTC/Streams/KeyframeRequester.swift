package import RTP

/// Decides when a publisher is asked for a keyframe, so that many wishes become few requests (RFC 4585 §6.3.1).
///
/// The first wish is asked at once; further wishes join the request that is under way; a request that brought no keyframe is
/// repeated. However many subscribers come in a second, the publisher gets three requests at the most.
package struct KeyframeRequester: Sendable {
  private enum State {
    case idle
    /// Asked `tries` times, last at `askedAt`, and no keyframe yet.
    case waiting(askedAt: Instant, tries: Int)
    /// A keyframe came; the next request not before `until`.
    case resting(until: Instant, isWanted: Bool)
  }

  /// The least time between two requests: a keyframe is dear, and the one on its way serves all.
  package static let interval = Duration.milliseconds(500)
  /// When a request is taken for lost: a request or a keyframe packet may be.
  private static let patience = Duration.milliseconds(1000)
  /// After this many unanswered requests the wish has to be made anew: the publisher sends nothing.
  private static let tryLimit = 10

  private var state = State.idle

  package init() {}

  /// When `advance` has something to do.
  package var nextDeadline: Instant? {
    switch state {
    case .idle: nil
    case .waiting(let askedAt, _): askedAt + Self.patience
    case .resting(let until, _): until
    }
  }

  /// Whether one more wish costs the publisher nothing, because a keyframe was asked for that has not come.
  var isWanted: Bool {
    switch state {
    case .idle: false
    case .waiting: true
    case .resting(_, let isWanted): isWanted
    }
  }

  /// Somebody needs a keyframe; true when the publisher is to be asked now.
  package mutating func request(at now: Instant) -> Bool {
    switch state {
    case .idle:
      state = .waiting(askedAt: now, tries: 1)
      return true
    case .waiting:
      return false
    case .resting(let until, _):
      state = .resting(until: until, isWanted: true)
      return advance(to: now)
    }
  }

  /// A keyframe has begun to arrive: what was wished for until now is fulfilled.
  package mutating func receiveKeyframe(at now: Instant) {
    switch state {
    case .idle, .resting(_, isWanted: false):
      return
    case .waiting(let askedAt, _):
      state = .resting(until: askedAt + Self.interval, isWanted: false)
    case .resting(let until, isWanted: true):
      state = .resting(until: until, isWanted: false)
    }
  }

  /// Moves time on; true when the publisher is to be asked now.
  package mutating func advance(to now: Instant) -> Bool {
    guard let deadline = nextDeadline, deadline <= now else { return false }
    switch state {
    case .idle:
      return false
    case .waiting(_, let tries):
      guard tries < Self.tryLimit else {
        state = .idle
        return false
      }
      state = .waiting(askedAt: now, tries: tries + 1)
      return true
    case .resting(_, let isWanted):
      state = isWanted ? .waiting(askedAt: now, tries: 1) : .idle
      return isWanted
    }
  }
}
