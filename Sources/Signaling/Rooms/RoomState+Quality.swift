/// Who leads the conversation and how everybody's media does, as everybody is told.
extension RoomState {
  /// Media has found that somebody else leads the conversation, or nobody.
  mutating func follow(speaker id: ParticipantID?) {
    guard let id else { return tell(speaker: nil) }
    if media.has(id), participants[id] != nil { tell(speaker: id) }
  }

  /// Somebody's device says what holds back what it publishes; nil for nothing.
  mutating func limit(_ id: ParticipantID, by limitation: MediaLimitation?, at now: Timestamp) {
    emit(.reply(.done))
    media.qualities.limit(id, by: limitation, at: now)
    settleQualities(at: now)
  }

  /// Tells everybody whose media does better or worse than they know, when it is time for that.
  mutating func settleQualities(at now: Timestamp) {
    guard !isEnded else { return }
    let participants = participants
    let changed = media.qualities.takeNews(at: now) { participants[$0]?.quality }
    guard !changed.isEmpty else { return }
    for id in changed { self.participants[id]?.quality = media.qualities.quality(of: id) }
    tell(.qualityChanged(changed.compactMap { self.participants[$0] }))
  }

  /// Media has nothing of the room any more: what was measured in it means nothing now.
  mutating func forgetMeasured() {
    tell(speaker: nil)
    for id in participants.keys.sorted() { media.qualities.forget(id) }
  }

  /// Media has nothing of this participant any more.
  mutating func forgetMeasured(of id: ParticipantID) {
    if settings.dominantSpeaker == id { tell(speaker: nil) }
    media.qualities.forget(id)
  }

  private mutating func tell(speaker id: ParticipantID?) {
    guard settings.dominantSpeaker != id else { return }
    settings.dominantSpeaker = id
    tell(.roomChanged(settings, [.dominantSpeaker]))
    if id != nil { emit(.speakerChanged) }
  }
}
