import RTP

/// What a worker knows of a participant: the two peer connections, what comes by the one and what is sent by the other.
package struct Participant: ~Copyable {
  package typealias Handle = SlotTable<Participant>.Handle

  /// So many tracks may be wanted: more than are watched at once, and an offer of them is read in a moment.
  package static let wishLimit = 64
  /// So many others are heard at once; of more, those who spoke last.
  package static let audioSlotLimit = 10

  let room: String
  let name: String
  var kinds: MediaServer.Kinds
  var publisher = PeerEntry.Handle.none
  var subscriber = PeerEntry.Handle.none
  var publications: [Publication] = []
  /// What is sent in the places of the subscription, by their index.
  var slots: [AssignedSlot] = []
  var wishes: [MediaServer.Track: LayerWish] = [:]
  var quality = QualityWatch()
  /// What it is sent, if it only watches.
  var selection: MediaServer.Selection?

  init(_ name: String, in room: String, _ kinds: MediaServer.Kinds) {
    (self.name, self.room, self.kinds) = (name, room, kinds)
  }

  func track(_ source: MediaServer.Source) -> MediaServer.Track { MediaServer.Track(name, source) }

  /// Whether it only watches: one connection, which it offers, and nothing but what was selected.
  var watches: Bool { selection != nil }
}

/// A track that a participant publishes, in a media description of its publishing connection.
struct Publication {
  /// The place of the media description in the publisher's session.
  let media: Int
  let source: MediaServer.Source
  let track: PublishedTrack.Handle
  /// Whether the description says that something comes.
  var isInUse = true
}

/// A place of a subscription, and for which track it is kept.
struct AssignedSlot {
  let kind: MediaServer.Slot.Kind
  /// Nil while it is free. It need not be published: a track that is wanted keeps its slot until it comes back.
  var track: MediaServer.Track?
  /// The track as the router knows it, if it is published.
  var published = PublishedTrack.Handle.none
  var subscription = Subscription.Handle.none
  /// When it was last passed to another without an offer.
  var passedAt: Instant?

  init(_ kind: MediaServer.Slot.Kind) {
    self.kind = kind
  }
}
