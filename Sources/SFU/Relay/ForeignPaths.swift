package import RTP
package import STUN

/// Which worker a path's peer lives on, as far as that is another one: bounded, and forgotten when it is not confirmed again.
///
/// A worker claims a path with every valid check that comes by it (RFC 7675: every few seconds), and now and then for authentic media,
/// as some stacks check once only; so what was not claimed for a whole period is nobody's any more. Two tables in turn do that without a time of each entry: at the end of a period the older is emptied.
package struct ForeignPaths: ~Copyable {
  /// Each peer of another worker has a path or two at a time.
  package static let limit = 1 << 15

  private let period: Duration
  private let limit: Int
  private var recent: [FiveTuple: Int32] = [:]
  private var older: [FiveTuple: Int32] = [:]
  private var nextPeriod: Instant

  package init(forgettingAfter period: Duration, limit: Int = limit, at now: Instant) {
    (self.period, self.limit) = (period, limit)
    nextPeriod = now + period
  }

  package var count: Int { recent.count + older.keys.count { recent[$0] == nil } }

  /// Whom the path belongs to; nil if nobody has claimed it lately.
  package func worker(of path: FiveTuple) -> Int? {
    (recent[path] ?? older[path]).map { Int($0) }
  }

  /// A worker's peer has proven to be at the other end of the path.
  package mutating func claim(_ path: FiveTuple, for worker: Int) {
    guard recent.count < limit || recent[path] != nil else { return }
    recent[path] = Int32(worker)
  }

  /// The path belongs to none of the worker's peers any longer, unless it has been another's meanwhile.
  package mutating func release(_ path: FiveTuple, of worker: Int) {
    if recent[path] == Int32(worker) { recent[path] = nil }
    if older[path] == Int32(worker) { older[path] = nil }
  }

  /// To be called now and then: forgets what was not claimed for a period.
  package mutating func forgetUnclaimed(at now: Instant) {
    guard nextPeriod <= now else { return }
    nextPeriod = now + period
    swap(&recent, &older)
    recent.removeAll(keepingCapacity: true)
  }
}
