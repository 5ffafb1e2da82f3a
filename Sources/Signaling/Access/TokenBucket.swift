/// A rate limit with a burst: a bucket of tokens that fills at a steady rate and from which every act takes one.
package struct TokenBucket: Sendable {
  private let rate: Rate
  private var tokens: Double
  private var filledAt: Timestamp

  /// A full bucket.
  package init(_ rate: Rate, at now: Timestamp) {
    precondition(rate.perSecond > 0 && rate.burst >= 1, "a rate lets something pass")
    self.rate = rate
    tokens = rate.burst
    filledAt = now
  }

  /// Takes a token, or `count` of them, which is at most a burst; nil when there were, else how long until there are.
  package mutating func take(_ count: Double = 1, at now: Timestamp) -> Duration? {
    precondition(count <= rate.burst, "more than a burst is never there")
    fill(to: now)
    guard tokens < count else {
      tokens -= count
      return nil
    }
    return .milliseconds(Int64(((count - tokens) / rate.perSecond * 1000).rounded(.up)))
  }

  /// How long until there is a token, without taking it; nil when there is one.
  package mutating func wait(at now: Timestamp) -> Duration? {
    var copy = self
    defer { fill(to: now) }
    return copy.take(at: now)
  }

  /// Whether the bucket is full again, so that forgetting it changes nothing.
  package mutating func isFull(at now: Timestamp) -> Bool {
    fill(to: now)
    return tokens >= rate.burst
  }

  /// How many tokens there are, in full.
  package mutating func count(at now: Timestamp) -> Int {
    fill(to: now)
    return Int(tokens)
  }

  private mutating func fill(to now: Timestamp) {
    guard now > filledAt else { return }
    let seconds = Double((now - filledAt).milliseconds) / 1000
    tokens = min(rate.burst, tokens + seconds * rate.perSecond)
    filledAt = now
  }
}
