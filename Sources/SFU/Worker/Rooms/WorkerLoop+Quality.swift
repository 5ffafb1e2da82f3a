import RTP
import WebRTC

// MARK: - How everybody's media does
extension WorkerLoop {
  /// Judges the media of all who publish or watch, and tells what has changed; once a second.
  mutating func judgeQuality() {
    for place in participants.places {
      guard let participant = participants.handle(inPlace: place),
        rooms[participants[participant].room]?.mode == .routed
      else { continue }
      let (uplink, downlink) = (uplink(of: participant), downlinkObservation(of: participant))
      guard let quality = participants[participant].quality.observe(uplink, downlink) else { continue }
      tell(.quality(participants[participant].name, quality), participants[participant].room)
    }
  }

  /// What the network to a participant carries; nil where nothing tells.
  func downlink(of participant: Participant.Handle) -> MediaServer.Downlink? {
    let peer = participants[participant].subscriber
    guard peers.contains(peer), let estimate = peers[peer].connection.estimate else { return nil }
    return MediaServer.Downlink(
      bitsPerSecond: estimate.bitsPerSecond, wantedBitsPerSecond: peers[peer].connection.wantedBitsPerSecond,
      loss: Int((estimate.loss * 10_000).rounded()), roundTripTime: peers[peer].connection.roundTripTime)
  }

  private func downlinkObservation(of participant: Participant.Handle) -> QualityWatch.Downlink? {
    let peer = participants[participant].subscriber
    guard peers.contains(peer), peers[peer].isConnected, let estimate = peers[peer].connection.estimate else {
      return nil
    }
    let wanted = peers[peer].connection.wantedBitsPerSecond
    guard wanted > 0 else { return nil }
    return QualityWatch.Downlink(
      share: min(1, Double(estimate.bitsPerSecond) / Double(wanted)), loss: estimate.loss,
      isSilent: estimate.cause == .silence)
  }

  private func uplink(of participant: Participant.Handle) -> QualityWatch.Uplink? {
    let peer = participants[participant].publisher
    guard peers.contains(peer), peers[peer].connection.hasKeys,
      participants[participant].publications.contains(where: \.isInUse)
    else { return nil }
    let total = peers[peer].connection.receptionTotal
    return QualityWatch.Uplink(
      expectedCount: total.expectedCount, missedCount: total.missedCount, silence: silence(of: participant))
  }

  /// How long nothing has come of a participant's microphone that is in use.
  private func silence(of participant: Participant.Handle) -> Duration? {
    let microphone = participants[participant].publications.first { $0.source == .microphone && $0.isInUse }
    guard let microphone, router.tracks.contains(microphone.track), router.tracks[microphone.track].isAllowed else {
      return nil
    }
    var latest: Instant?
    for index in 0..<router.tracks[microphone.track].streams.count {
      guard let newest = router.streams[router.tracks[microphone.track].streams[index]].newest else { continue }
      latest = max(latest ?? newest.arrival, newest.arrival)
    }
    return latest.map { now - $0 }
  }
}
