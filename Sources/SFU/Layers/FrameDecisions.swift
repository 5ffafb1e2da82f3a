import WebRTC

/// What became of the latest frames of a stream on their way to one subscriber, two bits each.
package struct FrameDecisions: ~Copyable, Sendable {
  private let inPlace = InPlace()
  package enum Decision: UInt64, Sendable {
    /// It has not come yet, and nothing that was sent needs it.
    case unknown
    case leftOut
    case forwarded
    /// It has not come yet, and something that was sent needs it.
    case awaited
  }

  /// More than a second of three spatial layers at 60 frames, and any distance that a descriptor's chains can name.
  package static let capacity: Int64 = 256
  private static let framesPerWord: Int64 = 32

  private var words = InlineArray<8, UInt64>(repeating: 0)
  /// Frames before this one count as left out.
  private var floor = Int64.min
  private var newest = Int64.min
  package private(set) var awaitedCount = 0

  package init() {}

  /// The number behind the newest frame that was decided on.
  package var next: Int64 { newest == .min ? .min : newest + 1 }

  /// Forgets everything: frames before `number` count as left out, the others have not come.
  package mutating func begin(at number: Int64) {
    words = InlineArray(repeating: 0)
    (floor, newest, awaitedCount) = (number, number - 1, 0)
  }

  package subscript(number: Int64) -> Decision {
    guard number >= floor, newest != .min else { return .leftOut }
    guard number > newest - Self.capacity else { return .leftOut }
    guard number <= newest else { return .unknown }
    let (word, shift) = Self.place(number)
    return Decision(rawValue: words[word] >> shift & 3) ?? .unknown
  }

  /// Enters a decision about a frame; what is older than the table reaches is not entered.
  package mutating func set(_ number: Int64, _ decision: Decision) {
    guard newest != .min, number >= floor, number > newest - Self.capacity else { return }
    if number > newest { advance(to: number) }
    if self[number] == .awaited { awaitedCount -= 1 }
    if decision == .awaited { awaitedCount += 1 }
    let (word, shift) = Self.place(number)
    words[word] = words[word] & ~(3 << shift) | decision.rawValue << shift
  }

  private mutating func advance(to number: Int64) {
    guard number - newest < Self.capacity else {
      words = InlineArray(repeating: 0)
      awaitedCount = 0
      newest = number
      return
    }
    while newest < number {
      newest += 1
      let (word, shift) = Self.place(newest)
      if words[word] >> shift & 3 == Decision.awaited.rawValue { awaitedCount -= 1 }
      words[word] &= ~(3 << shift)
    }
  }

  private static func place(_ number: Int64) -> (word: Int, shift: UInt64) {
    let index = number & (capacity - 1)
    return (Int(index / framesPerWord), UInt64(index % framesPerWord) * 2)
  }
}
