/// How streams of a peer have come, since they began.
package struct ReceptionTotal {
  package private(set) var expectedCount = 0
  /// Lost on the way, whether it was repaired or not.
  package private(set) var missedCount = 0

  package init() {}

  fileprivate mutating func add(_ statistics: borrowing ReceptionStatistics) {
    expectedCount += Int(statistics.expectedCount)
    missedCount += Int(max(0, statistics.lostCount))
    missedCount += Int(statistics.recoveredCount)
  }
}

extension MediaTransport {
  /// How all streams together have come.
  package var receptionTotal: ReceptionTotal {
    var total = ReceptionTotal()
    for stream in incoming.indices { total.add(incoming[stream].statistics) }
    return total
  }

  /// How one of them has come.
  package func reception(of stream: Int) -> ReceptionTotal {
    var total = ReceptionTotal()
    total.add(incoming[stream].statistics)
    return total
  }
}
