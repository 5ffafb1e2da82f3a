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
  /// What its packets come in; the preferred one until one has come.
  private(set) var codec: MediaCodec?
  private var payloadType: UInt8?
  /// When another codec is believed again: each change is offered to everybody.
  private var nextCodecChange = Instant.zero
  private(set) var speech = Speech()
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
    payloadType = media.codecs.first?.payloadType
    self.isAllowed = isAllowed
  }

  /// What a packet may tell of its track.
  enum Change {
    case codec
    case speech
  }

  /// A track that changes its codec more often is shown to nobody in between.
  private static let codecInterval = Duration.seconds(1)

  /// Takes note of a packet; returns what others must follow.
  mutating func receive(_ packet: ReceivedPacket, at now: Instant) -> Change? {
    switch kind {
    case .audio:
      guard let level = packet.audioLevel else { return nil }
      return speech.hear(level, at: now) ? .speech : nil
    case .video:
      guard packet.payloadType != payloadType, nextCodecChange <= now else { return nil }
      nextCodecChange = now + Self.codecInterval
      payloadType = packet.payloadType
      return .codec
    }
  }

  /// Finds out which codec comes, by what was agreed on; true if it is another than before.
  mutating func follow(_ media: NegotiatedMedia) -> Bool {
    let present = media.codecs.first { $0.payloadType == payloadType }?.codec
    guard let present, present != codec else { return false }
    codec = present
    return true
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
