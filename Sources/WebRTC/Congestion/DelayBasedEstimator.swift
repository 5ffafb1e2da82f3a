package import RTP

/// Tells from the arrivals of packets whether the queue before the bottleneck grows.
package struct DelayBasedEstimator: ~Copyable {
  private let inPlace = InPlace()
  /// After a longer pause the queue has nothing to do with the one before.
  private static let pause = Duration.seconds(2)

  private var grouping = ArrivalGrouping()
  private var trendline = TrendlineEstimator()
  private var detector = OveruseDetector()
  private var heardAt: Instant?

  package var usage: LinkUsage { detector.usage }

  /// Takes packets in the order of their arrival; `now` is when they were reported.
  package mutating func add(_ packet: ArrivedPacket, at now: Instant) {
    if let heardAt, now - heardAt > Self.pause { reset() }
    heardAt = now
    guard let delta = grouping.add(packet) else { return }
    trendline.add(delta)
    guard trendline.isMeaningful else { return }
    detector.update(
      trend: trendline.trend, isSustained: trendline.isSustained, sendingDelta: delta.sending, at: packet.arrival)
  }

  /// Forgets the queue: arrivals from now on cannot be compared with those before.
  package mutating func reset() {
    grouping.reset()
    trendline.reset()
    detector.reset()
  }
}
