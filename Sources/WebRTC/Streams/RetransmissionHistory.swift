package import RTP

/// Remembers what was sent on one outgoing stream, so that a request to resend finds its packet in the publisher's cache.
///
/// Only metadata is kept, never a packet: which source packet it was, and what had been written into it. A retransmission
/// must carry the very bytes that the first sending had (RFC 4588 §4), so what was rewritten is remembered too. A flat ring,
/// indexed by sequence number; what is overwritten can no longer be asked for.
package struct RetransmissionHistory: ~Copyable {
  /// One packet that was sent.
  package struct Entry: Equatable, Sendable {
    /// The unwrapped sequence number of the packet in the publisher's cache.
    package var source: Int64
    /// The sequence number it was sent with.
    package var sequence: SequenceNumber
    /// What was rewritten inside the payload, in a form that only the rewriter reads.
    package var rewriting: UInt64
    /// The RTP timestamp it was sent with.
    package var timestamp: UInt32
    fileprivate var answers: UInt8
    fileprivate var isUsed: Bool
    fileprivate var answeredAt: Instant

    package init(source: Int64, sequence: SequenceNumber, timestamp: UInt32, rewriting: UInt64) {
      (self.source, self.sequence, self.timestamp, self.rewriting) = (source, sequence, timestamp, rewriting)
      (answers, isUsed, answeredAt) = (0, true, .zero)
    }
  }

  /// What a request to resend comes to.
  package enum Answer: Sendable {
    case resend(Entry)
    /// Asked for again within a round trip: the answer is on its way.
    case tooSoon
    /// Answered so often that the path does not carry it.
    case tooOften
    /// Never sent, or too long ago.
    case unknown
  }

  /// More answers than this help nobody: the receiver has given up long before.
  private static let answerLimit: UInt8 = 10

  /// Until the receiver's reports tell the real one.
  package static let assumedRoundTripTime = Duration.milliseconds(100)

  private var ring: FlatRing<Entry>

  /// A history of `capacity` packets, a power of two: the packets of about two seconds.
  package init(capacity: Int) {
    precondition(capacity <= 1 << 15, "sequence numbers tell no more packets than that apart")
    var empty = Entry(source: 0, sequence: SequenceNumber(rawValue: 0), timestamp: 0, rewriting: 0)
    empty.isUsed = false
    ring = FlatRing(count: capacity, absent: empty)
  }

  /// Takes note of a packet that was sent.
  package mutating func record(_ entry: Entry) {
    ring[Int(entry.sequence.rawValue)] = entry
  }

  /// Decides on a request to resend the packet with this sequence number, and counts it when it is to be answered.
  package mutating func answer(_ sequence: SequenceNumber, at now: Instant, roundTripTime: Duration) -> Answer {
    let index = Int(sequence.rawValue)
    let entry = ring[index]
    guard entry.isUsed, entry.sequence == sequence else { return .unknown }
    guard entry.answers < Self.answerLimit else { return .tooOften }
    guard entry.answers == 0 || now - entry.answeredAt >= roundTripTime else { return .tooSoon }
    ring[index].answers += 1
    ring[index].answeredAt = now
    return .resend(entry)
  }
}
