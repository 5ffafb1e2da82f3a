/// Those who come to a room by WHIP and WHEP: machines are participants without a page, viewers are only counted.
package struct Streams: Sendable {
  /// An encoder.
  struct Machine: Sendable {
    /// By what an encoder that comes back finds its place again.
    enum Identity: Sendable, Equatable {
      case key(StreamKeyID)
      /// The subject of an access token.
      case subject(String)
      case nobody
    }

    let identity: Identity
    /// What it sends, as far as media has told; what of it is not among its devices was switched off.
    var kinds: MediaKinds = [.audio, .video]
    /// Offers that media has not answered: until it has, all it tells is about a connection that was replaced.
    var unanswered = 1
    /// Whether the media it had was closed under it.
    var isDropped = false
  }

  /// A player.
  struct Viewer: Sendable {
    let profile: BrowserProfile
    /// Whether its invitation would let it past a lobby.
    let passesLobby: Bool
    let query: WatchQuery
    /// Whom it watches, and what of it.
    var watched: ParticipantID
    var selection: MediaTrackSelection
    var isActive = true
    /// Until when its connection must be up; nil once it is.
    var connectsBy: Timestamp?
  }

  var machines: [ParticipantID: Machine] = [:]
  var viewers: [ParticipantID: Viewer] = [:]
  var news = ViewerNews.none

  package init() {}

  var isEmpty: Bool { machines.isEmpty && viewers.isEmpty }

  /// Everybody who came by a door and is here.
  package var all: [ParticipantID] { machines.keys.sorted() + viewers.keys.sorted() }

  func contains(_ id: ParticipantID) -> Bool { machines[id] != nil || viewers[id] != nil }

  /// How many watch.
  var connectedViewers: Int { viewers.values.count { $0.connectsBy == nil } }

  /// When something happens of itself.
  var nextDeadline: Timestamp? {
    let connecting = viewers.values.compactMap(\.connectsBy).min()
    guard case .due(let time) = news else { return connecting }
    return min(connecting ?? time, time)
  }
}

/// How far everybody knows how many watch; told at most once in a while, because an audience comes all at once.
enum ViewerNews: Sendable {
  static let interval = Duration.seconds(1)

  /// Nothing was told for a while.
  case none
  case told(at: Timestamp)
  /// There is another number to be told then.
  case due(at: Timestamp)
}

/// What a player asked to watch.
package struct WatchQuery: Sendable, Equatable {
  /// The id or the name of a participant; nil for the stage.
  package let participant: String?
  /// The camera or the screen; nil for the one there is.
  package let source: MediaSource?

  /// Reads the query of an endpoint's URL.
  package init(_ query: [String: String]) throws(SignalingError) {
    participant = query["participant"]
    switch query["source"] {
    case nil: source = nil
    case "camera": source = .camera
    case "screen": source = .screen
    default: throw SignalingError(.badRequest, "The source is “camera” or “screen”.")
    }
  }
}
