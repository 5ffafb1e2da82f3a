package import SFU
package import Signaling

/// The SFU as signalling sees it: the same commands and events, in the words of either side.
package struct SFUMediaPlane: MediaPlane {
  package let modes: Set<MediaMode> = [.routed, .echo]
  private let server: MediaServer

  package init(server: MediaServer) {
    self.server = server
  }

  package var events: AsyncStream<(RoomID, MediaEvent)> {
    let server = server
    return AsyncStream { continuation in
      let reader = Task {
        for await event in server.events {
          continuation.yield((RoomID(rawValue: event.room), MediaEvent(event.news)))
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in reader.cancel() }
    }
  }

  package func refusal(ofOffer offer: String, watching isWatching: Bool) -> MediaRefusal? {
    server.refusal(ofOffer: offer, watching: isWatching).map { MediaRefusal($0) }
  }

  package func isFull(for room: RoomID) -> Bool { server.isFull(for: room.rawValue) }

  package func perform(_ command: MediaCommand, in room: RoomID) async {
    await server.perform(MediaServer.Command(command), in: room.rawValue)
  }
}

extension MediaServer.Command {
  package init(_ command: MediaCommand) {
    self =
      switch command {
      case .open(let mode): .open(MediaServer.Mode(mode))
      case .add(let id, let kinds): .add(id.rawValue, publishing: MediaServer.Kinds(kinds))
      case .allow(let id, let kinds): .allow(id.rawValue, publishing: MediaServer.Kinds(kinds))
      case .offer(let id, let description, let sources):
        .offer(id.rawValue, description: description, sources: sources.mapValues(MediaServer.Source.init))
      case .answer(let id, let description): .answer(id.rawValue, description: description)
      case .restart(let id, let anew): .restart(id.rawValue, anew: anew)
      case .subscribe(let id, let wishes):
        .subscribe(
          id.rawValue,
          Dictionary(uniqueKeysWithValues: wishes.map { (MediaServer.Track($0.key), LayerWish($0.value)) }))
      case .unsubscribe(let id, let tracks): .unsubscribe(id.rawValue, tracks.map(MediaServer.Track.init))
      case .watch(let id, let description, let selection):
        .watch(id.rawValue, description: description, of: MediaServer.Selection(selection))
      case .select(let id, let selection): .select(id.rawValue, MediaServer.Selection(selection))
      case .fragment(let id, let fragment, let mayRestart):
        .fragment(id.rawValue, fragment, mayRestart: mayRestart)
      case .report(let id): .report(id.rawValue)
      case .remove(let id): .remove(id.rawValue)
      case .close: .close
      }
  }
}

extension MediaServer.Mode {
  fileprivate init(_ mode: MediaMode) {
    self =
      switch mode {
      case .routed: .routed
      case .broadcast: .broadcast
      case .echo: .echo
      }
  }
}

extension MediaServer.Kinds {
  fileprivate init(_ kinds: MediaKinds) {
    self = []
    if kinds.contains(.audio) { insert(.audio) }
    if kinds.contains(.video) { insert(.video) }
    if kinds.contains(.screen) { insert(.screen) }
  }
}

extension MediaEvent {
  package init(_ news: MediaServer.News) {
    self =
      switch news {
      case .failed: .failed
      case .lost(let id): .lost(ParticipantID(rawValue: id))
      case .answer(let id, let description): .answer(ParticipantID(rawValue: id), description)
      case .accepted(let id): .accepted(ParticipantID(rawValue: id))
      case .refused(let id, let refusal): .refused(ParticipantID(rawValue: id), MediaRefusal(refusal))
      case .offer(let id, let description, let slots):
        .offer(ParticipantID(rawValue: id), description, slots: slots.map(MediaSlot.init))
      case .slots(let id, let slots): .slots(ParticipantID(rawValue: id), slots.map(MediaSlot.init))
      case .report(let id, let report): .report(ParticipantID(rawValue: id), MediaReport(report))
      case .fragment(let id, let fragment): .fragment(ParticipantID(rawValue: id), fragment)
      case .connected(let id): .connected(ParticipantID(rawValue: id))
      case .demand(let id, let source, let layers):
        .demand(ParticipantID(rawValue: id), MediaSource(source), layers: layers)
      case .dominantSpeaker(let id): .dominantSpeaker(id.map(ParticipantID.init))
      case .quality(let id, let quality): .quality(ParticipantID(rawValue: id), MediaQuality(quality))
      }
  }
}

extension MediaRefusal {
  fileprivate init(_ refusal: MediaServer.Refusal) {
    self.init(Description(refusal.description), refusal.reason, as: Cause(refusal.cause))
  }
}

extension MediaRefusal.Description {
  fileprivate init(_ description: MediaServer.Refusal.Description) {
    switch description {
    case .offer: self = .offer
    case .answer: self = .answer
    case .fragment: self = .fragment
    }
  }
}

extension MediaRefusal.Cause {
  fileprivate init(_ cause: MediaServer.Refusal.Cause) {
    switch cause {
    case .malformed: self = .malformed
    case .unusable: self = .unusable
    case .full: self = .full
    }
  }
}
