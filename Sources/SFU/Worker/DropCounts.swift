/// How many datagrams and packets went no further, by reason. Counting is one addition.
package struct DropCounts {
  private static let capacity = 32

  private var counts = InlineArray<32, UInt64>(repeating: 0)

  package init() {
    precondition(MediaServer.DropReason.allCases.count <= Self.capacity, "every reason has its place")
  }

  @inline(__always) mutating func count(_ reason: MediaServer.DropReason, times: UInt64 = 1) {
    counts[Int(reason.rawValue)] += times
  }

  /// The reasons that occurred.
  package var byReason: [MediaServer.DropReason: UInt64] {
    var result: [MediaServer.DropReason: UInt64] = [:]
    for reason in MediaServer.DropReason.allCases where counts[Int(reason.rawValue)] > 0 {
      result[reason] = counts[Int(reason.rawValue)]
    }
    return result
  }
}
