package import RTP
package import WebRTC

/// Maps the numbers of whichever stream is forwarded at present to one numbering for the subscriber: packets, time, pictures.
///
/// Within one source packets keep their distances, so that what was lost before us shows as lost and what was reordered can be
/// put in order; what is left out on purpose is closed up. At a switch all numbers go on where they were, and time by as much as
/// has passed between the two pictures.
package struct NumberMapping: ~Copyable {
  private let inPlace = InPlace()
  package struct Numbers: Equatable {
    package var sequence: SequenceNumber
    package var timestamp: UInt32
    package var rewriting: PacketRewriting

    package init(
      sequence: SequenceNumber, timestamp: UInt32, rewriting: PacketRewriting = PacketRewriting()
    ) {
      (self.sequence, self.timestamp, self.rewriting) = (sequence, timestamp, rewriting)
    }
  }

  /// The source's numbers of a packet.
  package struct Position {
    package var sequence: Int64
    package var timestamp: Int64
    package var marker: Bool
    package var layers: PacketLayers

    package init(sequence: Int64, timestamp: Int64, marker: Bool, layers: PacketLayers = PacketLayers()) {
      (self.sequence, self.timestamp, self.marker, self.layers) = (sequence, timestamp, marker, layers)
    }
  }

  private struct Newest {
    var sequence: Int64
    var timestamp: Int64
    var at: Instant
    var endsPicture: Bool
  }

  /// A picture of a new source may be so much older than the newest that was sent; it is moved behind that then.
  private static let overlapLimit = Duration.milliseconds(40)
  /// Clocks that differ by more from the time that has passed are not believed.
  private static let believableDifference = Duration.milliseconds(500)

  /// A source that leaps further has begun anew. Receivers take half the numbers for old ones, and a place's numbers outlive its
  /// source: what one publisher leaps must not silence whoever comes after it.
  private static let leapLimit: Int64 = 4096

  private let clockRate: Int64
  private let firstSequence: Int64
  private var sequences = ClosedNumbers()
  private var timestampOffset: Int64 = 0
  /// The offset that the clocks ask for, without what a picture was moved by, lest that add up over many switches.
  private var alignedOffset: Int64 = 0
  /// Which moment the timestamps that are sent stand for; nil while the source has not told.
  package private(set) var clock: StreamClock?
  /// The newest that was sent; nil before the first packet.
  private var newest: Newest?
  private var pictures = PictureMapping()

  /// A mapping whose first packet gets the number `first`.
  package init(first: SequenceNumber, clockRate: UInt32) {
    firstSequence = Int64(first.rawValue)
    self.clockRate = Int64(clockRate)
  }

  // MARK: Sources

  /// From here on packets come from another source, beginning with `packet`. `source` is its clock, if it has told.
  ///
  /// False, and nothing is changed, if the packet's picture is too old to come behind what was sent, unless that `isForced`.
  package mutating func switchSource(
    to packet: Position, by source: StreamClock? = nil, isForced: Bool = false, at now: Instant
  ) -> Bool {
    guard let newest else {
      sequences.begin(at: packet.sequence, as: firstSequence)
      (timestampOffset, alignedOffset) = (0, 0)
      begin(with: packet, source)
      return true
    }
    let aligned = alignedTimestamp(of: packet.timestamp, source, newest, at: now)
    let overlap = newest.timestamp + 1 - aligned
    guard isForced || overlap <= ticks(Self.overlapLimit) else { return false }
    alignedOffset = aligned - packet.timestamp
    timestampOffset = alignedOffset + max(0, overlap)
    // A hole before the new picture, where the one before was cut, keeps a decoder from gluing them together.
    sequences.begin(at: packet.sequence, as: newest.sequence + (newest.endsPicture ? 1 : 2))
    begin(with: packet, source)
    return true
  }

  /// The present source goes on after a while in which its packets were not sent: numbers go on by one, time keeps its distance.
  ///
  /// False, and nothing is changed, for a packet from before that while.
  package mutating func goOn(with packet: Position) -> Bool {
    guard let newest, packet.timestamp + timestampOffset > newest.timestamp else { return false }
    sequences.begin(at: packet.sequence, as: newest.sequence + 1)
    return true
  }

  private mutating func begin(with packet: Position, _ source: StreamClock?) {
    pictures.begin(with: packet.layers)
    clock = nil
    follow(source)
  }

  /// What the clocks of both sources say the new one's timestamp is on the subscriber's timeline; where one is missing, or not
  /// to be believed, what has passed on ours.
  private func alignedTimestamp(
    of timestamp: Int64, _ source: StreamClock?, _ newest: Newest, at now: Instant
  ) -> Int64 {
    let elapsed = newest.timestamp + max(1, ticks(now - newest.at))
    guard let clock, let source else { return elapsed }
    let aligned = clock.timestamp(at: source.moment(of: timestamp)) - (timestampOffset - alignedOffset)
    let difference = (aligned &- elapsed).magnitude
    return difference <= UInt64(ticks(Self.believableDifference)) ? aligned : elapsed
  }

  private func ticks(_ duration: Duration) -> Int64 {
    duration.nanoseconds / 1000 * clockRate / 1_000_000
  }

  /// Takes over what the present source's clock shows now; returns what the subscriber is to be told, if that is news.
  @discardableResult
  package mutating func follow(_ source: StreamClock?) -> StreamClock? {
    guard let source, clock?.moment != source.moment else { return nil }
    clock = source.shifted(by: timestampOffset)
    return clock
  }

  // MARK: Packets

  /// Whether a packet has a place, or may get one: it was not left out before and did not come before the switch.
  package func isAhead(_ packet: Position) -> Bool {
    sequences.mapped(packet.sequence) != nil
  }

  /// The subscriber's numbers of a packet of the present source; nil if it was left out or came before the switch.
  package mutating func map(_ packet: Position, endsPicture: Bool, at now: Instant) -> Numbers? {
    guard let present = sequences.mapped(packet.sequence), let rewriting = pictures.map(packet.layers) else {
      return nil
    }
    if let newest, present - newest.sequence > Self.leapLimit {
      sequences.begin(at: packet.sequence, as: newest.sequence + 2)
    }
    guard let sequence = sequences.map(packet.sequence) else { return nil }
    let timestamp = packet.timestamp + timestampOffset
    note(Newest(sequence: sequence, timestamp: timestamp, at: now, endsPicture: endsPicture))
    return Numbers(
      sequence: SequenceNumber(wrapping: sequence), timestamp: UInt32(truncatingIfNeeded: timestamp),
      rewriting: rewriting)
  }

  private mutating func note(_ packet: Newest) {
    guard let newest, newest.sequence > packet.sequence else {
      newest = packet
      return
    }
  }

  /// Leaves a packet out. Returns the numbers of an empty packet, if one is needed to fill the place that was kept for it.
  ///
  /// `joins` says that it belongs to the frame that was left out last.
  package mutating func leaveOut(_ packet: Position, joins: Bool) -> Numbers? {
    pictures.leaveOut(packet.layers)
    guard case .open(let sequence) = sequences.leaveOut(packet.sequence, joins: joins) else { return nil }
    var rewriting = PacketRewriting()
    rewriting.payload = .padding
    let timestamp = packet.timestamp + timestampOffset
    return Numbers(
      sequence: SequenceNumber(wrapping: sequence), timestamp: UInt32(truncatingIfNeeded: timestamp),
      rewriting: rewriting)
  }

  /// Leaves out a number under which nothing but padding came.
  package mutating func leaveOutPadding(_ sequence: Int64) -> Numbers? {
    guard let newest else { return nil }
    let padding = Position(sequence: sequence, timestamp: newest.timestamp - timestampOffset, marker: false)
    return leaveOut(padding, joins: false)
  }
}
