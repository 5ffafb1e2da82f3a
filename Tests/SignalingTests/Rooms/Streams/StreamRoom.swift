import Signaling
import Testing

/// A room to which encoders and players come.
extension TestRoom {
  /// Whom the doors of a test know.
  static let studio = BrowserProfile(address: "studio")

  /// A room that goes through the media plane from the third participant on.
  static var ordinary: TestRoom { TestRoom { $0.meshLimit = 2 } }

  /// An encoder: with a stream key, with an invitation, or with nothing.
  mutating func encoder(
    _ name: String = "OBS", key: String? = nil, grant: AccessGrant? = nil, profile: BrowserProfile = studio
  ) -> Entrant {
    var entrant = entrant(name, profile: profile)
    entrant.devices = Devices()
    entrant.grant = grant
    entrant.way = .publishing(key: key)
    return entrant
  }

  /// A player that asks for this.
  mutating func player(
    _ query: [String: String] = [:], grant: AccessGrant? = nil, profile: BrowserProfile = studio
  ) throws -> Entrant {
    var entrant = entrant("Viewer", profile: profile)
    entrant.devices = Devices()
    entrant.grant = grant
    entrant.way = .watching(try WatchQuery(query))
    return entrant
  }

  /// An encoder that is in and whose media is up.
  mutating func publish(
    _ name: String = "OBS", key: String? = nil, grant: AccessGrant? = nil
  ) throws -> ParticipantID {
    let entrant = encoder(name, key: key, grant: grant)
    let id = state.participant(for: entrant)
    try #require(offer(entrant) == .enters)
    media(.answer(id, "answer"))
    media(.connected(id))
    return id
  }

  /// A player that is in and whose media is up.
  mutating func watch(_ query: [String: String] = [:], grant: AccessGrant? = nil) throws -> ParticipantID {
    let entrant = try player(query, grant: grant)
    try #require(offer(entrant) == .enters)
    media(.answer(entrant.id, "answer"))
    media(.connected(entrant.id))
    return entrant.id
  }

  /// A new stream key: its id and its text.
  mutating func streamKey(_ name: String = "Stage", by host: ParticipantID) throws -> (id: StreamKeyID, text: String) {
    try #require(handle(#""type":"createStreamKey","name":"\#(name)""#, from: host) == nil)
    for case .reply(.streamKey(let id, let text, _)) in effects.reversed() { return (id, text) }
    throw Missing()
  }

  private struct Missing: Error {}

  /// Sets a password, as its session would have had it hashed.
  @discardableResult
  mutating func setPassword(by host: ParticipantID) -> PasswordHash {
    let hash = PasswordHash(of: "p", cost: PasswordCost(logN: 4, r: 1, p: 1))
    guard case .updateRoom(var update)? = read(#""type":"updateRoom","password":"p""#) else { return hash }
    update.password = .hashed(hash)
    handle(.updateRoom(update), from: host)
    return hash
  }

  /// What the media plane was asked, oldest first.
  var mediaCommands: [MediaCommand] { effects.compactMap { if case .media(let command) = $0 { command } else { nil } } }

  /// What the session of a machine or viewer was told, oldest first.
  func news(of id: ParticipantID) -> [StreamNews] {
    effects.compactMap { if case .stream(id, let news) = $0 { news } else { nil } }
  }

  /// Whether the session of a machine or viewer was ended.
  func isEnded(_ id: ParticipantID) -> Bool {
    effects.contains { if case .close(id, _) = $0 { true } else { false } }
  }
}
