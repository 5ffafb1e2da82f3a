package import RTP

/// What a sent packet was for.
package enum SentPacketKind: UInt8, Sendable {
  case media
  /// A retransmission.
  case repair
  /// Bytes that only a probe wants.
  case padding
}

/// Remembers when each packet was sent and how large it was, until the receiver says how it fared.
///
/// A ring by transport-wide number, as large as what is on its way needs; what is overwritten has been heard of, or waited for in
/// vain. Whatever numbers a receiver names, it reaches only packets that were sent, and each counts as received at most once.
package struct SentPacketHistory: ~Copyable {
  package enum Fate: UInt8 { case absent, outstanding, lost, received }

  /// One packet, in 16 bytes: a subscriber has hundreds of them.
  package struct Entry {
    package var sentAt: Instant
    /// The low bits of the unwrapped number, which tell the turns of the ring apart.
    fileprivate var number: UInt32
    fileprivate var size: UInt16
    package var cluster: ProbeCluster.ID
    package fileprivate(set) var fate: Fate

    package var byteCount: Int { Int(size) }
  }

  /// What a report changed about a packet.
  package enum Change {
    /// The first time it is heard of.
    case news(Entry)
    /// It was said to be lost, and only was late.
    case correction(Entry)
    /// Never sent, forgotten, or known already.
    case nothing
  }

  /// Two seconds of ten megabits per second, more than a round trip and a feedback interval on any path that carries them.
  package static let capacity = 1 << 11
  /// A round trip and a feedback interval of two megabits per second.
  private static let initialCapacity = 1 << 6
  /// After this time a packet of which no report has spoken is not waited for any longer than the ring has room.
  private static let patience = Duration.seconds(2)
  /// So long one that was said to be lost may come late.
  private static let lateness = Duration.seconds(1)

  private var ring = FlatRing(
    count: SentPacketHistory.initialCapacity, limit: SentPacketHistory.capacity,
    absent: Entry(sentAt: .zero, number: 0, size: 0, cluster: .none, fate: .absent))
  private var unwrapper = Unwrapper.sequenceNumber
  /// When the oldest packet was sent that no report has followed; nil if none is waiting.
  package private(set) var waitingSince: Instant?

  package init() {}

  /// The newest number that was sent.
  package var newest: Int64? { unwrapper.highest }

  package mutating func record(_ number: SequenceNumber, byteCount: Int, cluster: ProbeCluster.ID, at now: Instant) {
    let number = unwrapper.unwrapped(UInt32(number.rawValue))
    while ring.canGrow, isAwaited(ring[Int(number)], at: now) {
      ring.grow { $0.fate == .absent ? nil : Int($0.number) }
    }
    unwrapper.advance(to: number)
    ring[Int(number)] = Entry(
      sentAt: now, number: UInt32(truncatingIfNeeded: number), size: UInt16(clamping: byteCount), cluster: cluster,
      fate: .outstanding)
    if waitingSince == nil { waitingSince = now }
  }

  /// Whether a report may still say something new of a packet.
  private func isAwaited(_ entry: Entry, at now: Instant) -> Bool {
    switch entry.fate {
    case .absent, .received: false
    case .outstanding: now.nanoseconds(since: entry.sentAt) < Self.patience.nanoseconds
    case .lost: now.nanoseconds(since: entry.sentAt) < Self.lateness.nanoseconds
    }
  }

  /// Takes note that the receiver was heard of.
  package mutating func noteReport() { waitingSince = nil }

  /// Those of `count` numbers from `first` on that can still be in the ring: the bound of work for a report.
  package func known(_ count: Int, from first: SequenceNumber) -> Range<Int64> {
    guard let newest else { return 0..<0 }
    let first = unwrapper.unwrapped(UInt32(first.rawValue))
    let oldest = newest - Int64(ring.count) + 1
    let lower = max(first, oldest)
    return lower..<max(lower, min(first + Int64(count), newest + 1))
  }

  /// Takes note that a packet arrived.
  package mutating func receive(_ number: Int64) -> Change {
    change(number, to: .received)
  }

  /// Takes note that a packet had not arrived when it was reported.
  package mutating func lose(_ number: Int64) -> Change {
    change(number, to: .lost)
  }

  private mutating func change(_ number: Int64, to fate: Fate) -> Change {
    let entry = ring[Int(number)]
    guard entry.number == UInt32(truncatingIfNeeded: number) else { return .nothing }
    switch (entry.fate, fate) {
    case (.outstanding, _):
      ring[Int(number)].fate = fate
      return .news(entry)
    case (.lost, .received):
      ring[Int(number)].fate = fate
      return .correction(entry)
    case (.absent, _), (.received, _), (.lost, _):
      return .nothing
    }
  }
}
