/// Which of the last 1024 packet indices were seen (RFC 3711 §3.3.2).
///
/// A trivial value without a pointer: bit `index % 1024` belongs to `index` for the 1024 indices up to the highest. At 2000
/// packets a second it covers half a second of reordering, more than any retransmission scheme leaves to chance.
package struct ReplayWindow: BitwiseCopyable {
  package static let indexCount: UInt64 = 1024

  /// The highest index that was recorded.
  package private(set) var highest: UInt64
  private var words: InlineArray<16, UInt64>  // 1024 bits

  /// A window that has seen `index` and nothing else.
  package init(first index: UInt64) {
    highest = index
    words = InlineArray(repeating: 0)
    mark(index)
  }

  /// Throws `replayed` for an index that was recorded and `tooOld` for one that has left the window.
  package func check(_ index: UInt64) throws(SRTPError) {
    guard index <= highest else { return }
    guard highest - index < Self.indexCount else { throw .tooOld }
    guard words[Self.word(of: index)] & Self.bit(of: index) == 0 else { throw .replayed }
  }

  /// Remembers `index`, which `check` has let pass.
  package mutating func record(_ index: UInt64) {
    if index > highest { slide(to: index) }
    mark(index)
  }

  /// Forgets what the indices after `highest` up to `index` push out, by whole words where possible.
  private mutating func slide(to index: UInt64) {
    defer { highest = index }
    guard index - highest < Self.indexCount else {
      words = InlineArray(repeating: 0)
      return
    }
    var next = highest + 1
    while next <= index {
      if next & 63 == 0, index - next >= 63 {
        words[Self.word(of: next)] = 0
        next += 64
      } else {
        words[Self.word(of: next)] &= ~Self.bit(of: next)
        next += 1
      }
    }
  }

  private mutating func mark(_ index: UInt64) {
    words[Self.word(of: index)] |= Self.bit(of: index)
  }

  private static func word(of index: UInt64) -> Int { Int((index >> 6) & 15) }
  private static func bit(of index: UInt64) -> UInt64 { 1 << (index & 63) }
}
