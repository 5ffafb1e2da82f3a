package import RTP

/// Maps the numbers of whichever stream is forwarded at present to one sequence and one timeline for the subscriber.
///
/// Within one source the numbers keep their distances, so that what was lost before us shows as lost and what was reordered
/// can be put in order. At a switch the sequence goes on without a gap and time goes on by as much as has passed.
package struct NumberMapping {
  package struct Numbers: Equatable {
    package var sequence: SequenceNumber
    package var timestamp: UInt32

    package init(sequence: SequenceNumber, timestamp: UInt32) {
      (self.sequence, self.timestamp) = (sequence, timestamp)
    }
  }

  private let clockRate: Int64
  private let firstSequence: Int64
  /// The source's number at which it was switched to: what came before is not forwarded.
  private var start = Int64.min
  private var sequenceOffset: Int64 = 0
  private var timestampOffset: Int64 = 0
  /// The newest that was sent; nil before the first packet.
  private var newest: (sequence: Int64, timestamp: Int64, at: Instant)?

  /// A mapping whose first packet gets the number `first`.
  package init(first: SequenceNumber, clockRate: UInt32) {
    firstSequence = Int64(first.rawValue)
    self.clockRate = Int64(clockRate)
  }

  /// From here on packets come from another source, beginning with the one of these numbers.
  package mutating func switchSource(to sequence: Int64, timestamp: Int64, at now: Instant) {
    start = sequence
    guard let newest else {
      sequenceOffset = firstSequence - sequence
      timestampOffset = 0
      return
    }
    sequenceOffset = newest.sequence + 1 - sequence
    let elapsed = now.nanoseconds(since: newest.at) / 1000 * clockRate / 1_000_000
    timestampOffset = newest.timestamp + max(1, elapsed) - timestamp
  }

  /// The subscriber's numbers of a packet of the present source; nil if it came before the switch.
  package mutating func map(_ sequence: Int64, timestamp: Int64, at now: Instant) -> Numbers? {
    guard sequence >= start else { return nil }
    let mapped = (sequence: sequence + sequenceOffset, timestamp: timestamp + timestampOffset)
    if newest.map({ mapped.sequence > $0.sequence }) ?? true { newest = (mapped.sequence, mapped.timestamp, now) }
    return Numbers(
      sequence: SequenceNumber(wrapping: mapped.sequence), timestamp: UInt32(truncatingIfNeeded: mapped.timestamp))
  }
}
