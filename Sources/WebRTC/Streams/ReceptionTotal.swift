/// How all streams of a peer together have come, since they began.
package struct ReceptionTotal {
  package fileprivate(set) var expectedCount = 0
  /// Lost on the way, whether it was repaired or not.
  package fileprivate(set) var missedCount = 0

  package init() {}
}

extension MediaTransport {
  package var receptionTotal: ReceptionTotal {
    var total = ReceptionTotal()
    for stream in incoming.indices {
      total.expectedCount += Int(incoming[stream].statistics.expectedCount)
      total.missedCount += Int(max(0, incoming[stream].statistics.lostCount))
      total.missedCount += Int(incoming[stream].statistics.recoveredCount)
    }
    return total
  }
}
