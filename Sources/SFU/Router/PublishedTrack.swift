import RTP
package import WebRTC

/// One media description that a participant publishes: a microphone or a camera, whatever streams it comes in.
package struct PublishedTrack: ~Copyable {
  private let inPlace = InPlace()
  package typealias Handle = SlotTable<PublishedTrack>.Handle

  let owner: Participant.Handle
  let publisher: PeerEntry.Handle
  /// The place of the media description in the publisher's session.
  let media: Int
  let source: MediaServer.Source
  /// What the publisher calls its simulcast layers, in the order of its description.
  var rids: [String]
  var kind: MediaServer.Slot.Kind { source.kind }
  /// What its packets come in; the preferred one until one has come.
  private(set) var codec: MediaCodec?
  /// As the publisher numbers it.
  private(set) var payloadType: UInt8?
  /// When another codec is believed again: each change is offered to everybody.
  private var nextCodecChange = Instant.zero
  private(set) var speech = Speech()
  private(set) var activity = SpeechActivity()
  /// Whether its packets go further.
  package var isAllowed: Bool
  /// Whether it is sent to all who are subscribed, or, being too quiet in a room of many, only to those who have selected it.
  package internal(set) var isHeard = true
  /// Whether somebody gets its packets twice (RED).
  var isRepeated = false
  /// Some more than are repeated: a burst may be sent only when all of it has come.
  private static let repetitionCount: Int64 = 8
  /// How many subscriptions have selected it.
  var selectionCount = 0
  /// The streams that have begun, one for each simulcast layer.
  var streams: [PublishedStream.Handle] = []
  var subscriptions: [Subscription.Handle] = []
  /// Other workers on which somebody is sent it.
  var mirrors: [TrackMirror] = []
  /// Frames of all its streams, by which a stream that is off is told from a picture at rest.
  package var frames = LayerActivity.Frames()
  /// Which of its layers are of use to somebody.
  var demand = LayerDemand()
  /// Whether what its subscriptions need has changed in this turn.
  var needsHaveChanged = false
  /// To the publisher and back: so long its keyframes take, beside the encoder's time.
  var roundTripTime = Duration.milliseconds(100)

  package init(
    by owner: Participant.Handle, publisher: PeerEntry.Handle, media: NegotiatedMedia, source: MediaServer.Source,
    isAllowed: Bool
  ) {
    self.owner = owner
    self.publisher = publisher
    self.media = media.index
    self.source = source
    rids = media.layers
    codec = media.codecs.first?.codec
    payloadType = media.codecs.first?.payloadType
    self.isAllowed = isAllowed
  }

  /// A track that is published on another worker.
  init(mirroring track: MirroredTrack) {
    self.init(
      by: .none, publisher: .none, media: track.media, source: track.name.source, isAllowed: track.isAllowed)
    roundTripTime = track.roundTripTime
    payloadType = track.payloadType
    _ = follow(track.media)
  }

  /// What a packet may tell of its track.
  enum Change {
    case codec
    case speech
  }

  /// A track that changes its codec more often is shown to nobody in between; twice as long after each change.
  private var codecInterval = Duration.seconds(1)
  private static let longestCodecInterval = Duration.seconds(60)

  /// Whether its packets are sent to anybody who is subscribed.
  var isForwarded: Bool { isHeard || selectionCount > 0 }

  /// How many of its packets are kept once they have been forwarded, or were not: pictures for repairs; of a microphone that is not
  /// heard what it said before it is.
  var keptCount: Int64 {
    switch kind {
    case .video: Int64(PacketCache.capacity)
    case .audio: isHeard ? isRepeated ? Self.repetitionCount : 0 : Router.preRollLimit
    }
  }

  /// Takes note of a packet; returns what others must follow.
  mutating func receive(_ packet: ReceivedPacket, at now: Instant) -> Change? {
    switch kind {
    case .audio:
      return hear(packet, at: now) ? .speech : nil
    case .video: return receive(payloadType: packet.payloadType, at: now)
    }
  }

  /// Takes note of what a packet with a picture comes in; returns what others must follow.
  mutating func receive(payloadType type: UInt8, at now: Instant) -> Change? {
    guard type != payloadType, nextCodecChange <= now else { return nil }
    nextCodecChange = now + codecInterval
    codecInterval = min(codecInterval * 2, Self.longestCodecInterval)
    payloadType = type
    return .codec
  }

  /// Takes note of how loud it is; true when somebody speaks who should be heard.
  private mutating func hear(_ packet: ReceivedPacket, at now: Instant) -> Bool {
    guard let level = packet.audioLevel else {
      let isSound = Speech.isSound(payloadByteCount: packet.payload.count)
      activity.hear(isSound: isSound, timestamp: packet.timestamp, at: now)
      return speech.hear(isSound: isSound, at: now)
    }
    activity.hear(level, timestamp: packet.timestamp, at: now)
    return speech.hear(level, at: now)
  }

  /// Finds out which codec comes, by what was agreed on; true if it is another than before.
  mutating func follow(_ media: NegotiatedMedia) -> Bool {
    let present = media.codecs.first { $0.payloadType == payloadType }?.codec
    guard let present, present != codec else { return false }
    codec = present
    return true
  }

  func rid(ofPlace place: Int?) -> String? {
    guard let place, rids.indices.contains(place) else { return nil }
    return rids[place]
  }

  /// What a subscriber is offered for it: its codec, and one that all know, so that nobody has to reject the place for ever.
  var offeredCodecs: [MediaCodec]? {
    guard kind == .video, let codec else { return nil }
    return codec == .vp8 ? [.vp8] : [codec, .vp8]
  }
}

/// One stream of a published track, with its latest packets.
package struct PublishedStream: ~Copyable {
  private let inPlace = InPlace()
  package typealias Handle = SlotTable<PublishedStream>.Handle

  /// Where a keyframe begins, and when it came.
  struct Keyframe {
    let sequence: Int64
    let arrival: Instant
  }

  package let track: PublishedTrack.Handle
  /// The publisher's incoming stream.
  let incoming: Int
  /// Its place among the simulcast layers that the publisher's description names; nil without simulcast.
  package var place: Int?
  /// Which moment its timestamps stand for; nil while the publisher has not told.
  package var clock: StreamClock?
  package var cache = PacketCache()
  package var activity = LayerActivity()
  /// The other workers that it is handed to.
  var mirrors = WorkerSet()
  var reader = LayerReader()
  /// Packets that wait for the rest of their picture.
  var collector = PictureCollector()
  /// The newest keyframe.
  private(set) var keyframe: Keyframe?
  /// The newest packet; its slot may have been given back.
  private(set) var newest: PacketCache.Entry?

  init(track: PublishedTrack.Handle, incoming: Int) {
    self.track = track
    self.incoming = incoming
  }

  /// What was kept is no beginning any more.
  mutating func interrupt() {
    keyframe = nil
  }

  /// Takes note of a packet that came.
  mutating func note(_ packet: PacketCache.Entry, startsKeyframe: Bool) {
    if newest.map({ $0.sequence < packet.sequence }) ?? true { newest = packet }
    guard startsKeyframe, keyframe.map({ $0.sequence < packet.sequence }) ?? true else { return }
    keyframe = Keyframe(sequence: packet.sequence, arrival: packet.arrival)
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
