import RTP
import WebRTC

// MARK: - Who leads the conversation in each room, and whose microphones are heard
extension WorkerLoop {
  /// Looks in every room who leads and who is heard, and tells of each change.
  mutating func followConversations() {
    var index = rooms.startIndex
    while index != rooms.endIndex {
      if rooms.values[index].isMirror {
        followLoss(inRoomAt: index)
      } else if rooms.values[index].mode == .routed {
        followConversation(inRoomAt: index)
      }
      rooms.formIndex(after: &index)
    }
  }

  private mutating func followConversation(inRoomAt index: [String: Room].Index) {
    gatherCandidates(inRoomAt: index)
    if rooms.values[index].conversation.elect(among: candidates, at: now) {
      let speaker = rooms.values[index].dominantSpeaker
      tell(.dominantSpeaker(speaker.map { participants[$0].name }), rooms.keys[index])
      allocateLater(everybodyIn: rooms.keys[index])
    }
    chooseHeard(inRoomAt: index)
  }

  /// However many speak at once, nobody has a syllable behind.
  private static let leastInterval = Duration.milliseconds(40)

  /// Somebody begins to speak who is not heard: looks at once who is.
  mutating func hasten(_ index: [String: Room].Index) {
    guard rooms.values[index].heardAt + Self.leastInterval <= now else { return }
    rooms.values[index].heardAt = now
    gatherCandidates(inRoomAt: index)
    chooseHeard(inRoomAt: index)
  }

  private mutating func gatherCandidates(inRoomAt index: [String: Room].Index) {
    candidates.removeAll(keepingCapacity: true)
    for place in rooms.values[index].microphones.indices {
      let track = rooms.values[index].microphones[place]
      guard router.tracks.contains(track), router.tracks[track].isAllowed else { continue }
      candidates.append(
        DominantSpeaker.Candidate(
          router.tracks[track].owner, on: track, router.tracks[track].activity.scores(at: now)))
    }
  }

  // MARK: Hearing

  /// Whose microphones are heard from now on; all, if they are few.
  private mutating func chooseHeard(inRoomAt index: [String: Room].Index) {
    let leader = rooms.values[index].dominantSpeaker
    microphones.removeAll(keepingCapacity: true)
    for candidate in candidates {
      let speech = router.tracks[candidate.track].speech
      microphones.append(
        LoudestMicrophones.Candidate(
          candidate.track, isSpeaking: speech.isOngoing(at: now), spokeAt: speech.spokeAt ?? .zero,
          loudness: candidate.scores.loudness, leads: candidate.speaker == leader))
    }
    _ = rooms.values[index].loudest.choose(among: microphones, limit: settings.heardCount, at: now)
    settleHearing(inRoomAt: index)
  }

  /// Has those sent who are heard, and nobody else; whoever is silent first, for their slots are of use.
  private mutating func settleHearing(inRoomAt index: [String: Room].Index) {
    for place in rooms.values[index].microphones.indices {
      let track = rooms.values[index].microphones[place]
      guard router.tracks.contains(track), !rooms.values[index].loudest.contains(track), router.tracks[track].isHeard
      else { continue }
      router.mute(track)
    }
    for place in rooms.values[index].microphones.indices {
      let track = rooms.values[index].microphones[place]
      guard router.tracks.contains(track) else { continue }
      if rooms.values[index].loudest.contains(track) { hear(track, inRoomAt: index) }
      skipSilence(of: track)
      followLoss(of: track)
    }
  }

  /// Silence is not even opened of those who are heard by nobody.
  private mutating func skipSilence(of track: PublishedTrack.Handle) {
    let publisher = router.tracks[track].publisher
    guard peers.contains(publisher) else { return }
    for place in router.tracks[track].streams.indices {
      let incoming = router.streams[router.tracks[track].streams[place]].incoming
      peers[publisher].connection.setSkipsSilence(!router.tracks[track].isForwarded, of: incoming)
    }
  }

  /// Has a microphone heard by all, also by those who have slots for others only; what was said just before is sent first.
  private mutating func hear(_ track: PublishedTrack.Handle, inRoomAt index: [String: Room].Index) {
    let isNews = !router.tracks[track].isHeard
    router.hear(track)
    giveSlots(to: track, inRoomAt: index)
    guard isNews else { return }
    for place in router.tracks[track].subscriptions.indices {
      router.catchUp(router.tracks[track].subscriptions[place], in: sockets.slab, at: now, &drops)
      listPending()
    }
  }
}

// MARK: - Sound that is sent twice where much of it is lost
extension WorkerLoop {
  /// Below this rate what little there is should not be said twice, nor three times below the other.
  private static let leastRates = (once: 150_000, twice: 400_000)

  /// Has those get a microphone's packets twice who lose many, and know RED (RFC 2198).
  ///
  /// This is the only place that decides so. Where media is encrypted from end to end nothing may be added to what packets hold or
  /// taken out of it; there are no such rooms yet.
  private mutating func followLoss(of track: PublishedTrack.Handle) {
    router.tracks[track].isRepeated = false
    guard router.tracks[track].isForwarded else { return }
    for place in router.tracks[track].subscriptions.indices {
      let subscription = router.tracks[track].subscriptions[place]
      let isKnown = router.subscriptions[subscription].redundantType != nil
      let generations = isKnown ? redundancy(to: router.subscriptions[subscription].subscriber) : 0
      router.subscriptions[subscription].generations = generations
      if generations > 0 { router.tracks[track].isRepeated = true }
    }
  }

  /// Who is heard is for the home of a room to say; what is lost on the way to those who watch here, for this worker.
  private mutating func followLoss(inRoomAt index: [String: Room].Index) {
    for place in rooms.values[index].microphones.indices {
      let track = rooms.values[index].microphones[place]
      if router.tracks.contains(track) { followLoss(of: track) }
    }
  }

  private func redundancy(to subscriber: PeerEntry.Handle) -> Int {
    guard peers.contains(subscriber) else { return 0 }
    let wanted = peers[subscriber].connection.soundRedundancy
    guard wanted > 0, let rate = peers[subscriber].connection.estimate?.bitsPerSecond else { return wanted }
    return rate < Self.leastRates.once ? 0 : rate < Self.leastRates.twice ? 1 : wanted
  }
}
