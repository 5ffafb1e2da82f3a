/// The last events sent to one participant, to be sent again after a lost connection; bounded in number and bytes.
package struct EventLog: Sendable {
  private var events: [EncodedEvent] = []
  /// How many at the front of `events` are forgotten already; they are removed in batches.
  private var forgotten = 0
  private var byteCount = 0
  /// The number of the last event; counts from 1.
  package private(set) var lastSeq: Int64 = 0

  package init() {}

  /// Keeps an event and gives its number.
  package mutating func append(_ event: EncodedEvent, limits: SignalingLimits) -> Int64 {
    lastSeq += 1
    events.append(event)
    byteCount += event.byteCount
    while events.count - forgotten > limits.eventLogCount || byteCount > limits.eventLogBytes, forgotten < events.count
    {
      byteCount -= events[forgotten].byteCount
      forgotten += 1
    }
    if forgotten > limits.eventLogCount / 2 { compact() }
    return lastSeq
  }

  /// The events after this one with their numbers; nil if the log does not reach back so far or has not come so far.
  package func events(after seq: Int64) -> [(seq: Int64, event: EncodedEvent)]? {
    let kept = events[forgotten...]
    guard seq <= lastSeq, seq >= lastSeq - Int64(kept.count) else { return nil }
    let missed = kept.suffix(Int(lastSeq - seq))
    return zip(seq + 1...max(lastSeq, seq + 1), missed).map { ($0, $1) }
  }

  /// Forgets the events but not how many there were: a snapshot includes them.
  package mutating func clear() {
    events = []
    forgotten = 0
    byteCount = 0
  }

  private mutating func compact() {
    events.removeFirst(forgotten)
    forgotten = 0
  }
}
