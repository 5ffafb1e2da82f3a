package import RTP

/// Remembers what was sent on one outgoing stream, so that a request to resend finds its packet in the publisher's cache.
///
/// Only metadata is kept, never a packet: which source packet it was, and what had been changed in it. A retransmission
/// must carry the very bytes that the first sending had (RFC 4588 §4), so what was rewritten is remembered too. A ring,
/// indexed by sequence number, as large as a second of the stream needs; what is overwritten can no longer be asked for.
package struct RetransmissionHistory: ~Copyable {
  /// One packet that was sent.
  package struct Entry: Equatable, Sendable {
    /// The unwrapped sequence number of the packet in the publisher's cache.
    package var source: Int64
    /// In whose numbering `source` is.
    package var origin: UInt64
    /// What was changed inside.
    package var rewriting: PacketRewriting
    /// The RTP timestamp, sequence number and marker it was sent with.
    package var timestamp: UInt32
    package var sequence: SequenceNumber
    package var marker: Bool
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

  /// What is younger makes no way for what follows, for so long the publisher's cache has the packets.
  private static let memoryMicroseconds: UInt32 = 1_000_000
  /// More answers than this help nobody: the receiver has given up long before.
  private static let answerLimit: UInt8 = 10
  /// A second of sound.
  private static let initialCapacity = 64

  /// Until the receiver's reports tell the real one.
  package static let assumedRoundTripTime = Duration.milliseconds(100)

  private var ring: FlatRing<SentPacketRecord>
  private var numbers = SentNumbers()
  /// The source of the packet that was recorded last, near which the others are.
  private var latestSource: Int64 = 0

  /// A history of at most `capacity` packets, a power of two.
  package init(capacity: Int) {
    precondition(capacity <= 1 << 15, "sequence numbers tell no more packets than that apart")
    ring = FlatRing(count: min(Self.initialCapacity, capacity), limit: capacity, absent: SentPacketRecord())
  }

  /// Takes note of a packet that is sent at `now`.
  package mutating func record(_ packet: OutgoingPacket, at now: Instant) {
    if makeRoom(for: packet.sequence, at: now) {
      ring[Int(packet.sequence.rawValue)] = SentPacketRecord(packet, at: now)
    }
    numbers.insert(packet.sequence)
    latestSource = packet.source
  }

  /// Whether a packet with this sequence number was sent, among the latest thousand.
  package func contains(_ sequence: SequenceNumber) -> Bool { numbers.contains(sequence) }

  /// Decides on a request to resend the packet with this sequence number, and counts it when it is to be answered.
  package mutating func answer(_ sequence: SequenceNumber, at now: Instant, roundTripTime: Duration) -> Answer {
    let index = Int(sequence.rawValue)
    let record = ring[index]
    guard record.isUsed, record.sequence == sequence else { return .unknown }
    guard record.answerCount < Self.answerLimit else { return .tooOften }
    let elapsed = Duration.microseconds(Int64(record.microseconds(until: now)))
    guard record.answerCount == 0 || elapsed >= roundTripTime else { return .tooSoon }
    ring[index].noteAnswer(at: now)
    return .resend(record.entry(near: latestSource))
  }

  /// Whether the place of a packet is free for it, once the ring has grown if what is there may still be asked for.
  private mutating func makeRoom(for sequence: SequenceNumber, at now: Instant) -> Bool {
    while true {
      let present = ring[Int(sequence.rawValue)]
      guard present.isUsed, present.sequence != sequence, present.microseconds(until: now) < Self.memoryMicroseconds
      else { return true }
      guard ring.canGrow else { return sequence.isAfter(present.sequence) }
      ring.grow { $0.isUsed ? Int($0.sequence.rawValue) : nil }
    }
  }
}
