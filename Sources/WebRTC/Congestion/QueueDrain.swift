package import RTP

/// Knows how long packets wait before the bottleneck, and empties a queue that has become long.
///
/// The trend of delays tells that a queue grows, not how long it is. After a sudden fall of the capacity, a rate just below the
/// new one would leave everything late for many seconds; so for a moment much less is sent. And a queue that is full grows no
/// further: that it stands is noticed here alone.
package struct QueueDrain {
  private enum State {
    case watching(longSince: Instant?)
    case draining(rate: Double, longest: Duration, end: Instant)
  }

  /// A longer wait hurts a conversation more than a coarser picture for a second does.
  package static let longQueue = Duration.milliseconds(200)
  /// The frames of a moment make as much.
  private static let emptyQueue = Duration.milliseconds(100)
  /// The share of what gets through that is sent meanwhile: each second empties half a second of queue.
  package static let share = 0.5
  package static let longestDrain = Duration.milliseconds(1500)
  /// A queue that has been long for this time does not empty by itself.
  package static let patience = Duration.seconds(1)
  /// The shortest delay of so long, up to twice that, is the path's own.
  private static let memory = Duration.seconds(15)

  private var state = State.watching(longSince: nil)
  private var floors: (previous: Duration, current: Duration, end: Instant)?
  /// How long packets wait.
  package private(set) var queueing = Duration.zero

  package init() {}

  /// The rate to stay below while the queue is emptied.
  package var ceiling: Double? {
    guard case .draining(let rate, _, _) = state else { return nil }
    return rate
  }

  /// Whether the queue has been long for a while, and nothing is done about it.
  package func isStanding(at now: Instant) -> Bool {
    guard case .watching(let since?) = state else { return false }
    return now - since >= Self.patience
  }

  /// Forgets everything: delays from now on cannot be compared with those before.
  package mutating func reset() { self = QueueDrain() }

  /// Takes the shortest delay of a report's packets, on clocks that need not agree.
  package mutating func note(_ delay: Duration, at now: Instant) {
    learnFloor(delay, at: now)
    queueing = delay - floor(besides: delay)
    switch state {
    case .watching(let since):
      state = .watching(longSince: queueing > Self.longQueue ? since ?? now : nil)
    case .draining(_, let longest, let end):
      guard queueing <= Self.emptyQueue || now >= end else { return }
      // What sending less did not shorten was no queue: the path itself has become longer.
      if queueing > longest * 4 / 5 { floors = (delay, delay, now + Self.memory) }
      state = .watching(longSince: nil)
    }
  }

  /// Takes note that the rate had to be lowered, while packets arrived at this one: empties the queue if it is long.
  package mutating func begin(acknowledged: Double, at now: Instant) {
    guard queueing > Self.longQueue else { return }
    var longest = queueing
    if case .draining(_, let before, _) = state { longest = max(longest, before) }
    let time = min((queueing - Self.emptyQueue) * 2, Self.longestDrain)
    state = .draining(rate: acknowledged * Self.share, longest: longest, end: now + time)
  }

  private func floor(besides delay: Duration) -> Duration {
    floors.map { min($0.previous, $0.current) } ?? delay
  }

  private mutating func learnFloor(_ delay: Duration, at now: Instant) {
    guard let known = floors else {
      floors = (delay, delay, now + Self.memory)
      return
    }
    floors =
      now < known.end
      ? (known.previous, min(known.current, delay), known.end) : (known.current, delay, now + Self.memory)
  }
}
