extension MediaEvent {
  /// Whose connection it is about; nil if it is about something else.
  fileprivate var participant: ParticipantID? {
    switch self {
    case .failed, .demand, .dominantSpeaker, .quality: nil
    case .lost(let id), .answer(let id, _), .refused(let id, _), .accepted(let id), .offer(let id, _, _),
      .slots(let id, _), .report(let id, _), .fragment(let id, _), .connected(let id):
      id
    }
  }
}

extension RoomState {
  /// Something happened to the media of a machine or viewer; nil if it is about somebody else.
  package mutating func handle(stream event: MediaEvent, at now: Timestamp) -> [RoomEffect]? {
    guard !isEnded, let id = event.participant, streams.contains(id) else { return nil }
    switch event {
    case .answer(_, let answer): reply(.answer(answer), toOfferOf: id)
    case .refused(_, let refusal) where refusal.description == .offer: reply(.refused(refusal), toOfferOf: id)
    case .refused(_, let refusal): emit(.stream(id, .refused(refusal)))
    case .fragment(_, let fragment): emit(.stream(id, .fragment(fragment)))
    default:
      guard streams.machines[id]?.unanswered ?? 0 == 0 else { return [] }
      handle(connectionOf: id, event, at: now)
    }
    return takeEffects()
  }

  private mutating func reply(_ news: StreamNews, toOfferOf id: ParticipantID) {
    streams.machines[id]?.unanswered -= 1
    emit(.stream(id, news))
  }

  /// Something happened to the connection that a machine or viewer has now.
  private mutating func handle(connectionOf id: ParticipantID, _ event: MediaEvent, at now: Timestamp) {
    switch event {
    case .slots(_, let slots): emit(.stream(id, .slots(slots)))
    case .connected: connect(stream: id, at: now)
    case .report(_, let report):
      if streams.machines[id] != nil { publishes(id, report) } else { emit(.stream(id, .report(report))) }
    case .lost:
      lose(stream: id, at: now)
      mediaLost(of: id, at: now)
      settle(at: now)
    case .answer, .refused, .fragment, .failed, .accepted, .offer, .demand, .dominantSpeaker, .quality: return
    }
  }

  /// The media of the room is closed, for it is lost or goes on in another mode: nobody's connection outlives that.
  mutating func dropStreams() {
    endViewers(streams.viewers.keys.sorted())
    for id in streams.machines.keys { streams.machines[id]?.isDropped = true }
  }

  /// Machines whose connection was dropped may come back for a while.
  mutating func settleMachines(at now: Timestamp) {
    for id in streams.machines.keys.sorted() where streams.machines[id]?.isDropped == true {
      streams.machines[id]?.isDropped = false
      lose(stream: id, at: now)
    }
  }

  private mutating func connect(stream id: ParticipantID, at now: Timestamp) {
    emit(.stream(id, .connected))
    if streams.machines[id] != nil {
      change(id) { $0.presence = .connected(departsAt: nil) }
      emit(.media(.report(id)))
    } else {
      streams.viewers[id]?.connectsBy = nil
    }
    settle(at: now)
  }

  private mutating func lose(stream id: ParticipantID, at now: Timestamp) {
    if streams.viewers[id] != nil {
      endViewers([id])
    } else {
      let (showsAt, endsAt) = (now + parameters.times.reconnecting, now + parameters.times.streamLoss)
      change(id) { machine in
        guard machine.presence.isConnected else { return }
        machine.presence = .lost(showsAt: showsAt, isShown: false, endsAt: endsAt)
      }
    }
  }

  /// Media has told what the encoder sends: it has no devices but these.
  private mutating func publishes(_ id: ParticipantID, _ report: MediaReport) {
    let kinds = report.published.reduce(into: MediaKinds()) { $0.insert($1.source.kinds) }
    guard !kinds.isEmpty, let machine = streams.machines[id], let participant = participants[id] else { return }
    let muted = machine.kinds.subtracting(participant.devices.kinds)
    streams.machines[id]?.kinds = kinds
    change(id) { $0.devices.kinds = kinds.subtracting(muted) }
  }
}

extension MediaSource {
  /// What it needs the permission for.
  fileprivate var kinds: MediaKinds {
    switch self {
    case .microphone: .audio
    case .camera: .video
    case .screen, .screenAudio: .screen
    }
  }
}
