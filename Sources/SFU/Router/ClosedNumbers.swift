import WebRTC

/// The numbers of a source with some left out on purpose, closed up: what follows is moved down.
///
/// A number that was given out is never changed: only what is left out at the head moves what comes behind it. The latest runs of
/// left-out numbers are remembered, so that what comes late still finds its number; what is older than all of them is not mapped.
package struct ClosedNumbers: ~Copyable, Sendable {
  private let inPlace = InPlace()
  private struct Run {
    var first: Int64
    var last: Int64
  }

  /// Two seconds of a stream half of whose frames are left out.
  private static let capacity = 32

  /// What leaving out a number comes to.
  package enum Omission: Equatable, Sendable {
    /// Nothing stands for it any more.
    case closed
    /// A place was kept for it, for something behind it was given out before: the place with this number stays empty.
    case open(Int64)
    /// It was left out before, or is too old.
    case past
  }

  private var start = Int64.min
  /// Added to numbers behind the newest run.
  private var offset: Int64 = 0
  private var newest = Int64.min
  private var runs = InlineArray<32, Run>(repeating: Run(first: .min, last: .min))
  private var runCount = 0
  /// Numbers up to here were given out or left out so long ago that nobody knows how.
  private var forgotten = Int64.min

  package init() {}

  /// From here on numbers begin with `number`, which becomes `target`.
  package mutating func begin(at number: Int64, as target: Int64) {
    start = number
    offset = target - number
    newest = number - 1
    runCount = 0
    forgotten = .min
  }

  /// What `number` became, or becomes; nil for what was left out, or came before the beginning.
  package mutating func map(_ number: Int64) -> Int64? {
    let mapped = mapped(number)
    if mapped != nil { newest = max(newest, number) }
    return mapped
  }

  package func mapped(_ number: Int64) -> Int64? {
    guard number >= start, number > forgotten else { return nil }
    var moved = offset
    for index in 0..<runCount {
      let run = runs[(runCount - 1 - index)]
      guard number <= run.last else { return number + moved }
      guard number < run.first else { return nil }
      moved += run.last - run.first + 1
    }
    return number + moved
  }

  /// Leaves a number out. `joins` says that it belongs together with what was left out last, and all between them with it.
  package mutating func leaveOut(_ number: Int64, joins: Bool = false) -> Omission {
    guard number > newest else { return mapped(number).map { .open($0) } ?? .past }
    let isLastLeftOut = runCount > 0 && runs[runCount - 1].last == newest
    if isLastLeftOut, joins || newest == number - 1 {
      offset -= number - newest
      runs[runCount - 1].last = number
    } else {
      append(Run(first: number, last: number))
      offset -= 1
    }
    newest = number
    return .closed
  }

  private mutating func append(_ run: Run) {
    if runCount == Self.capacity {
      forgotten = runs[0].last
      for index in 1..<Self.capacity { runs[index - 1] = runs[index] }
      runCount -= 1
    }
    runs[runCount] = run
    runCount += 1
  }
}
