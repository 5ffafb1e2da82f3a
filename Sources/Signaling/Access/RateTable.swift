/// One rate limit for many keys (addresses, rooms): a bucket each, in bounded memory.
///
/// A key whose bucket is full again is forgotten. When too many keys are in use at once, unknown ones are told to wait: the
/// table never grows beyond its bound, and those it knows are not let off.
package struct RateTable<Key: Hashable & Sendable>: Sendable {
  /// What an unknown key is told while the table is full.
  private static var fullTableWait: Duration { .seconds(5) }

  private let rate: Rate
  private let capacity: Int
  private var buckets: [Key: TokenBucket] = [:]
  /// A sweep looks at every bucket, so it comes at most once in a while.
  private var sweptAt: Timestamp?
  private static var sweepInterval: Duration { .seconds(1) }

  package init(_ rate: Rate, capacity: Int = 10_000) {
    self.rate = rate
    self.capacity = capacity
  }

  /// How many keys are remembered.
  package var count: Int { buckets.count }

  /// Takes a token of `key`; nil when there was one, else how long to wait.
  package mutating func take(_ key: Key, at now: Timestamp) -> Duration? {
    guard makeRoom(for: key, at: now) else { return Self.fullTableWait }
    return buckets[key, default: TokenBucket(rate, at: now)].take(at: now)
  }

  /// How long `key` has to wait, without taking a token; nil when it need not.
  package mutating func wait(_ key: Key, at now: Timestamp) -> Duration? {
    guard buckets[key] == nil else { return buckets[key]?.wait(at: now) }
    return makeRoom(for: key, at: now) ? nil : Self.fullTableWait
  }

  /// How many tokens `key` has, in full.
  package mutating func tokens(_ key: Key, at now: Timestamp) -> Int {
    buckets[key]?.count(at: now) ?? Int(rate.burst)
  }

  private mutating func makeRoom(for key: Key, at now: Timestamp) -> Bool {
    guard buckets.count >= capacity, buckets[key] == nil else { return true }
    if let sweptAt, now - sweptAt < Self.sweepInterval { return false }
    sweptAt = now
    buckets = buckets.filter { _, bucket in
      var bucket = bucket
      return !bucket.isFull(at: now)
    }
    return buckets.count < capacity
  }
}
