import RTP

/// How fast the same packets were sent and arrived, in bits per second.
package struct Throughput: Equatable, Sendable {
  package var sent: Double
  package var arrived: Double

  package init(sent: Double, arrived: Double) {
    (self.sent, self.arrived) = (sent, arrived)
  }

  /// What surely gets through: packets that were held back and came at once seem faster than they are.
  package var acknowledged: Double { min(sent, arrived) }
}

/// Measures at which rate packets arrive, from as few of them as can be trusted.
///
/// It looks at a window of packets, with the longest pause of the arrivals taken out: a radio that stalled and delivered all at
/// once was not slower for it.
package struct ThroughputEstimator: ~Copyable {
  /// One packet, in 16 bytes: every subscriber has a hundred of them.
  private struct Sample {
    let arrival: Instant
    /// How long it was on its way, with what the clocks differ by: a few seconds at most.
    private let delayMicroseconds: Int32
    private let size: UInt16

    init(sentAt: Instant, arrival: Instant, byteCount: Int) {
      self.arrival = arrival
      delayMicroseconds = Int32(clamping: arrival.nanoseconds(since: sentAt) / 1000)
      size = UInt16(clamping: byteCount)
    }

    var sentAt: Instant { arrival.advanced(byNanoseconds: Int64(delayMicroseconds) * -1000) }
    var byteCount: Int { Int(size) }
  }

  private static let capacity = 1 << 9
  /// Half a second of one megabit per second.
  private static let initialCapacity = 1 << 6
  /// Below it chance decides.
  private static let leastCount = 10
  private static let leastRecentCount = 4
  /// The window is as short as this many packets and this time allow.
  private static let wantedCount = 20
  private static let wantedSpan = Duration.milliseconds(500)
  /// What is older says nothing of the present.
  private static let longestSpan = Duration.seconds(5)

  private var samples = FlatRing(
    count: ThroughputEstimator.initialCapacity, limit: ThroughputEstimator.capacity,
    absent: Sample(sentAt: .zero, arrival: .zero, byteCount: 0))
  /// The window, by the order of arrival; it only moves on.
  private var window = 0..<0

  package init() {}

  /// Forgets everything: arrivals from now on cannot be compared with those before.
  package mutating func reset() { window = window.upperBound..<window.upperBound }

  /// Takes packets in about the order of their arrival; one that comes late is put where it belongs.
  package mutating func add(_ packet: ArrivedPacket) {
    makeRoom()
    var index = window.upperBound
    window = window.lowerBound..<(index + 1)
    while index > window.lowerBound, samples[index - 1].arrival > packet.arrival {
      samples[index] = samples[index - 1]
      index -= 1
    }
    samples[index] = Sample(sentAt: packet.sentAt, arrival: packet.arrival, byteCount: packet.byteCount)
    forgetOld()
  }

  private mutating func makeRoom() {
    guard window.count == samples.count else { return }
    if samples.canGrow { samples.grow(keeping: window) } else { window = (window.lowerBound + 1)..<window.upperBound }
  }

  /// The rates of the window; nil while too little is known.
  package var throughput: Throughput? {
    guard window.count >= Self.leastCount else { return nil }
    let sums = summarize()
    return Throughput(
      sent: Double(sums.byteCount - sums.lastSent.byteCount) * 8 / sums.sendingSeconds,
      arrived: Double(sums.byteCount - sums.firstArrived.byteCount) * 8 / sums.arrivalSeconds)
  }

  /// The rate of what arrived last, in bits per second; nil if that was too little.
  package func arrived(inLast span: Duration) -> Double? {
    guard !window.isEmpty else { return nil }
    let last = samples[window.upperBound - 1].arrival
    var (first, count, byteCount) = (window.upperBound - 1, 0, 0)
    while first >= window.lowerBound, last - samples[first].arrival <= span {
      byteCount += samples[first].byteCount
      count += 1
      first -= 1
    }
    // The first packet has only begun the time.
    byteCount -= samples[first + 1].byteCount
    guard count >= Self.leastRecentCount else { return nil }
    return Double(byteCount * 8) / max(last.seconds(since: samples[first + 1].arrival), 0.001)
  }

  private struct Summary {
    var byteCount = 0
    var firstArrived: Sample
    var lastSent: Sample
    var arrivalSeconds = 0.0
    var sendingSeconds = 0.0
  }

  private func summarize() -> Summary {
    let first = samples[window.lowerBound]
    var summary = Summary(firstArrived: first, lastSent: first)
    var (firstSentAt, previous) = (first.sentAt, first.arrival)
    var (longestPause, secondPause) = (0.0, 0.0)
    for index in window {
      let sample = samples[index]
      summary.byteCount += sample.byteCount
      firstSentAt = min(firstSentAt, sample.sentAt)
      if sample.sentAt > summary.lastSent.sentAt { summary.lastSent = sample }
      let pause = sample.arrival.seconds(since: previous)
      (longestPause, secondPause) =
        pause > longestPause ? (pause, longestPause) : (longestPause, max(secondPause, pause))
      previous = sample.arrival
    }
    // A pause as long as the second longest is what the packets' own rate explains.
    let span = previous.seconds(since: first.arrival) - longestPause + secondPause
    summary.arrivalSeconds = max(span, 0.001)
    summary.sendingSeconds = max(summary.lastSent.sentAt.seconds(since: firstSentAt), 0.001)
    return summary
  }

  private mutating func forgetOld() {
    while window.count > 1 {
      let span = samples[window.upperBound - 1].arrival - samples[window.lowerBound].arrival
      let next = samples[window.upperBound - 1].arrival - samples[window.lowerBound + 1].arrival
      let isDispensable = window.count > Self.wantedCount && next >= Self.wantedSpan
      guard isDispensable || span > Self.longestSpan else { return }
      window = (window.lowerBound + 1)..<window.upperBound
    }
  }
}
