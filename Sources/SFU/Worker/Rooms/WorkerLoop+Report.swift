import RTP
import WebRTC

// MARK: - What goes on between a participant and this server
extension WorkerLoop {
  mutating func report(_ participant: Participant.Handle) {
    guard participants.contains(participant) else { return }
    let published = participants[participant].watches ? selected(by: participant) : published(by: participant)
    let report = MediaServer.Report(
      published: published, subscribed: subscribed(by: participant),
      downlink: downlink(of: participant))
    tell(.report(participants[participant].name, report), participants[participant].room)
  }

  private func published(by participant: Participant.Handle) -> [MediaServer.Published] {
    participants[participant].publications.map { published($0.source, as: $0.track) }
  }

  /// What a participant that watches has selected, as far as it is there.
  private func selected(by participant: Participant.Handle) -> [MediaServer.Published] {
    let (selection, tracks) = (participants[participant].selection, rooms[participants[participant].room]?.tracks)
    return [selection?.audio, selection?.video].compactMap { track in
      guard let track, let handle = tracks?[track] else { return nil }
      return published(track.source, as: handle)
    }
  }

  private func published(_ source: MediaServer.Source, as track: PublishedTrack.Handle) -> MediaServer.Published {
    MediaServer.Published(source: source, layers: router.layers(of: track), packetsLost: lostCount(of: track))
  }

  /// Of all layers; what came twice is nobody's loss.
  private func lostCount(of track: PublishedTrack.Handle) -> Int {
    guard router.tracks.contains(track), peers.contains(router.tracks[track].publisher) else { return 0 }
    let publisher = router.tracks[track].publisher
    guard peers[publisher].connection.hasKeys else { return 0 }
    return router.tracks[track].streams.reduce(0) { sum, stream in
      let incoming = router.streams[stream].incoming
      return sum + Int(max(0, peers[publisher].connection.streams.incoming[incoming].statistics.lostCount))
    }
  }

  /// What has a slot, and what is wanted and has none.
  private func subscribed(by participant: Participant.Handle) -> [MediaServer.Subscribed] {
    let (slots, wishes) = (participants[participant].slots, participants[participant].wishes)
    let sent = slots.compactMap { slot in slot.track.map { subscribed(to: $0, by: slot.subscription) } }
    let missing = wishes.filter { wish in !slots.contains { $0.track == wish.key } }
    return sent
      + missing.sorted { $0.key < $1.key }.map {
        MediaServer.Subscribed(
          track: $0.key, state: $0.value.isPaused ? .paused : .absent, spatialLayer: nil, temporalLayer: nil,
          bitsPerSecond: 0)
      }
  }

  private func subscribed(
    to track: MediaServer.Track, by subscription: Subscription.Handle
  ) -> MediaServer.Subscribed {
    let progress = router.progress(of: subscription)
    let shortfall = router.shortfall(of: subscription, sending: progress, at: now)
    return MediaServer.Subscribed(
      track: track, state: progress.state, spatialLayer: progress.spatialLayer,
      temporalLayer: progress.temporalLayer, bitsPerSecond: progress.bitsPerSecond,
      wantedSpatialLayer: shortfall.wantedSpatialLayer, limit: shortfall.limit)
  }
}
