import RTP

/// Which of the latest 1024 sequence numbers were sent, a bit each: what is missing among the others was never ours to lose.
struct SentNumbers {
  static let count = 1024

  /// The newest number that was sent; without meaning before the first.
  private(set) var newest = SequenceNumber(rawValue: 0)
  private var isEmpty = true
  private var words = InlineArray<16, UInt64>(repeating: 0)

  /// Enters a number; one that is older than all that are remembered is not entered.
  mutating func insert(_ number: SequenceNumber) {
    if isEmpty { (newest, isEmpty) = (number, false) }
    let distance = newest.distance(to: number)
    guard distance > -Self.count else { return }
    if distance > 0 { advance(to: number, by: distance) }
    words[Self.word(of: number)] |= Self.bit(of: number)
  }

  func contains(_ number: SequenceNumber) -> Bool {
    let age = number.distance(to: newest)
    return 0..<Self.count ~= age && words[Self.word(of: number)] & Self.bit(of: number) != 0
  }

  /// Forgets what the numbers up to `number` push out.
  private mutating func advance(to number: SequenceNumber, by distance: Int) {
    if distance >= Self.count {
      words = InlineArray(repeating: 0)
    } else {
      for step in 1...distance {
        let next = newest.advanced(by: step)
        words[Self.word(of: next)] &= ~Self.bit(of: next)
      }
    }
    newest = number
  }

  private static func word(of number: SequenceNumber) -> Int { Int(number.rawValue >> 6 & 15) }
  private static func bit(of number: SequenceNumber) -> UInt64 { 1 << UInt64(number.rawValue & 63) }
}
