import RTP

/// The server's side of a subscriber's peer connection: the places that media can be put into, and the offers that describe them.
///
/// Media descriptions are never removed, only left without a track, because their order is fixed for the life of a session. Audio has
/// as many places as speakers are forwarded at once, each with its own SSRC; who speaks in which is told by signalling. Video
/// places form a pool that grows with the number of visible tracks. A place that is given to another track gets SSRCs of its
/// own with it, because browsers tie what is played in step to the SSRC and not to the place.
package struct SubscriptionOffer: Sendable {
  /// One place: a media description that one track after the other is sent in.
  package struct Slot: Equatable, Sendable {
    package let mid: String
    package fileprivate(set) var track: LocalTrack
    /// What can come in it; nil for all that is offered at all. Each codec is some 200 bytes in every offer.
    package fileprivate(set) var codecs: [MediaCodec]?
    package fileprivate(set) var use = Use.carries
  }

  /// What a place is good for at present.
  package enum Use: Sendable {
    case carries
    /// Its track rests and is expected back: offered as inactive, so that whoever receives it sees it rest.
    case rests
    /// It waits for a track: offered as one that sends, without a track. Pion up to 3.1 never revives a description that was
    /// inactive, and GStreamer's webrtcbin takes no offer that does.
    case waits
  }

  /// What an answer settled.
  package struct Agreement: Equatable, Sendable {
    /// The media descriptions that the peer accepted.
    package var media: [NegotiatedMedia]
    /// Nil if it accepted none.
    package var remote: RemoteTransport?
  }

  package private(set) var slots: [Slot] = []
  private let codecs: OfferedCodecs
  private var origin: SessionDescription.Origin
  private var version: UInt64 = 0
  /// The places as the last offer described them, which is what its answer is about.
  private var offered: [Slot] = []

  package init(sessionID: UInt64, codecs: OfferedCodecs = OfferedCodecs()) {
    origin = SessionDescription.Origin(sessionID: String(sessionID), version: "0")
    self.codecs = codecs
  }

  /// Adds a place for tracks of the kind of `track`, whose SSRCs it keeps; nil if a description can hold no more.
  package mutating func addSlot(for track: LocalTrack, in codecs: [MediaCodec]? = nil) -> Slot? {
    guard slots.count < SDPLimits.mediaCount else { return nil }
    let slot = Slot(mid: String(slots.count), track: track, codecs: codecs)
    slots.append(slot)
    return slot
  }

  /// Gives a place to another track of its kind.
  package mutating func assign(_ track: LocalTrack, in codecs: [MediaCodec]?, to mid: String) {
    guard let index = slots.firstIndex(where: { $0.mid == mid }) else { return }
    (slots[index].track, slots[index].codecs, slots[index].use) = (track, codecs, .carries)
  }

  /// Says what a place is good for from now on; the place, its mid and its SSRCs stay.
  package mutating func setSlot(_ mid: String, _ use: Use) {
    guard let index = slots.firstIndex(where: { $0.mid == mid }) else { return }
    slots[index].use = use
  }

  /// The next offer.
  package mutating func make(with transport: LocalTransport) -> SessionDescription {
    version += 1
    offered = slots
    origin.version = String(version)
    var offer = SessionDescription(origin: origin)
    offer.isICELite = true
    offer.allowsMixedExtensions = true
    offer.groups = slots.isEmpty ? [] : [MediaGroup("BUNDLE", slots.map(\.mid))]
    offer.media = slots.map { media(for: $0, transport) }
    return offer
  }

  private func media(for slot: Slot, _ transport: LocalTransport) -> MediaDescription {
    let descriptions = codecs.descriptions(of: slot.track.kind, among: slot.codecs)
    let isCarrier = slot.mid == slots.first?.mid
    var media = MediaDescription(
      slot.track.kind, port: 9, protocolName: "UDP/TLS/RTP/SAVPF",
      formats: descriptions.map { String($0.payloadType) })
    media.connection = "IN IP4 0.0.0.0"
    media.mid = slot.mid
    media.direction = slot.use == .rests ? .inactive : .sendonly
    media.transport = transport.description(.actpass, renomination: true)
    media.candidates = isCarrier ? transport.candidates : []
    media.hasAllCandidates = isCarrier
    media.multiplexesRTCP = true
    media.reducesRTCPSize = true
    media.extensions = OfferedExtensions.maps(of: slot.track.kind)
    media.codecs = descriptions
    if slot.use == .carries { media.declare(slot.track) }
    return media
  }

  /// Takes the answer to the last offer; throws `mismatch` if it is none.
  ///
  /// A media description without a codec that both sides have must be rejected (RFC 3264 §6). One that is accepted like that
  /// would be silent for ever and nobody would be told why, so it is thrown as `noCodec`.
  package func accept(_ answer: SessionDescription) throws(NegotiationError) -> Agreement {
    guard answer.media.count == offered.count else { throw .mismatch }
    var agreement = Agreement(media: [], remote: nil)
    for (index, (slot, media)) in zip(offered, answer.media).enumerated() {
      guard media.kind == slot.track.kind, media.mid == nil || media.mid == slot.mid else { throw .mismatch }
      guard !media.isRejected else { continue }
      let accepted = codecs.accepted(by: media)
      // RED only wraps what another codec made.
      guard accepted.contains(where: { $0.codec != .red }) else { throw .noCodec }
      if agreement.remote == nil { agreement.remote = try RemoteTransport(of: media, in: answer, isAnswer: true) }
      agreement.media.append(negotiated(slot, at: index, media, accepted, in: answer))
    }
    return agreement
  }

  private func negotiated(
    _ slot: Slot, at index: Int, _ media: MediaDescription, _ accepted: [NegotiatedCodec],
    in answer: SessionDescription
  ) -> NegotiatedMedia {
    let isSent = slot.use == .carries && answer.direction(of: media).receives
    var negotiated = NegotiatedMedia(
      index: index, mid: slot.mid, kind: slot.track.kind, direction: isSent ? .sendonly : .inactive, codecs: accepted,
      extensions: OfferedExtensions.accepted(by: media),
      allowsMixedExtensions: answer.allowsMixedExtensions || media.allowsMixedExtensions,
      reducesRTCPSize: media.reducesRTCPSize)
    negotiated.track = slot.track
    if accepted.allSatisfy({ $0.retransmission == nil }) { negotiated.track?.retransmission = nil }
    return negotiated
  }
}
