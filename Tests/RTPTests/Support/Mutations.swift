import RTP
import TestSupport
import Testing

/// Runs `check` with many damaged copies of `vectors`: a parser must neither crash nor take back what it has accepted.
///
/// `check` throws what the parser throws, which is fine, and records what must not be. The same seed damages alike.
func forEachMutation(
  of vectors: [[UInt8]], count: Int = 20_000, seed: UInt64 = 0x5eed,
  _ check: (borrowing [UInt8]) throws -> Void
) {
  var generator = SeededGenerator(seed: seed)
  for _ in 0..<count {
    var bytes = vectors[Int.random(in: 0..<vectors.count, using: &generator)]
    for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.mutate(using: &generator) }
    try? check(bytes)
  }
}

/// Calls `parse` with every beginning of `vector` shorter than itself and expects each to be refused.
func expectRefusalOfEveryTruncation(
  of vector: [UInt8], from shortest: Int = 0, sourceLocation: SourceLocation = #_sourceLocation,
  _ parse: ([UInt8]) throws -> Void
) {
  for count in shortest..<vector.count {
    #expect(throws: WireError.self, "\(count) of \(vector.hex)", sourceLocation: sourceLocation) {
      try parse(Array(vector.prefix(count)))
    }
  }
}

extension Array where Element == UInt8 {
  fileprivate mutating func mutate(using generator: inout SeededGenerator) {
    let place = isEmpty ? 0 : Int.random(in: 0..<count, using: &generator)
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: insert(.random(in: 0...255, using: &generator), at: place)
    case 1: removeLast(count - place)
    case 2 where !isEmpty: remove(at: place)
    case 3 where !isEmpty: self[place] = [0, 1, 0x7f, 0x80, 0xfe, 0xff].randomElement(using: &generator) ?? 0
    case 4 where !isEmpty: self[place] = .random(in: 0...255, using: &generator)
    case _ where !isEmpty: self[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    default: append(0)
    }
  }
}
