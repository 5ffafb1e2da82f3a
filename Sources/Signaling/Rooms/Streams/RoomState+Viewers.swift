extension RoomState {
  /// Whom a player that comes now is shown; nil if nobody publishes.
  ///
  /// The stage is the machine that has been here longest; else whoever shows a picture, else whoever is heard.
  func publisher(for query: WatchQuery) -> Participant? {
    publisher(for: query, after: nil, among: inOrder)
  }

  /// Brings in order what follows for the players: whom they are shown, who of them must go, how many there are.
  mutating func settleViewers(at now: Timestamp) {
    endUnwantedViewers(at: now)
    followPublishers()
    countViewers(at: now)
  }

  /// Shows the players who is to be seen now: whoever watches the stage stays with a publisher until that one stops or a machine comes.
  mutating func followPublishers() {
    guard !streams.viewers.isEmpty else { return }
    let people = inOrder
    for id in streams.viewers.keys.sorted() {
      guard var viewer = streams.viewers[id] else { continue }
      let publisher = publisher(for: viewer.query, after: viewer.watched, among: people)
      if let publisher, publisher.selection(viewer.query.source) != viewer.selection || publisher.id != viewer.watched {
        viewer.watched = publisher.id
        viewer.selection = publisher.selection(viewer.query.source)
        emit(.media(.select(id, viewer.selection)))
      }
      let isActive = publisher?.isSeen ?? false
      if isActive != viewer.isActive { emit(.stream(id, .active(isActive))) }
      viewer.isActive = isActive
      streams.viewers[id] = viewer
    }
  }

  private func publisher(
    for query: WatchQuery, after watched: ParticipantID?, among people: [Participant]
  ) -> Participant? {
    if let text = query.participant {
      let folded = text.lowercased()
      let named = people.first { $0.id.rawValue == text } ?? people.first { $0.name.folded == folded }
      return named.flatMap { $0.isSeen || $0.id == watched ? $0 : nil }
    }
    // A machine that is lost for a moment keeps the stage.
    if let machine = people.first(where: { $0.role == .machine && ($0.isSeen || $0.id == watched) }) { return machine }
    let publishers = people.filter(\.isSeen)
    return publishers.first { $0.id == watched } ?? publishers.first { $0.shows(query.source) } ?? publishers.first
  }

  /// Nobody watches a room with a lobby who could not have come past it, nor whoever was banned; nor is a connection awaited for ever.
  private mutating func endUnwantedViewers(at now: Timestamp) {
    let gone = streams.viewers.filter { _, viewer in
      settings.lobby && !viewer.passesLobby || exclusions.isBanned(viewer.profile)
        || viewer.connectsBy.map { $0 <= now } ?? false
    }
    endViewers(gone.keys.sorted())
  }

  private mutating func countViewers(at now: Timestamp) {
    switch streams.news {
    case .due(let time) where now < time: return
    case .told(let time) where now < time + ViewerNews.interval:
      if streams.connectedViewers != settings.viewers { streams.news = .due(at: time + ViewerNews.interval) }
    case .none, .told, .due: tellViewers(at: now)
    }
  }

  private mutating func tellViewers(at now: Timestamp) {
    streams.news = .none
    let count = streams.connectedViewers
    guard count != settings.viewers else { return }
    streams.news = .told(at: now)
    settings.viewers = count
    tell(.roomChanged(settings, [.viewers]))
    for id in streams.viewers.keys.sorted() { emit(.stream(id, .viewers(count))) }
  }
}

extension Participant {
  /// Whether there is something to watch: a machine is there while its connection is, everybody else while a device is on.
  fileprivate var isSeen: Bool {
    !devices.kinds.isEmpty && (role != .machine || presence.isConnected)
  }

  /// Whether it shows a picture of this source, or any.
  fileprivate func shows(_ source: MediaSource?) -> Bool {
    switch source {
    case .screen: devices.screen
    case .camera: devices.video
    default: devices.video || devices.screen
    }
  }

  /// The tracks of it that a player is sent: the picture asked for or the one there is, and the voice; of a screen without a voice its sound.
  func selection(_ source: MediaSource?) -> MediaTrackSelection {
    let picture = source ?? (devices.screen && !devices.video ? .screen : .camera)
    let sound: MediaSource = picture == .screen && devices.screen && !devices.audio ? .screenAudio : .microphone
    return MediaTrackSelection(audio: MediaTrack(id, sound), video: MediaTrack(id, picture))
  }
}
