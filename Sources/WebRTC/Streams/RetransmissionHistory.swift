package import RTP

/// Remembers what was sent on one outgoing stream, so that a request to resend finds its packet in the publisher's cache.
///
/// Only metadata is kept, never a packet: which source packet it was, and what had been changed in it. A retransmission
/// must carry the very bytes that the first sending had (RFC 4588 §4), so what was rewritten is remembered too. A flat ring,
/// indexed by sequence number; what is overwritten can no longer be asked for.
package struct RetransmissionHistory: ~Copyable {
  /// One packet that was sent.
  package struct Entry: Equatable, Sendable {
    /// The unwrapped sequence number of the packet in the publisher's cache.
    package var source: Int64
    /// In whose numbering `source` is.
    package var origin: UInt64
    fileprivate var answeredAt: Instant
    /// What was changed inside.
    package var rewriting: PacketRewriting
    /// The RTP timestamp, sequence number and marker it was sent with.
    package var timestamp: UInt32
    package var sequence: SequenceNumber
    package var marker: Bool
    /// How often it was sent again; `max` in a place of the ring that nothing was written to.
    fileprivate var answers: UInt8

    package init(_ packet: OutgoingPacket) {
      (source, sequence, timestamp, marker) = (packet.source, packet.sequence, packet.timestamp, packet.marker)
      (origin, rewriting) = (packet.origin, packet.rewriting)
      (answers, answeredAt) = (0, .zero)
    }

    fileprivate init() {
      (source, sequence, timestamp, marker) = (0, SequenceNumber(rawValue: 0), 0, false)
      (origin, rewriting) = (0, PacketRewriting())
      (answers, answeredAt) = (.max, .zero)
    }

    fileprivate var isUsed: Bool { answers != .max }
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
    ring = FlatRing(count: capacity, absent: Entry())
  }

  /// Takes note of a packet that was sent.
  package mutating func record(_ entry: Entry) {
    ring[Int(entry.sequence.rawValue)] = entry
  }

  /// Whether a packet with this sequence number was sent and not overwritten since.
  package func contains(_ sequence: SequenceNumber) -> Bool {
    let entry = ring[Int(sequence.rawValue)]
    return entry.isUsed && entry.sequence == sequence
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
