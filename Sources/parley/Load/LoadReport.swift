package import Load

/// What a load came to, as it is shown to people and given to programs.
package struct LoadReport: Codable, Equatable {
  /// Quantiles of times, in milliseconds.
  package struct Times: Codable, Equatable {
    package var count: UInt64
    package var p50: Double
    package var p99: Double
    package var p999: Double
    package var greatest: Double
  }

  /// What the load itself took, and whether it was the limit.
  package struct Load: Codable, Equatable {
    /// The share of a core that its thread had.
    package var processorShare: Double
    package var latenessP99Milliseconds: Double
    /// Datagrams that were dropped since it did not read in time.
    package var unread: Int
    /// Why its figures say more about itself than about the server; empty if they do not.
    package var limits: [String]
  }

  /// Beyond this share of a core, and this lateness, the load is not what it claims to be.
  private static let processorLimit = 0.9
  private static let latenessLimit = 5.0

  package var publishers = 0
  package var subscribers = 0
  package var seconds: Double
  package var publishedPerSecond: Double
  /// Packets of media that subscribers received.
  package var packetsPerSecond: Double
  package var megabitsPerSecond: Double
  package var serverCores: Double?
  /// All processor time of the server by the packets that subscribers received.
  package var microsecondsPerPacket: Double?
  package var memoryPerSubscriberKiB: Double?
  /// From the sending of a picture's last packet until it was whole.
  package var videoLatency: Times?
  /// From the sending of a packet of sound until it came.
  package var audioLatency: Times?
  package var brokenFrames: Int
  package var expected: Int
  package var missed: Int
  package var repairs: Int
  package var padding: Int
  package var refused: Int
  /// From the request until media flowed.
  package var joinTime: Times?
  package var failedJoins = 0
  package var firstFailure: String?
  package var load: Load
  /// Each participant of a meeting.
  package var participants: [ParticipantReport]?

  package init(_ figures: LoadFigures, serverSeconds: Double?) {
    let seconds = max(figures.seconds, 1e-9)
    self.seconds = figures.seconds
    publishedPerSecond = Double(figures.published) / seconds
    packetsPerSecond = Double(figures.packets) / seconds
    megabitsPerSecond = Double(figures.bytes) * 8 / seconds / 1e6
    serverCores = serverSeconds.map { $0 / seconds }
    microsecondsPerPacket = serverSeconds.flatMap { figures.packets > 0 ? $0 / Double(figures.packets) * 1e6 : nil }
    videoLatency = Times(figures.video)
    audioLatency = Times(figures.audio)
    (brokenFrames, expected, missed) = (figures.brokenFrames, figures.expected, figures.missed)
    (repairs, padding, refused) = (figures.repairs, figures.padding, figures.refused)
    load = Self.load(figures, seconds)
  }

  private static func load(_ figures: LoadFigures, _ seconds: Double) -> Load {
    let share = figures.processorSeconds / seconds
    let lateness = Double(figures.lateness.quantile(0.99) ?? 0) / 1e6
    var limits: [String] = []
    if share > processorLimit { limits.append("its thread had \(Int(share * 100)) % of a core") }
    if lateness > latenessLimit { limits.append("one packet in a hundred left \(Int(lateness)) ms late") }
    if figures.unread > 0 { limits.append("\(figures.unread) datagrams were dropped before it read them") }
    return Load(processorShare: share, latenessP99Milliseconds: lateness, unread: figures.unread, limits: limits)
  }

  package mutating func note(publishers: Int, players: [Int64], failures: [String]) {
    self.publishers = publishers
    subscribers = players.count
    var times = LatencyHistogram()
    for time in players { times.record(time) }
    joinTime = Times(times)
    (failedJoins, firstFailure) = (failures.count, failures.first)
  }

  package var lossPercent: Double { expected > 0 ? Double(missed) / Double(expected) * 100 : 0 }
}

extension LoadReport.Times {
  init?(_ histogram: LatencyHistogram) {
    guard let p50 = histogram.quantile(0.5), let p99 = histogram.quantile(0.99), let p999 = histogram.quantile(0.999)
    else { return nil }
    count = histogram.count
    (self.p50, self.p99, self.p999) = (Double(p50) / 1e6, Double(p99) / 1e6, Double(p999) / 1e6)
    greatest = Double(histogram.greatest) / 1e6
  }
}
