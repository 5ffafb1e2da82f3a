import RTP
package import WebRTC

/// A published track on its way to one subscriber: which of its streams is forwarded, and under which numbers.
package struct Subscription: ~Copyable {
  private let inPlace = InPlace()
  package typealias Handle = SlotTable<Subscription>.Handle

  /// What is to be done with a packet.
  enum Decision {
    case forward(OutgoingPacket)
    /// Of the packet only its number is sent, because something behind it was sent before.
    case fill(OutgoingPacket)
    case drop(MediaServer.DropReason)
  }

  /// Stands for a payload type that the subscriber does not know.
  private static let unknown = UInt8.max
  /// So many keyframes are passed over that come too late to go on with in time.
  static let refusalLimit = 2

  private(set) var track: PublishedTrack.Handle
  let subscriber: PeerEntry.Handle
  /// The subscriber's outgoing stream.
  let outgoing: Int
  let kind: MediaServer.Slot.Kind
  package private(set) var wish = LayerWish()
  /// What the subscriber's network leaves of the wish.
  package private(set) var grant = LayerGrant.everything
  /// What was granted before, by which changes are kept few.
  var history = AllocationHistory()
  /// How many of the track's layers it needs, counted from the smallest.
  package var neededLayerCount = 0
  /// The stream that is forwarded.
  package internal(set) var current = PublishedStream.Handle.none
  /// The stream that was forwarded until its microphone was too quiet to be heard.
  private(set) var resting = PublishedStream.Handle.none
  /// Whether the subscriber has asked for this very track, and gets it however quiet it is.
  let isSelected: Bool
  /// The stream that is to be forwarded from its next keyframe on.
  package private(set) var target = PublishedStream.Handle.none
  /// Where the newest keyframe begins that was forwarded of the present stream; nil before one was.
  private var newestKeyframe: (sequence: Int64, timestamp: Int64)?
  package internal(set) var mapping: NumberMapping
  private(set) var forwarding: HeaderExtensionForwarding
  package internal(set) var selector = LayerSelector()
  /// The best layers of the target itself.
  private var targetBounds = LayerSelector.Bounds()
  /// Keyframes that came too late to go on with.
  var refusedKeyframes = 0
  var keyframes = KeyframeAllowance()
  /// How many earlier packets of sound each packet repeats.
  var generations = 0
  /// The subscriber's payload type of RED (RFC 2198); nil if it knows none.
  private(set) var redundantType: UInt8?
  /// The subscriber's payload type of what RED carries.
  private(set) var soundType: UInt8?
  /// The subscriber's payload type by the publisher's.
  private var payloadTypes: InlineArray<128, UInt8>
  var byteCount = 0
  /// Of the last whole second.
  private(set) var bitsPerSecond = 0

  package init(
    to track: PublishedTrack.Handle, kind: MediaServer.Slot.Kind, for subscriber: PeerEntry.Handle, on outgoing: Int,
    numbers mapping: consuming NumberMapping, from source: NegotiatedMedia, to destination: NegotiatedMedia,
    isSelected: Bool = false
  ) {
    self.track = track
    self.isSelected = isSelected
    self.kind = kind
    self.subscriber = subscriber
    self.outgoing = outgoing
    self.mapping = mapping
    forwarding = Self.forwarding(source, destination)
    payloadTypes = Self.payloadTypes(source, destination)
    (redundantType, soundType) = Self.soundTypes(destination)
  }

  /// Takes over what was negotiated anew on either side.
  mutating func update(from source: NegotiatedMedia, to destination: NegotiatedMedia) {
    forwarding = Self.forwarding(source, destination)
    payloadTypes = Self.payloadTypes(source, destination)
    (redundantType, soundType) = Self.soundTypes(destination)
  }

  /// Takes a wish over; a pause takes effect at once.
  mutating func setWish(_ wish: LayerWish) {
    self.wish = wish
    if wish.isPaused { stop() }
  }

  /// Takes over what the network leaves of the wish; true if that is another than before. Nothing takes effect at once.
  mutating func setGrant(_ grant: LayerGrant) -> Bool {
    guard self.grant != grant else { return false }
    self.grant = grant
    if grant == .nothing { stop() }
    return true
  }

  /// Has nothing sent until it is decided what.
  mutating func hold() { grant = .nothing }

  /// Whether it is sent nothing for want of bits.
  var isGivenUp: Bool { grant == .nothing && history.holding == .nothing }

  /// What is sent at best.
  var allowedWish: LayerWish { grant.bounding(wish) }

  private mutating func stop() {
    (current, target) = (.none, .none)
  }

  /// The stream to be forwarded from now on, or from its next keyframe on, and the best of its own layers; until then the present
  /// stream goes on in the layers `meanwhile`.
  mutating func select(
    _ stream: PublishedStream.Handle, _ bounds: LayerSelector.Bounds, meanwhile: LayerSelector.Bounds
  ) {
    if stream != target { refusedKeyframes = 0 }
    (target, targetBounds) = (stream, bounds)
    selector.bounds = current == stream || current == .none ? bounds : meanwhile
  }

  /// A stream has ended.
  mutating func forget(_ stream: PublishedStream.Handle) {
    if current == stream { current = .none }
    if target == stream { target = .none }
    if resting == stream { resting = .none }
  }

  /// Nothing is forwarded any more; what follows in its place continues its numbers.
  mutating func detach() {
    (track, current, target, resting) = (.none, .none, .none, .none)
  }

  /// The track is not to be forwarded for a while; afterwards it begins anew, at a keyframe.
  mutating func pause() {
    current = .none
  }

  /// The present stream is too much for the network, and the target begins in its place with whatever keyframe there is.
  mutating func giveWay() {
    (current, refusedKeyframes) = (.none, Self.refusalLimit)
  }

  /// What is forwarded is not heard for a while; afterwards it goes on.
  mutating func rest() {
    guard current != .none else { return }
    (resting, current) = (current, .none)
  }

  /// Begins to forward the target; false if this packet is too old for that.
  mutating func takeUp(
    with packet: NumberMapping.Position, _ clock: StreamClock?, isForced: Bool, at now: Instant
  ) -> Bool {
    let isTakenUp =
      target == resting
      ? mapping.goOn(with: packet) : mapping.switchSource(to: packet, by: clock, isForced: isForced, at: now)
    guard isTakenUp else { return false }
    (current, resting) = (target, .none)
    selector.bounds = targetBounds
    newestKeyframe = nil
    return true
  }

  /// A keyframe is forwarded that begins with this packet, or with one before it of the same picture: parameter sets may come each
  /// in a packet of its own.
  mutating func noteKeyframe(at packet: NumberMapping.Position) {
    guard let known = newestKeyframe, known.timestamp != packet.timestamp else {
      newestKeyframe = (min(newestKeyframe?.sequence ?? .max, packet.sequence), packet.timestamp)
      return
    }
    if packet.sequence > known.sequence { newestKeyframe = (packet.sequence, packet.timestamp) }
  }

  /// Whether a packet is of use still, which came from `source` in the numbering of `origin`. What a decoder lacks from before a
  /// keyframe it can do without, and sending it would keep a network that has fallen from carrying the keyframe.
  package func needs(_ source: Int64, of origin: UInt64) -> Bool {
    kind == .audio || (origin == current.rawValue && source >= newestKeyframe?.sequence ?? .min)
  }

  /// Whether it waits for a keyframe of its target.
  var awaitsKeyframe: Bool { kind == .video && target != .none && target != current }

  /// Hands its numbers over to whoever continues them; it is to be removed.
  mutating func takeNumbers() -> NumberMapping {
    var taken = NumberMapping(first: SequenceNumber(rawValue: 0), clockRate: 1)
    swap(&taken, &mapping)
    return taken
  }

  /// Ends a period of counting.
  mutating func closeCount(after period: Duration) {
    bitsPerSecond = Int(Double(byteCount * 8) * 1e9 / Double(max(1, period.nanoseconds)))
    byteCount = 0
  }

  /// The subscriber's payload type for one of the publisher's.
  package func payloadType(for source: UInt8) -> UInt8? {
    let payloadType = payloadTypes[Int(source & 0x7f)]
    return payloadType == Self.unknown ? nil : payloadType
  }

  private static func soundTypes(_ destination: NegotiatedMedia) -> (red: UInt8?, opus: UInt8?) {
    (
      destination.codecs.first { $0.codec == .red }?.payloadType,
      destination.codecs.first { $0.codec == .opus }?.payloadType
    )
  }

  private static func forwarding(
    _ source: NegotiatedMedia, _ destination: NegotiatedMedia
  ) -> HeaderExtensionForwarding {
    HeaderExtensionForwarding(
      source: source.extensions, target: destination.extensions,
      allowsTwoByteForm: destination.allowsMixedExtensions)
  }

  /// The same codec in the same form, or else the same codec, which decoders mostly take.
  private static func payloadTypes(
    _ source: NegotiatedMedia, _ destination: NegotiatedMedia
  ) -> InlineArray<128, UInt8> {
    var table = InlineArray<128, UInt8>(repeating: unknown)
    for codec in source.codecs where codec.payloadType < 128 {
      let same =
        destination.codecs.first { $0.codec == codec.codec }
        ?? destination.codecs.first { $0.codec.family == codec.codec.family }
      if let same { table[Int(codec.payloadType)] = same.payloadType }
    }
    return table
  }
}
