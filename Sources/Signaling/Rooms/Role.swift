/// What somebody is in a room: a preset of permissions.
package enum Role: String, Sendable, CaseIterable {
  case host
  case cohost
  case speaker
  case participant
  case audience
  case observer
  case machine

  /// The most this role may do; rules and revocations only take away.
  package var permissions: Permissions {
    switch self {
    case .host, .cohost: .all
    case .speaker: [.publishing, .chat, .chatPrivately, .draw, .shareFiles, .poll]
    case .participant: [.publishing, .chat, .chatPrivately, .draw, .shareFiles, .poll, .record]
    case .audience: .chat
    case .observer: []
    case .machine: [.publishAudio, .publishVideo]
    }
  }

  /// Whether the room may be left to somebody of this role when its host is gone, the smallest number first.
  package var succession: Int? {
    switch self {
    case .host: 0
    case .cohost: 1
    case .speaker: 2
    case .participant: 3
    case .audience, .observer, .machine: nil
    }
  }

  /// Whether a co-host may give and take this role.
  var isBelowCohost: Bool { self != .host && self != .cohost }
}
