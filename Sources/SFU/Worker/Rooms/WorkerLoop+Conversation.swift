import RTP

// MARK: - Who leads the conversation in each room
extension WorkerLoop {
  /// Looks in every room who leads, and tells of each change.
  mutating func followConversations() {
    var index = rooms.startIndex
    while index != rooms.endIndex {
      if elect(inRoomAt: index) {
        let speaker = rooms.values[index].dominantSpeaker
        tell(.dominantSpeaker(speaker.map { participants[$0].name }), rooms.keys[index])
      }
      rooms.formIndex(after: &index)
    }
  }

  /// True if another leads the room's conversation than before.
  private mutating func elect(inRoomAt index: [String: Room].Index) -> Bool {
    guard rooms.values[index].mode == .routed else { return false }
    candidates.removeAll(keepingCapacity: true)
    for place in rooms.values[index].microphones.indices {
      let track = rooms.values[index].microphones[place]
      guard router.tracks.contains(track), router.tracks[track].isAllowed else { continue }
      candidates.append(
        DominantSpeaker.Candidate(router.tracks[track].owner, router.tracks[track].activity.scores(at: now)))
    }
    return rooms.values[index].conversation.elect(among: candidates, at: now)
  }
}
