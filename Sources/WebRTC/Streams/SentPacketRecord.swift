import RTP

/// A packet in the ring of a `RetransmissionHistory`: all of it in 32 bytes, since every subscriber has hundreds of them.
struct SentPacketRecord {
  private static let markerFlag: UInt8 = 0x80
  /// In place of a count of answers: nothing was written here.
  private static let unused: UInt8 = 0x7f

  private var origin: UInt64
  /// The low bits of the unwrapped number; a publisher sends as many packets in weeks.
  private var source: UInt32
  private var timestamp: UInt32
  /// When it was sent, or answered last, in microseconds; they wrap after 71 minutes, long after it was overwritten.
  private var changedAt: UInt32
  private var rewriting: PacketRewriting
  private(set) var sequence: SequenceNumber
  private var answersAndMarker: UInt8

  /// A place that nothing was written to.
  init() {
    (origin, source, timestamp, changedAt) = (0, 0, 0, 0)
    (rewriting, sequence, answersAndMarker) = (PacketRewriting(), SequenceNumber(rawValue: 0), Self.unused)
  }

  init(_ packet: OutgoingPacket, at now: Instant) {
    (origin, source, timestamp) = (packet.origin, UInt32(truncatingIfNeeded: packet.source), packet.timestamp)
    (rewriting, sequence) = (packet.rewriting, packet.sequence)
    changedAt = Self.microseconds(now)
    answersAndMarker = packet.marker ? Self.markerFlag : 0
  }

  var isUsed: Bool { answerCount != Self.unused }

  /// How often it was sent again.
  var answerCount: UInt8 { answersAndMarker & ~Self.markerFlag }

  /// How long it is since it was sent, or answered last.
  func microseconds(until now: Instant) -> UInt32 { Self.microseconds(now) &- changedAt }

  mutating func noteAnswer(at now: Instant) {
    answersAndMarker += 1
    changedAt = Self.microseconds(now)
  }

  /// What was recorded, its number in the publisher's cache being the one nearest to another of that numbering.
  func entry(near other: Int64) -> RetransmissionHistory.Entry {
    let distance = Int32(bitPattern: source &- UInt32(truncatingIfNeeded: other))
    return RetransmissionHistory.Entry(
      source: other + Int64(distance), origin: origin, rewriting: rewriting, timestamp: timestamp, sequence: sequence,
      marker: answersAndMarker & Self.markerFlag != 0)
  }

  private static func microseconds(_ now: Instant) -> UInt32 {
    UInt32(truncatingIfNeeded: now.nanoseconds / 1000)
  }
}
