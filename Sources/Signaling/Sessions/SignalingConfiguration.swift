/// Everything signalling needs to be told at start; immutable, each value with its default.
package struct SignalingConfiguration: Sendable {
  /// The name and version that `hello` tells.
  package var serverName = "Parley"
  /// Where keys and room policies are kept; nil keeps nothing, as in tests.
  package var dataDirectory: String?
  /// The secret access tokens are signed with; nil refuses every token.
  package var accessTokenSecret: String?
  /// The servers clients are given for finding a way to each other.
  package var iceServers: [ICEServer] = []
  /// The secret shared with the TURN server; nil gives no credentials.
  package var turnSecret: String?
  /// How many people a room of mode `auto` connects directly before it goes through the SFU.
  package var meshLimit = 2
  package var limits = SignalingLimits()
  package var times = SignalingTimes()
  /// What hashing one password costs.
  package var passwordCost = PasswordCost()

  package init() {}
}

/// A STUN or TURN server for `RTCPeerConnection`.
package struct ICEServer: Hashable, Sendable {
  package var urls: [String]
  package var username: String?
  package var credential: String?

  package init(urls: [String], username: String? = nil, credential: String? = nil) {
    self.urls = urls
    self.username = username
    self.credential = credential
  }
}

/// How much of everything; the table "Limits" of `docs/signaling.md`.
package struct SignalingLimits: Sendable {
  /// A message that carries no description for the media plane.
  package var messageBytes = 65_536
  /// A description for the media plane: 74 media descriptions with every codec a browser has, and half as much again.
  package var descriptionBytes = 196_608
  /// A message with a description, whose line breaks are escaped and beside which tracks are named.
  package var descriptionMessageBytes = 262_144
  package var outboxCount = 1024
  package var outboxBytes = 1 << 20
  package var sessions = 20_000
  package var sessionsPerAddress = 500
  package var sessionsPerRoom = 1000
  /// What a room begins with; its moderators may set 2 to 1000.
  package var maxParticipants = 100
  /// How many may watch a room by WHEP to begin with; its moderators may set 0 to 1000.
  package var maxViewers = 500
  package var rooms = 10_000
  /// Sessions of WHIP and WHEP at once, of all and of one address.
  package var streams = 4000
  package var streamsPerAddress = 1000
  /// Of these, the ones whose connection is not up yet: a studio's encoders, and a class that opens its players at once.
  package var halfOpenPublishers = 20
  package var halfOpenViewers = 200
  /// Requests of an address to WHIP and WHEP: two hundred players that come within seconds from one place.
  package var streamRequests = Rate(perSecond: 50, burst: 400)
  /// Fragments of one session: a browser sends each candidate by itself.
  package var fragments = Rate(perSecond: 10, burst: 50)
  /// Connection tests at once: each costs two DTLS handshakes and the traffic of a call with oneself.
  package var echoes = 200
  package var echoesPerAddress = 20
  /// Connection tests an address begins.
  package var echoesStarted = Rate(perSecond: 1.0 / 3, burst: 20)
  package var nameCharacters = 64
  package var chatCharacters = 4000
  package var chatHistory = 500
  /// Keeps a snapshot well below the outbound queue's limit.
  package var chatHistoryBytes = 256 << 10
  package var eventLogCount = 256
  package var eventLogBytes = 256 << 10
  package var auditEntries = 500
  package var auditBytes = 128 << 10
  /// People of one address in the lobby of one room: a lecture, and not the whole lobby.
  package var waitingPerAddress = 200
  /// More browsers than this sustain one another badly: each sends to every other.
  package var meshParticipants = 4
  /// Tracks one participant wants of the others.
  package var wantedTracks = 64
  package var requests = Rate(perSecond: 50, burst: 200)
  package var signals = Rate(perSecond: 100, burst: 400)
  /// Bytes of `signal`: a description has 4 to 16 KiB, and one is sent for each change of each connection.
  package var signalBytes = Rate(perSecond: 65_536, burst: 524_288)
  /// What everybody is told and nobody does often: names, hands, devices, deleted messages.
  package var presence = Rate(perSecond: 5, burst: 20)
  /// Descriptions for the media plane, and wishes for other ones.
  package var descriptions = Rate(perSecond: 5, burst: 20)
  /// Tracks wanted, and wanted no longer: tiles come and go as somebody scrolls.
  package var subscriptions = Rate(perSecond: 20, burst: 100)
  package var mediaReports = Rate(perSecond: 1, burst: 3)
  package var chat = Rate(perSecond: 2, burst: 10)
  package var reactions = Rate(perSecond: 3, burst: 10)
  package var moderation = Rate(perSecond: 10, burst: 60)
  /// Wrong passwords of one browser for one room, and of all at one address.
  package var passwordTries = Rate(perSecond: 5.0 / 60, burst: 5)
  package var passwordTriesPerAddress = Rate(perSecond: 30.0 / 60, burst: 30)
  package var roomsMade = Rate(perSecond: 1.0 / 6, burst: 20)
  /// Malformed messages before the session is closed with `protocolViolation`.
  package var malformed = Rate(perSecond: 1, burst: 20)
  /// Refusals for speed before the session is closed with `rateLimited`.
  package var refusals = Rate(perSecond: 20, burst: 200)

  package init() {}

  /// How long a request of this kind may be, as it is written.
  func messageBytes(of kind: ClientMessage.Kind) -> Int {
    switch kind {
    case .publish, .answerSubscription: descriptionMessageBytes
    default: messageBytes
    }
  }

  /// All messages of a session together, checked before a message is looked at.
  var anything: Rate {
    Rate(perSecond: requests.perSecond + signals.perSecond, burst: requests.burst + signals.burst)
  }
}

/// How often something may happen: `burst` at once, then so many a second.
package struct Rate: Hashable, Sendable {
  package var perSecond: Double
  package var burst: Double

  package init(perSecond: Double, burst: Double) {
    self.perSecond = perSecond
    self.burst = burst
  }
}

/// How long things may take.
package struct SignalingTimes: Sendable {
  package var hello = Duration.seconds(10)
  package var join = Duration.seconds(60)
  /// How long a connection test may last.
  package var echo = Duration.seconds(60)
  /// What the server tells clients about its pings.
  package var heartbeat = Duration.seconds(10)
  /// How long a lost participant keeps its place.
  package var grace = Duration.seconds(30)
  /// When the others are told of a lost connection: after most changes of network are over.
  package var reconnecting = Duration.seconds(5)
  /// How long a page that said goodbye may take to load again.
  package var departure = Duration.seconds(3)
  /// How long a room is kept after a restart for those who were in it.
  package var restartGrace = Duration.seconds(120)
  /// How long the connection of an encoder or player may take to come up.
  package var streamConnection = Duration.seconds(15)
  /// How long an encoder whose media was lost keeps its place.
  package var streamLoss = Duration.seconds(10)
  package var resumeToken = Duration.seconds(24 * 3600)
  package var turnCredential = Duration.seconds(12 * 3600)
  /// How long a routed room of mode `auto` stays routed when so few are left that a mesh would do.
  package var returnToMesh = Duration.seconds(30)
  /// How long a room may take to move from the mesh to the SFU before the old paths end.
  package var moveToRouted = Duration.seconds(10)
  /// How long it may take from the SFU to the mesh before it goes back.
  package var moveToMesh = Duration.seconds(5)

  package init() {}
}
