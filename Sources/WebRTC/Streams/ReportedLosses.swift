import RTP

/// What a receiver's reports say about a stream, from one to the next (RFC 3550 §6.4.1). Trivial.
///
/// What a publisher failed to deliver is missing in what is forwarded too, and no loss of the way from here on: whoever uses this
/// takes those holes out.
package struct ReportedLosses {
  package struct Loss: Equatable {
    /// So many are missing of so many that were sent.
    package private(set) var lost: Int
    package private(set) var sent: Int

    package init(lost: Int, sent: Int) {
      (self.lost, self.sent) = (lost, sent)
    }

    /// Of what was sent.
    var share: Double { sent > 0 ? Double(lost) / Double(sent) : 0 }

    mutating func add(lost: Int, of sent: Int) {
      self.lost += lost
      self.sent += sent
    }
  }

  /// The numbers between two reports, unwrapped as the receiver does, and how many of them it misses.
  struct Numbers {
    let range: Range<UInt32>
    let missing: Int
  }

  /// A report over more packets than these comes after a pause, and what was sent is not remembered as long.
  static let longestSpan: UInt32 = 1024

  private var highest: UInt32?
  private var cumulative: Int32 = 0

  package init() {}

  /// Takes a report; nil if it is the first, repeats the last, or says what cannot be.
  mutating func receive(_ block: ReportBlock) -> Numbers? {
    let (before, lostBefore) = (highest, cumulative)
    (highest, cumulative) = (block.extendedHighestSequenceNumber, block.cumulativeLost)
    guard let before, block.extendedHighestSequenceNumber > before,
      block.extendedHighestSequenceNumber - before <= Self.longestSpan,
      block.extendedHighestSequenceNumber < .max
    else { return nil }
    return Numbers(
      range: (before + 1)..<(block.extendedHighestSequenceNumber + 1),
      missing: Int(block.cumulativeLost) - Int(lostBefore))
  }
}
