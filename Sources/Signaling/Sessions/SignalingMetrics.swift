import Metrics

/// The counters of signalling, made once: looking one up for each message would cost more than the message.
final class SignalingMetrics: Sendable {
  private let received: [ClientMessage.Kind: Counter]
  private let sent: [ServerEvent.Kind: Counter]
  private let errors: [SignalingError.Code: Counter]
  private let closed: [CloseReason: Counter]
  private let moderation: [ModerationRequest.Action: Counter]
  private let handling: Timer
  private let sessions = Gauge(label: "parley_sessions")
  private let participants = Gauge(label: "parley_participants")
  private let waiting = Gauge(label: "parley_waiting")
  private let rooms: [Topology: Gauge]

  init() {
    received = Self.table { Counter(label: "parley_messages_total", dimensions: [("type", $0.rawValue)]) }
    sent = Self.table { Counter(label: "parley_events_total", dimensions: [("type", $0.rawValue)]) }
    errors = Self.table { Counter(label: "parley_errors_total", dimensions: [("code", $0.rawValue)]) }
    closed = Self.table { Counter(label: "parley_sessions_closed_total", dimensions: [("reason", $0.rawValue)]) }
    moderation = Self.table { Counter(label: "parley_moderation_total", dimensions: [("action", $0.rawValue)]) }
    rooms = Self.table { Gauge(label: "parley_rooms", dimensions: [("topology", $0.rawValue)]) }
    handling = Timer(label: "parley_message_duration_seconds")
  }

  func count(_ message: ClientMessage) {
    received[message.kind]?.increment()
    if case .moderate(let request) = message { moderation[request.action]?.increment() }
  }

  func count(_ event: ServerEvent.Kind, _ receivers: Int) {
    sent[event]?.increment(by: receivers)
  }

  func count(_ error: SignalingError) {
    errors[error.code]?.increment()
  }

  func count(_ reason: CloseReason) {
    closed[reason]?.increment()
  }

  /// How long a message took from its decoding to its answer.
  func record(handling duration: Duration) {
    let (seconds, attoseconds) = duration.components
    handling.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }

  func record(_ statistics: SignalingStatistics) {
    sessions.record(statistics.sessions)
    participants.record(statistics.participants)
    waiting.record(statistics.waiting)
    for topology in Topology.allCases { rooms[topology]?.record(statistics.rooms[topology] ?? 0) }
  }

  private static func table<Key: Hashable & CaseIterable, Metric>(_ make: (Key) -> Metric) -> [Key: Metric] {
    Dictionary(uniqueKeysWithValues: Key.allCases.map { ($0, make($0)) })
  }
}
