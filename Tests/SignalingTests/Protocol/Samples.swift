import Signaling

/// One of everything the server sends, for tests of its form.
enum Samples {
  static let time = Timestamp(milliseconds: 1_781_000_000_000)
  static let ada = ParticipantID(rawValue: "p_ada")
  static let bob = ParticipantID(rawValue: "p_bob")

  static func name(_ text: String) -> DisplayName {
    guard let name = try? DisplayName(text) else { preconditionFailure("\(text) is a name.") }
    return name
  }

  static var participant: Participant {
    var participant = Participant(
      id: ada, name: name("Ada \"L.\" 🎉"), role: .host, isOwner: true, permissions: .all,
      devices: Devices(audio: true, video: false, screen: true), hand: time,
      presence: .lost(showsAt: time, isShown: true, endsAt: time), joinedAt: time, order: 0,
      profile: BrowserProfile(address: "a"), renewsTokenAt: time)
    participant.quality = MediaQuality(
      publishing: MediaQuality.Rating(.lost, .nothingSent), receiving: MediaQuality.Rating(.poor, .bandwidth))
    return participant
  }

  /// Participants of every quality there is.
  static var qualities: [Participant] {
    let ratings = MediaQuality.Level.allCases.flatMap { level in
      ([nil] + MediaQuality.Reason.allCases).map { MediaQuality.Rating(level, $0) }
    }
    return ([nil] + ratings).map { rating in
      var participant = participant
      participant.quality = MediaQuality(publishing: rating, receiving: rating)
      return participant
    }
  }

  static var settings: RoomSettings {
    guard let name = try? RoomName("thé/".replacing("/", with: "")) else { preconditionFailure("It is a name.") }
    var settings = RoomSettings(name: name, createdAt: time, maxParticipants: 100, maxViewers: 500)
    settings.topology = .routed
    settings.former = .mesh
    settings.endsAt = time
    settings.lobbyMessage = "We start\nat ten."
    settings.rules.remove(.chat)
    settings.dominantSpeaker = bob
    return settings
  }

  static var waiting: Waiting {
    Waiting(
      id: bob, name: name("Bob"), since: time, order: 1, role: .participant, granted: .all,
      devices: Devices(), isNameFixed: false, profile: BrowserProfile(address: "b"), renewsTokenAt: time)
  }

  static var message: ChatMessage {
    ChatMessage(
      id: MessageID(rawValue: "m_1"), from: ada, name: name("Ada"), to: bob, text: "Line\u{1}\n\\ \u{7F} é",
      sentAt: time, replyTo: MessageID(rawValue: "m_0"), editedAt: time, isDeleted: false,
      reactions: [ChatMessage.Reaction(emoji: "👍", participants: [bob])])
  }

  static var view: RoomView {
    RoomView(room: settings, participants: [participant], waiting: [waiting], chat: [message])
  }

  static var snapshot: Snapshot {
    Snapshot(
      participant: ada, resumeToken: "t", hostKey: "hk_1", view: view,
      iceServers: [
        ICEServer(urls: ["stun:meet.example:3478"]), ICEServer(urls: ["turn:a"], username: "u", credential: "c"),
      ], seq: 0)
  }

  static var greeting: Greeting {
    Greeting(
      server: "Parley", time: time, heartbeat: .seconds(10), limits: SignalingLimits(), topologies: Topology.allCases)
  }

  /// Every result, by the name of its schema.
  static var results: [(String, ServerResult)] {
    [
      ("hello", .hello(greeting)), ("joined", .joined(snapshot)),
      ("waiting", .waiting(WaitingNotice(participant: bob, resumeToken: "t", reason: .host, message: nil))),
      ("resumed", .resumed(ResumeNotice(participant: ada, resumeToken: "t", iceServers: snapshot.iceServers))),
      ("devices", .devices(Devices())), ("message", .message(MessageID(rawValue: "m_1"))), ("count", .count(2)),
      ("audit", .audit([entry])),
      ("streamKey", .streamKey(StreamKeyID(rawValue: "k_1"), text: "sk_1", name: name("Stage"))),
      ("streamKeys", .streamKeys([key, StreamKeyNotice(id: key.id, name: key.name, createdAt: time)])),
      ("echo", .echo(maximumDuration: .seconds(60))), ("answer", .answer("v=0\r\n")),
      ("media", .media(report)), ("media", .media(MediaReport())), ("done", .done),
    ]
  }

  static var report: MediaReport {
    MediaReport(
      published: [
        MediaReport.Published(
          source: .camera,
          layers: [
            MediaReport.Layer(width: 320, height: 180, bitsPerSecond: 150_000),
            MediaReport.Layer(width: nil, height: nil, bitsPerSecond: 0),
          ],
          packetsLost: 3)
      ],
      subscribed: MediaReport.Subscribed.State.allCases.map { state in
        MediaReport.Subscribed(
          track: MediaTrack(bob, .screen), state: state, spatialLayer: state == .active ? 2 : nil, temporalLayer: nil,
          bitsPerSecond: 1_200_000)
      }
        + MediaReport.Subscribed.Limit.allCases.map { limit in
          MediaReport.Subscribed(
            track: MediaTrack(bob, .camera), state: .active, spatialLayer: 0, temporalLayer: 1, bitsPerSecond: 150_000,
            wantedSpatialLayer: 2, limit: limit)
        },
      downlink: MediaReport.Downlink(
        bitsPerSecond: 900_000, wantedBitsPerSecond: 2_400_000, loss: 150, roundTripTime: .milliseconds(42)))
  }

  static var slots: [MediaSlot] {
    let idle = [MediaSlot(mid: "0", kind: .audio), MediaSlot(mid: "1", kind: .video)]
    return idle + MediaSource.allCases.map { MediaSlot(mid: "m\($0)", kind: .video, track: MediaTrack(bob, $0)) }
  }

  static var key: StreamKeyNotice {
    StreamKeyNotice(id: StreamKeyID(rawValue: "k_1"), name: name("Stage"), createdAt: time, participant: ada)
  }

  static var entry: AuditEntry {
    AuditEntry(
      time: time, by: ada, byName: name("Ada"), action: "mute", target: bob, targetName: name("Bob"), detail: nil)
  }

  /// An event of every kind; a new kind does not compile without one.
  static func event(_ kind: ServerEvent.Kind) -> [ServerEvent] {
    switch kind {
    case .participantJoined: [.participantJoined(participant)]
    case .participantLeft: ServerEvent.LeavingReason.allCases.map { .participantLeft(bob, $0) }
    case .participantChanged:
      [.participantChanged(participant, [.name]), .participantChanged(participant, changeable)]
    case .roomChanged: [.roomChanged(settings, RoomSettings.Field.allCases), .roomChanged(settings, [.locked])]
    case .chatMessage: [.chatMessage(message)]
    case .chatChanged: [.chatChanged(message)]
    case .reaction: [.reaction(ada, emoji: "🎉")]
    case .signal: [.signal(from: ada, connection: "c", payload: Array(#""candidate":null"#.utf8))]
    case .waitingChanged: [.waitingChanged([waiting]), .waitingChanged([])]
    case .lobbyMessage: [.lobbyMessage(text: "Soon")]
    case .admitted: [.admitted(snapshot)]
    case .denied: [.denied(message: nil), .denied(message: "No")]
    case .moderated: ModerationRequest.Action.allCases.map { .moderated($0, by: ada, reason: nil) }
    case .hostKey: [.hostKey("hk_1")]
    case .resumeToken: [.resumeToken("t")]
    case .removed: ServerEvent.RemovalReason.allCases.map { .removed($0, message: "Bye") }
    case .roomEnded: ServerEvent.EndReason.allCases.map { .roomEnded($0) }
    case .serverStopping: [.serverStopping(reconnectAfter: .seconds(2))]
    case .subscription:
      [
        .subscription(number: 1, offer: "v=0\r\n", slots: []),
        .subscription(number: 1 << 40, offer: "v=0\r\n", slots: slots),
      ]
    case .slots: [.slots([]), .slots(slots)]
    case .mediaLost: [.mediaLost]
    case .demand: MediaSource.allCases.map { .demand($0, layers: 0) } + [.demand(.camera, layers: 4)]
    case .qualityChanged: [.qualityChanged(qualities)]
    case .echoEnded: ServerEvent.EchoEndReason.allCases.map { .echoEnded($0) }
    }
  }

  private static var changeable: [Participant.Field] {
    Participant.Field.allCases.filter { ![.id, .joinedAt, .quality].contains($0) }
  }
}
