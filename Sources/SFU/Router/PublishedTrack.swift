import RTP
import WebRTC

/// One media description that a participant publishes: a microphone or a camera, whatever streams it comes in.
struct PublishedTrack: ~Copyable {
  typealias Handle = SlotTable<PublishedTrack>.Handle

  let owner: Participant.Handle
  let publisher: PeerEntry.Handle
  /// The place of the media description in the publisher's session.
  let media: Int
  let source: MediaServer.Source
  var kind: MediaServer.Slot.Kind { source.kind }
  /// What its packets come in; as agreed on, until one has come.
  private(set) var codec: MediaCodec?
  /// Whether its packets go further.
  var isAllowed: Bool
  /// The streams that have begun, one for each simulcast layer.
  var streams: [PublishedStream.Handle] = []
  var subscriptions: [Subscription.Handle] = []

  init(
    by owner: Participant.Handle, publisher: PeerEntry.Handle, media: NegotiatedMedia, source: MediaServer.Source,
    isAllowed: Bool
  ) {
    self.owner = owner
    self.publisher = publisher
    self.media = media.index
    self.source = source
    codec = media.codecs.first?.codec
    self.isAllowed = isAllowed
  }

  /// What a subscriber is offered for it: its codec, and one that all know, so that nobody has to reject the place for ever.
  var offeredCodecs: [MediaCodec]? {
    guard kind == .video, let codec else { return nil }
    return codec == .vp8 ? [.vp8] : [codec, .vp8]
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
}
