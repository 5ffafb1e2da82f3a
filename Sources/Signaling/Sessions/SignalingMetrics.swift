import Metrics

/// The counters of signalling, made once: looking one up for each message would cost more than the message.
final class SignalingMetrics: Sendable {
  private let received: [ClientMessage.Kind: Counter]
  private let sent: [ServerEvent.Kind: Counter]
  private let errors: [SignalingError.Code: Counter]
  private let closed: [CloseReason: Counter]
  private let moderation: [ModerationRequest.Action: Counter]
  private let moves: [Topology: [TopologyMove.Outcome: Counter]]
  private let speakers: Counter
  private let handling: Timer

  init() {
    received = Self.table { Counter(label: "messages", dimensions: [("type", $0.rawValue)]) }
    sent = Self.table { Counter(label: "events", dimensions: [("type", $0.rawValue)]) }
    errors = Self.table { Counter(label: "errors", dimensions: [("code", $0.rawValue)]) }
    closed = Self.table { Counter(label: "sessions_closed", dimensions: [("reason", $0.rawValue)]) }
    moderation = Self.table { Counter(label: "moderation", dimensions: [("action", $0.rawValue)]) }
    moves = Self.table { topology in
      Self.table { Counter(label: "moves", dimensions: [("to", topology.rawValue), ("outcome", $0.rawValue)]) }
    }
    speakers = Counter(label: "dominant_speaker_changes")
    handling = Timer(label: "message_duration")
  }

  func count(_ kind: ClientMessage.Kind) {
    received[kind]?.increment()
  }

  /// Counts what was done, not what was tried.
  func count(_ action: ModerationRequest.Action) {
    moderation[action]?.increment()
  }

  /// Counts a room's move to this topology.
  func count(_ outcome: TopologyMove.Outcome, of target: Topology) {
    moves[target]?[outcome]?.increment()
  }

  /// Counts how often the conversation passed to somebody else.
  func countSpeaker() {
    speakers.increment()
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
    handling.record(duration: duration)
  }

  private static func table<Key: Hashable & CaseIterable, Metric>(_ make: (Key) -> Metric) -> [Key: Metric] {
    Dictionary(uniqueKeysWithValues: Key.allCases.map { ($0, make($0)) })
  }
}
