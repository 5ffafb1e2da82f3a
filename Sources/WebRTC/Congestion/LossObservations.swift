package import RTP

/// What was sent and lost in the last seconds, a quarter of a second at a time.
package struct LossObservations: ~Copyable {
  private let inPlace = InPlace()
  package struct Observation {
    package var byteCount = 0.0
    package var lostByteCount = 0.0
    /// At which rate it was sent, in bits per second.
    package var rate = 0.0
    /// How much it counts, less the older it is.
    package var weight = 0.0
  }

  private struct Partial {
    var firstSentAt: Instant
    var lastSentAt: Instant
    var byteCount = 0
    var lostByteCount = 0
  }

  package static let capacity = 15
  /// A shorter one holds too few packets.
  package static let span = Duration.milliseconds(250)
  /// Fewer tell nothing of how loss follows the rate.
  package static let leastCount = 3
  private static let presentCount = 3
  /// How much less each older one counts.
  private static let fading = 0.9

  private var ring = InlineArray<15, Observation>(repeating: Observation())
  private var partial: Partial?
  /// How many there have been.
  package private(set) var total = 0

  package init() {}

  package var count: Int { min(total, Self.capacity) }
  package var isSufficient: Bool { count >= Self.leastCount }

  /// The one of this age, 0 being the newest.
  package subscript(age: Int) -> Observation { ring[(total - 1 - age) % Self.capacity] }

  /// The share of bytes lost, the latest counting most; 0 before there is any.
  package var loss: Double {
    var (sent, lost) = (0.0, 0.0)
    for age in 0..<count {
      let observation = self[age]
      sent += observation.weight * observation.byteCount
      lost += observation.weight * observation.lostByteCount
    }
    return sent > 0 ? lost / sent : 0
  }

  /// The loss that is still going on: what was lost when the link was overrun may be over.
  package var presentLoss: Double {
    var (sent, lost) = (0.0, 0.0)
    for age in 0..<min(count, Self.presentCount) {
      sent += self[age].byteCount
      lost += self[age].lostByteCount
    }
    return sent > 0 ? min(lost / sent, loss) : 0
  }

  package mutating func add(sentAt: Instant, byteCount: Int, isLost: Bool) {
    var partial = self.partial ?? Partial(firstSentAt: sentAt, lastSentAt: sentAt)
    partial.firstSentAt = min(partial.firstSentAt, sentAt)
    partial.lastSentAt = max(partial.lastSentAt, sentAt)
    partial.byteCount += byteCount
    if isLost { partial.lostByteCount += byteCount }
    self.partial = partial
  }

  /// Takes back a loss: the packet was only late.
  package mutating func recover(byteCount: Int) {
    if let partial, partial.lostByteCount >= byteCount {
      self.partial?.lostByteCount -= byteCount
    } else if total > 0 {
      let newest = (total - 1) % Self.capacity
      ring[newest].lostByteCount = max(0, ring[newest].lostByteCount - Double(byteCount))
    }
  }

  /// Ends an observation that is long enough; whether there is a new one.
  package mutating func finish() -> Bool {
    guard let partial, partial.lastSentAt - partial.firstSentAt >= Self.span else { return false }
    let seconds = partial.lastSentAt.seconds(since: partial.firstSentAt)
    for index in ring.indices { ring[index].weight *= Self.fading }
    ring[total % Self.capacity] = Observation(
      byteCount: Double(partial.byteCount), lostByteCount: Double(partial.lostByteCount),
      rate: Double(partial.byteCount) * 8 / seconds, weight: 1)
    total += 1
    self.partial = nil
    return true
  }
}
