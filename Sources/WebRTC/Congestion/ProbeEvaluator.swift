import RTP

/// Measures at which rate the packets of a probe arrived.
package struct ProbeEvaluator {
  private struct Tally {
    var cluster: ProbeCluster
    var packetCount = 0
    var byteCount = 0
    var firstSent = Instant.distantFuture
    var lastSent = Instant(nanoseconds: .min)
    var lastSentByteCount = 0
    var firstArrival = Instant.distantFuture
    var firstArrivalByteCount = 0
    var lastArrival = Instant(nanoseconds: .min)
  }

  /// The share of packets and bytes that have to arrive.
  private static let leastShare = 0.8
  /// Packets that arrive this much faster than they were sent were held back together, and their distances mean nothing.
  private static let largestRatio = 2.0
  /// A rate of arrival this much below that of sending is the limit itself; then a little less is used.
  private static let limitRatio = 0.9
  private static let utilization = 0.95
  private static let longestSpan = Duration.seconds(1)

  private var tallies = InlineArray<4, Tally?>(repeating: nil)

  package init() {}

  package mutating func expect(_ cluster: ProbeCluster) {
    tallies[Self.slot(cluster.id)] = Tally(cluster: cluster)
  }

  /// Takes a packet that arrived, and gives the rate that its cluster arrived at as soon as enough of it has.
  package mutating func add(_ packet: ArrivedPacket) -> Double? {
    let slot = Self.slot(packet.cluster)
    guard packet.cluster != .none, var tally = tallies[slot], tally.cluster.id == packet.cluster else { return nil }
    tally.packetCount += 1
    tally.byteCount += packet.byteCount
    tally.firstSent = min(tally.firstSent, packet.sentAt)
    if packet.sentAt >= tally.lastSent { (tally.lastSent, tally.lastSentByteCount) = (packet.sentAt, packet.byteCount) }
    if packet.arrival < tally.firstArrival {
      (tally.firstArrival, tally.firstArrivalByteCount) = (packet.arrival, packet.byteCount)
    }
    tally.lastArrival = max(tally.lastArrival, packet.arrival)
    tallies[slot] = tally
    return Self.rate(of: tally)
  }

  private static func rate(of tally: Tally) -> Double? {
    guard Double(tally.packetCount) >= Double(tally.cluster.packetCount) * leastShare,
      Double(tally.byteCount) >= Double(tally.cluster.byteCount) * leastShare
    else { return nil }
    let (sending, arriving) = (tally.lastSent - tally.firstSent, tally.lastArrival - tally.firstArrival)
    guard sending > .zero, arriving > .zero, sending <= longestSpan, arriving <= longestSpan else { return nil }
    // The last packet's length was not yet on its way at its sending, the first one's had come by its arrival.
    let sendRate = bits(tally.byteCount - tally.lastSentByteCount) / tally.lastSent.seconds(since: tally.firstSent)
    let arrivalRate =
      bits(tally.byteCount - tally.firstArrivalByteCount) / tally.lastArrival.seconds(since: tally.firstArrival)
    guard arrivalRate <= sendRate * largestRatio else { return nil }
    let rate = arrivalRate < sendRate * limitRatio ? arrivalRate * utilization : min(sendRate, arrivalRate)
    // A frame among its packets makes it faster than intended, for too short a time to prove anything.
    return min(rate, tally.cluster.bitsPerSecond)
  }

  private static func bits(_ byteCount: Int) -> Double { Double(byteCount) * 8 }

  private static func slot(_ id: ProbeCluster.ID) -> Int { Int(id.rawValue) % 4 }
}
