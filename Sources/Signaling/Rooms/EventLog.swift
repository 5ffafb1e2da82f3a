import NIOCore

/// The last events sent to one participant, to be sent again after a lost connection; bounded in number and bytes.
package struct EventLog: Sendable {
  private var events = CircularBuffer<EncodedEvent>()
  private var byteCount = 0
  /// The number of the last event; counts from 1.
  package private(set) var lastSeq: Int64 = 0

  package init() {}

  /// Keeps an event and gives its number.
  package mutating func append(_ event: EncodedEvent, limits: SignalingLimits) -> Int64 {
    lastSeq += 1
    events.append(event)
    byteCount += event.byteCount
    while events.count > limits.eventLogCount || byteCount > limits.eventLogBytes, let oldest = events.popFirst() {
      byteCount -= oldest.byteCount
    }
    return lastSeq
  }

  /// The events after this one with their numbers; nil if the log does not reach back so far or has not come so far.
  package func events(after seq: Int64) -> [(seq: Int64, event: EncodedEvent)]? {
    guard seq <= lastSeq, seq >= lastSeq - Int64(events.count) else { return nil }
    let missed = events.suffix(Int(lastSeq - seq))
    return zip(seq + 1...max(lastSeq, seq + 1), missed).map { ($0, $1) }
  }

  /// Forgets the events but not how many there were: a snapshot includes them.
  package mutating func clear() {
    events = CircularBuffer()
    byteCount = 0
  }
}
