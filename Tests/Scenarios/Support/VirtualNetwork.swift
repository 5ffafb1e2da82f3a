import RTP
import STUN
import TestSupport

/// A network in virtual time: it loses, delays, reorders and duplicates what is sent, as its seed decides.
final class VirtualNetwork {
  /// How one direction behaves.
  struct Conditions {
    var loss = 0.0
    var duplication = 0.0
    /// One way; a range reorders.
    var delay: ClosedRange<Duration> = .milliseconds(20) ... .milliseconds(20)
  }

  /// What is under way; paths are named as the server sees them.
  struct Datagram {
    let path: FiveTuple
    let isForServer: Bool
    let bytes: [UInt8]
    let arrival: Instant
    fileprivate let number: Int
  }

  var uplink: Conditions
  var downlink: Conditions
  private var generator: SeededGenerator
  private var underWay: [Datagram] = []
  private var sentCount = 0

  init(_ conditions: Conditions, seed: UInt64) {
    uplink = conditions
    downlink = conditions
    generator = SeededGenerator(seed: seed)
  }

  var nextArrival: Instant { underWay.first?.arrival ?? .distantFuture }

  func send(_ bytes: [UInt8], on path: FiveTuple, toServer isForServer: Bool, at now: Instant) {
    let conditions = isForServer ? uplink : downlink
    let copies = Double.random(in: 0..<1, using: &generator) < conditions.duplication ? 2 : 1
    for _ in 0..<copies where Double.random(in: 0..<1, using: &generator) >= conditions.loss {
      let (shortest, longest) = (conditions.delay.lowerBound.nanoseconds, conditions.delay.upperBound.nanoseconds)
      let delay = Duration.nanoseconds(Int64.random(in: shortest...longest, using: &generator))
      sentCount += 1
      insert(
        Datagram(path: path, isForServer: isForServer, bytes: bytes, arrival: now + delay, number: sentCount))
    }
  }

  /// The next datagram that has arrived by `now`; those that arrive together come in the order they were sent.
  func takeArrived(by now: Instant) -> Datagram? {
    guard let first = underWay.first, first.arrival <= now else { return nil }
    return underWay.removeFirst()
  }

  private func insert(_ datagram: Datagram) {
    let position = underWay.lastIndex { ($0.arrival, $0.number) < (datagram.arrival, datagram.number) }
    underWay.insert(datagram, at: position.map { $0 + 1 } ?? 0)
  }
}
