import RTP

/// What a worker knows of a room.
struct Room {
  let mode: MediaServer.Mode
  /// Whether its home is another worker, and only some who watch are here.
  let isMirror: Bool
  /// The workers that mirror it.
  var mirrors: [Int] = []
  var participants: [String: Participant.Handle] = [:]
  /// What is published in it now.
  var tracks: [MediaServer.Track: PublishedTrack.Handle] = [:]
  /// The sound among that, in the order in which it was first published.
  private(set) var audio: [MediaServer.Track] = []
  /// The microphones among that.
  private(set) var microphones: [PublishedTrack.Handle] = []
  var conversation = DominantSpeaker()
  /// Which of the microphones are heard, if there are too many to hear all.
  var loudest = LoudestMicrophones()
  /// When it was last looked for somebody who began to speak.
  var heardAt = Instant.zero
  /// Who leads the conversation; nil when nobody has for a while.
  var dominantSpeaker: Participant.Handle? { conversation.current }

  init(mode: MediaServer.Mode, isMirror: Bool = false) {
    (self.mode, self.isMirror) = (mode, isMirror)
  }

  mutating func publish(_ track: MediaServer.Track, as handle: PublishedTrack.Handle) {
    tracks[track] = handle
    if track.source.kind == .audio, !audio.contains(track) { audio.append(track) }
    if track.source == .microphone { microphones.append(handle) }
  }

  mutating func unpublish(_ track: MediaServer.Track) {
    let handle = tracks.removeValue(forKey: track)
    microphones.removeAll { $0 == handle }
    if track.source.kind == .audio { audio.removeAll { $0 == track } }
  }

  /// Whether a track that is published now is heard by all before it was looked who is loudest; `count` microphones are.
  func hearsAtOnce(_ source: MediaServer.Source, of count: Int) -> Bool {
    mode != .routed || source != .microphone || microphones.count < count
  }

  /// Whether a participant is to be sent a track if it is published.
  func sends(_ track: MediaServer.Track, to name: String, wishing wishes: [MediaServer.Track: LayerWish]) -> Bool {
    switch mode {
    case .echo: return track.participant == name
    case .routed: return track.participant != name && (track.source.kind == .audio || wishes[track] != nil)
    case .broadcast: return false
    }
  }
}
