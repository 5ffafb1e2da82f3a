/// A set of the things a participant may do.
package struct Permissions: OptionSet, Hashable, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  package init(_ permission: Permission) {
    rawValue = 1 << permission.rawValue
  }

  package static let publishAudio = Permissions(.publishAudio)
  package static let publishVideo = Permissions(.publishVideo)
  package static let publishScreen = Permissions(.publishScreen)
  package static let chat = Permissions(.chat)
  package static let chatPrivately = Permissions(.chatPrivately)
  package static let draw = Permissions(.draw)
  package static let shareFiles = Permissions(.shareFiles)
  package static let poll = Permissions(.poll)
  package static let record = Permissions(.record)
  package static let moderate = Permissions(.moderate)
  package static let admit = Permissions(.admit)

  package static let publishing: Permissions = [.publishAudio, .publishVideo, .publishScreen]
  package static let all = Permissions(rawValue: 1 << Permission.allCases.count - 1)
  /// What running a room takes.
  package static let hosting: Permissions = [.moderate, .admit]
  /// What a room's rules can take away from everybody who does not moderate.
  package static let rules: Permissions = all.subtracting(hosting)

  /// The single permissions in their written order.
  package var each: [Permission] { Permission.allCases.filter { contains(Permissions($0)) } }

  /// The kinds of media these permissions let one publish.
  package var mediaKinds: MediaKinds {
    var kinds: MediaKinds = []
    if contains(.publishAudio) { kinds.insert(.audio) }
    if contains(.publishVideo) { kinds.insert(.video) }
    if contains(.publishScreen) { kinds.insert(.screen) }
    return kinds
  }

  /// The permissions needed to publish these kinds.
  init(publishing kinds: MediaKinds) {
    self = []
    if kinds.contains(.audio) { insert(.publishAudio) }
    if kinds.contains(.video) { insert(.publishVideo) }
    if kinds.contains(.screen) { insert(.publishScreen) }
  }
}

/// One thing a participant may do.
package enum Permission: UInt16, Sendable, CaseIterable {
  case publishAudio
  case publishVideo
  case publishScreen
  case chat
  case chatPrivately
  case draw
  case shareFiles
  case poll
  case record
  case moderate
  case admit

  /// The name on the wire.
  package var name: String {
    switch self {
    case .publishAudio: "publishAudio"
    case .publishVideo: "publishVideo"
    case .publishScreen: "publishScreen"
    case .chat: "chat"
    case .chatPrivately: "chatPrivately"
    case .draw: "draw"
    case .shareFiles: "shareFiles"
    case .poll: "poll"
    case .record: "record"
    case .moderate: "moderate"
    case .admit: "admit"
    }
  }

  package init?(name: String) {
    guard let permission = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = permission
  }
}
