import Metrics

/// What this target's HTTP side counts.
struct HTTPMetrics: Sendable {
  private let factory: any MetricsFactory
  private let connections: Meter
  private let accepted: Counter

  init(factory: any MetricsFactory) {
    self.factory = factory
    connections = Meter(label: "connections", factory: factory)
    accepted = Counter(label: "connections_accepted", factory: factory)
  }

  func connectionOpened() {
    connections.increment()
    accepted.increment()
  }

  func connectionClosed() { connections.decrement() }

  func requestAnswered(_ path: PathClass, status: Int, after duration: Duration) {
    let dimensions = [("path", path.rawValue), ("status", "\(status / 100)xx")]
    Counter(label: "http_requests", dimensions: dimensions, factory: factory).increment()
    Timer(label: "http_request_duration", dimensions: [("path", path.rawValue)], factory: factory).record(
      duration: duration)
  }

  /// Takes over what is asked for and not counted as it happens.
  func update(_ statistics: SignalingStatistics) {
    Meter(label: "sessions", factory: factory).set(statistics.sessions)
    Meter(label: "participants", factory: factory).set(statistics.participants)
    Meter(label: "participants_waiting", factory: factory).set(statistics.waiting)
    Meter(label: "echoes", factory: factory).set(statistics.echoes)
    Meter(label: "viewers", factory: factory).set(statistics.viewers)
    for streamProtocol in StreamProtocol.allCases {
      let streams = Meter(label: "streams", dimensions: [("protocol", streamProtocol.rawValue)], factory: factory)
      streams.set(statistics.streams[streamProtocol] ?? 0)
    }
    for topology in Topology.allCases {
      let rooms = Meter(label: "rooms", dimensions: [("topology", topology.rawValue)], factory: factory)
      rooms.set(statistics.rooms[topology] ?? 0)
    }
    for rated in RatedDirection.all {
      let dimensions = [
        ("direction", rated.direction.rawValue), ("level", rated.rating.level.name),
        ("reason", rated.rating.reason?.rawValue ?? "none"),
      ]
      let participants = Meter(label: "participants_rated", dimensions: dimensions, factory: factory)
      participants.set(statistics.qualities[rated] ?? 0)
    }
  }
}
