import RTP

/// What a worker knows of a room.
struct Room {
  let mode: MediaServer.Mode
  var participants: [String: Participant] = [:]
}

/// What a worker knows of a participant: the two peer connections and what goes from one to the other.
struct Participant {
  /// A media description that is published, and the place in a subscription that it goes to.
  struct Line {
    /// The place of the media description in the publisher's session.
    let media: Int
    let kind: MediaServer.Slot.Kind
    let track: PublishedTrack.Handle
    /// The place in the subscriber's session; nil while there is none.
    var slot: Int?
    var isInUse = true
  }

  var kinds: MediaServer.Kinds
  var publisher: PeerEntry.Handle?
  var subscriber: PeerEntry.Handle?
  var lines: [Line] = []
}
