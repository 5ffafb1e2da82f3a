import RTP

/// Counts the pictures of a stream without wraps, though encoders change the width of their counter on the way.
///
/// After a change of width the count goes on from where it was. A packet that comes late from before the change is read with the
/// old width.
package struct PictureNumbers: Sendable {
  private static let longBitCount = 15
  private static let shortBitCount = 7

  private struct Counter {
    var unwrapper: Unwrapper
    /// What is added to the counter's own numbers.
    var offset: Int64
    let bitCount: Int
    /// The first packet read with it.
    let start: Int64
  }

  private var present: Counter?
  private var previous: Counter?
  private var newestPacket = Int64.min

  package init() {}

  /// The number of the picture to which packet `sequence` belongs.
  package mutating func unwrap(_ value: UInt16, isLong: Bool, sequence: Int64) -> Int64 {
    let bitCount = isLong ? Self.longBitCount : Self.shortBitCount
    defer { newestPacket = max(newestPacket, sequence) }
    guard let counter = present else { return begin(value, bitCount, at: sequence, with: Int64(value)) }
    guard counter.bitCount == bitCount else { return change(value, to: bitCount, at: sequence, from: counter) }
    if sequence < counter.start, let previous, previous.bitCount == bitCount {
      return previous.unwrapper.unwrapped(UInt32(value)) + previous.offset
    }
    let highest = counter.unwrapper.highest ?? 0
    var number = counter.unwrapper.unwrapped(UInt32(value))
    // A later packet is of no earlier picture: so many were lost that the short counter was taken for turned back.
    if sequence > newestPacket, number < highest { number += 1 << Int64(bitCount) }
    present?.unwrapper.advance(to: number)
    return number + counter.offset
  }

  private mutating func change(_ value: UInt16, to bitCount: Int, at sequence: Int64, from counter: Counter) -> Int64 {
    if sequence < newestPacket, let previous, previous.bitCount == bitCount {
      return previous.unwrapper.unwrapped(UInt32(value)) + previous.offset
    }
    previous = counter
    return begin(value, bitCount, at: sequence, with: (counter.unwrapper.highest ?? 0) + counter.offset + 1)
  }

  private mutating func begin(_ value: UInt16, _ bitCount: Int, at sequence: Int64, with number: Int64) -> Int64 {
    var unwrapper = Unwrapper(bitCount: bitCount)
    let first = unwrapper.unwrap(UInt32(value))
    present = Counter(unwrapper: unwrapper, offset: number - first, bitCount: bitCount, start: sequence)
    return number
  }
}
