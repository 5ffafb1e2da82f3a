import RTP
import WebRTC

/// A published track on its way to one subscriber: which of its streams is forwarded, and under which numbers. Trivial.
struct Subscription {
  typealias Handle = SlotTable<Subscription>.Handle

  /// What is to be done with a packet.
  enum Decision {
    /// `begins` says that it is the first from its stream.
    case forward(NumberMapping.Numbers, payloadType: UInt8, begins: Bool)
    case drop(MediaServer.DropReason)
  }

  /// Stands for a payload type that the subscriber does not know.
  private static let unknown = UInt8.max

  private(set) var track: PublishedTrack.Handle
  let subscriber: PeerEntry.Handle
  /// The subscriber's outgoing stream.
  let outgoing: Int
  let kind: MediaServer.Slot.Kind
  /// The stream that is forwarded.
  private(set) var current = PublishedStream.Handle.none
  /// The stream that is to be forwarded from its next keyframe on.
  private(set) var target = PublishedStream.Handle.none
  private(set) var mapping: NumberMapping
  private(set) var forwarding: HeaderExtensionForwarding
  /// The subscriber's payload type by the publisher's.
  private var payloadTypes: InlineArray<128, UInt8>

  init(
    to track: PublishedTrack.Handle, kind: MediaServer.Slot.Kind, for subscriber: PeerEntry.Handle, on outgoing: Int,
    numbers mapping: NumberMapping, from source: NegotiatedMedia, to destination: NegotiatedMedia
  ) {
    self.track = track
    self.kind = kind
    self.subscriber = subscriber
    self.outgoing = outgoing
    self.mapping = mapping
    forwarding = Self.forwarding(source, destination)
    payloadTypes = Self.payloadTypes(source, destination)
  }

  /// Takes over what was negotiated anew on either side.
  mutating func update(from source: NegotiatedMedia, to destination: NegotiatedMedia) {
    forwarding = Self.forwarding(source, destination)
    payloadTypes = Self.payloadTypes(source, destination)
  }

  /// The stream to be forwarded from now on, or from its next keyframe on.
  mutating func select(_ stream: PublishedStream.Handle) {
    target = stream
  }

  /// A stream has ended.
  mutating func forget(_ stream: PublishedStream.Handle) {
    if current == stream { current = .none }
    if target == stream { target = .none }
  }

  /// Nothing is forwarded any more; what follows in its place continues its numbers.
  mutating func detach() {
    (track, current, target) = (.none, .none, .none)
  }

  /// The track is not to be forwarded for a while; afterwards it begins anew, at a keyframe.
  mutating func pause() {
    current = .none
  }

  /// The numbers of a packet of the present stream that was kept; nil if it is not to be forwarded.
  mutating func map(_ packet: PacketCache.Entry, at now: Instant) -> (NumberMapping.Numbers, payloadType: UInt8)? {
    guard let payloadType = payloadType(for: packet.payloadType) else { return nil }
    return mapping.map(packet.sequence, timestamp: packet.timestamp, at: now).map { ($0, payloadType) }
  }

  /// Whether it waits for a keyframe of its target.
  var awaitsKeyframe: Bool { kind == .video && target != .none && target != current }

  /// Decides on a packet of one of the track's streams, and counts it as forwarded if it is.
  mutating func decide(_ packet: ReceivedPacket, of stream: PublishedStream.Handle, at now: Instant) -> Decision {
    let begins = stream == target && target != current && (kind == .audio || packet.startsKeyframe)
    if begins {
      mapping.switchSource(to: packet.sequence, timestamp: packet.timestamp, at: now)
      current = target
    }
    guard stream == current else { return .drop(stream == target ? .awaitingKeyframe : .unwantedLayer) }
    let payloadType = payloadTypes[Int(packet.payloadType & 0x7f)]
    guard payloadType != Self.unknown else { return .drop(.unknownCodec) }
    guard let numbers = mapping.map(packet.sequence, timestamp: packet.timestamp, at: now) else {
      return .drop(.tooOld)
    }
    return .forward(numbers, payloadType: payloadType, begins: begins)
  }

  /// The subscriber's payload type for one of the publisher's.
  func payloadType(for source: UInt8) -> UInt8? {
    let payloadType = payloadTypes[Int(source & 0x7f)]
    return payloadType == Self.unknown ? nil : payloadType
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
