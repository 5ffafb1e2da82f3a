import RTP
import WebRTC

/// One media description that a participant publishes: a microphone or a camera, whatever streams it comes in.
struct PublishedTrack: ~Copyable {
  typealias Handle = SlotTable<PublishedTrack>.Handle

  let publisher: PeerEntry.Handle
  /// The place of the media description in the publisher's session.
  let media: Int
  let kind: MediaServer.Slot.Kind
  /// Whether its packets go further.
  var isAllowed: Bool
  /// The streams that have begun, one for each simulcast layer.
  var streams: [PublishedStream.Handle] = []
  var subscriptions: [Subscription.Handle] = []

  init(publisher: PeerEntry.Handle, media: Int, kind: MediaServer.Slot.Kind, isAllowed: Bool) {
    self.publisher = publisher
    self.media = media
    self.kind = kind
    self.isAllowed = isAllowed
  }
}

/// One stream of a published track, with its latest packets.
struct PublishedStream: ~Copyable {
  typealias Handle = SlotTable<PublishedStream>.Handle

  let track: PublishedTrack.Handle
  /// The publisher's incoming stream.
  let incoming: Int
  var cache = PacketCache()
  var activity = LayerActivity()

  init(track: PublishedTrack.Handle, incoming: Int) {
    self.track = track
    self.incoming = incoming
  }
}

extension MediaServer.Slot.Kind {
  /// Nil for what is not forwarded.
  init?(_ kind: MediaKind) {
    switch kind {
    case .audio: self = .audio
    case .video: self = .video
    case .application, .other: return nil
    }
  }

  var mediaKind: MediaKind {
    switch self {
    case .audio: return .audio
    case .video: return .video
    }
  }

  var kinds: MediaServer.Kinds {
    switch self {
    case .audio: return .audio
    case .video: return .video
    }
  }
}
