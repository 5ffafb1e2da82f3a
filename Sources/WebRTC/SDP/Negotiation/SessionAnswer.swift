import RTP

/// The server's answer to an offer, and what was agreed with it (RFC 3264, RFC 9429 §5.3).
///
/// Answering keeps no state: all numbers are the offer's, so an offer that repeats what was agreed gets the same answer, and
/// an ICE restart shows as new credentials of the peer.
package struct SessionAnswer: Sendable {
  /// Which door the offer came by.
  package enum Side: Sendable {
    /// The peer publishes: browsers' first peer connection, WHIP.
    case receiving
    /// The peer watches: WHEP. The tracks take the media descriptions of their kind in order.
    case sending([LocalTrack])
  }

  package private(set) var description: SessionDescription
  /// The media descriptions that were accepted.
  package private(set) var media: [NegotiatedMedia] = []
  /// How the peer is reached; nil if nothing was accepted.
  package private(set) var remote: RemoteTransport?

  /// Answers `offer`; `origin` names the session and counts its descriptions.
  ///
  /// What cannot be forwarded is rejected media by media; `established` is the role that an association plays already. Throws if
  /// the offer's transport cannot work at all.
  package init(
    to offer: SessionDescription, by side: Side, transport: LocalTransport, origin: SessionDescription.Origin,
    capabilities: MediaCapabilities = MediaCapabilities(), established: SetupRole? = nil
  ) throws(NegotiationError) {
    description = SessionDescription(origin: origin)
    description.isICELite = true
    description.allowsMixedExtensions = offer.allowsMixedExtensions
    var tracks: [LocalTrack] = []
    if case .sending(let list) = side { tracks = list }
    let carrier = Self.carrier(of: offer, capabilities)
    for (index, offered) in offer.media.enumerated() {
      guard let carrier, Self.shares(offered, index, with: carrier, in: offer) else {
        description.media.append(.rejection(of: offered))
        continue
      }
      if remote == nil {
        remote = try RemoteTransport(
          of: offer.media[carrier], in: offer, isAnswer: false, established: established)
      }
      let trackIndex = tracks.firstIndex { $0.kind == offered.kind }
      let answer = MediaAnswer(
        to: offered, at: index, in: offer, sending: trackIndex.map { tracks[$0] }, side: side, capabilities)
      guard let answer else {
        description.media.append(.rejection(of: offered))
        continue
      }
      if answer.negotiated.track != nil, let trackIndex { tracks.remove(at: trackIndex) }
      accept(answer, transport)
    }
    describeBundle(offer)
  }

  /// Whether the server could take this media description if it were alone.
  private static func isAcceptable(_ media: MediaDescription, _ capabilities: MediaCapabilities) -> Bool {
    !media.isRejected && media.multiplexesRTCP && MediaAnswer.protocols.contains(media.protocolName)
      && !CodecNegotiation(offer: media, capabilities: capabilities).accepted.isEmpty
  }

  /// The media description whose transport is used: the first of the bundle that is acceptable, or else the first at all.
  private static func carrier(of offer: SessionDescription, _ capabilities: MediaCapabilities) -> Int? {
    let acceptable = offer.media.indices.filter { isAcceptable(offer.media[$0], capabilities) }
    let bundled = offer.bundledMids
    return acceptable.first { offer.media[$0].mid.map(bundled.contains) ?? false } ?? acceptable.first
  }

  /// Whether a media description travels on the carrier's transport: it is the carrier, or both are in the bundle.
  private static func shares(
    _ media: MediaDescription, _ index: Int, with carrier: Int, in offer: SessionDescription
  ) -> Bool {
    guard index != carrier else { return true }
    guard let mid = media.mid, let carrierMid = offer.media[carrier].mid else { return false }
    return offer.bundledMids.contains(mid) && offer.bundledMids.contains(carrierMid)
  }

  /// Enters an accepted media description, with the transport; the candidates stand in the first only.
  private mutating func accept(_ answer: MediaAnswer, _ transport: LocalTransport) {
    guard let remote else { return }
    var answered = answer.description
    answered.transport = transport.description(remote.localSetup, renomination: remote.supportsRenomination)
    if media.isEmpty { answered.candidates = transport.candidates }
    answered.hasAllCandidates = media.isEmpty
    description.media.append(answered)
    media.append(answer.negotiated)
  }

  private mutating func describeBundle(_ offer: SessionDescription) {
    let accepted = media.compactMap(\.mid).filter(offer.bundledMids.contains)
    guard !offer.bundledMids.isEmpty, !accepted.isEmpty else { return }
    description.groups = [MediaGroup("BUNDLE", accepted)]
  }
}

/// The answer to one media description.
struct MediaAnswer {
  /// RTP with feedback over DTLS, in the spellings that occur (RFC 8829 §5.1.2).
  static let protocols = ["UDP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "RTP/SAVPF", "RTP/SAVP"]

  private(set) var description: MediaDescription
  private(set) var negotiated: NegotiatedMedia

  /// Nil if there is nothing in it that the server can forward.
  init?(
    to offered: MediaDescription, at index: Int, in offer: SessionDescription, sending track: LocalTrack?,
    side: SessionAnswer.Side, _ capabilities: MediaCapabilities
  ) {
    let codecs = CodecNegotiation(offer: offered, capabilities: capabilities)
    guard !offered.isRejected, offered.multiplexesRTCP, Self.protocols.contains(offered.protocolName),
      !codecs.accepted.isEmpty
    else { return nil }
    let wanted = offer.direction(of: offered)
    let direction: MediaDirection
    switch side {
    case .receiving: direction = wanted.sends ? .recvonly : .inactive
    case .sending: direction = wanted.receives && track != nil ? .sendonly : .inactive
    }
    let allowsMixed = offer.allowsMixedExtensions || offered.allowsMixedExtensions
    let extensions = ExtensionNegotiation(
      offer: offered, allowsMixed: allowsMixed, isReceiving: side.isReceiving)

    description = MediaDescription(
      offered.kind, port: 9, protocolName: offered.protocolName,
      formats: codecs.descriptions.map { String($0.payloadType) })
    description.connection = "IN IP4 0.0.0.0"
    description.mid = offered.mid
    description.direction = direction
    description.multiplexesRTCP = true
    description.multiplexesRTCPOnly = offered.multiplexesRTCPOnly
    description.reducesRTCPSize = offered.reducesRTCPSize
    description.allowsMixedExtensions = offered.allowsMixedExtensions
    description.extensions = extensions.maps
    description.codecs = codecs.descriptions
    negotiated = NegotiatedMedia(
      index: index, mid: offered.mid, kind: offered.kind, direction: direction, codecs: codecs.accepted,
      extensions: extensions.accepted, allowsMixedExtensions: allowsMixed, reducesRTCPSize: offered.reducesRTCPSize)
    switch direction {
    case .recvonly: receive(offered, capabilities.maximumLayerCount)
    case .sendonly: send(track)
    case .inactive, .sendrecv: break
    }
  }

  /// Takes the layers and streams that the offer announces.
  private mutating func receive(_ offered: MediaDescription, _ maximumLayerCount: Int) {
    negotiated.declaredStreams = offered.declaredStreams
    negotiated.stream = offered.streams.first
    guard negotiated.extensions.id(of: .rid) != nil, let simulcast = offered.simulcast else { return }
    let identifiers = offered.restrictionIdentifiers.filter { $0.direction == .send }
    let layers = simulcast.send.compactMap { alternatives in
      alternatives.lazy.compactMap { encoding in identifiers.first { $0.id == encoding.rid } }.first
    }.prefix(maximumLayerCount)
    guard !layers.isEmpty else { return }
    negotiated.layers = layers.map(\.id)
    description.restrictionIdentifiers = layers.map { RestrictionIdentifier(id: $0.id, direction: .recv) }
    description.simulcast = SimulcastDescription(receive: layers.map { [.init(rid: $0.id)] })
  }

  private mutating func send(_ track: LocalTrack?) {
    guard var track else { return }
    if negotiated.codecs.allSatisfy({ $0.retransmission == nil }) { track.retransmission = nil }
    negotiated.track = track
    description.declare(track)
  }
}

extension SessionAnswer.Side {
  var isReceiving: Bool {
    switch self {
    case .receiving: return true
    case .sending: return false
    }
  }
}

extension MediaDescription {
  /// Port 0 and nothing else of substance (RFC 3264 §6).
  package static func rejection(of offered: MediaDescription) -> MediaDescription {
    var rejection = MediaDescription(
      offered.kind, port: 0, protocolName: offered.protocolName, formats: offered.formats)
    rejection.connection = "IN IP4 0.0.0.0"
    rejection.mid = offered.mid
    rejection.direction = .inactive
    return rejection
  }

  /// Names the SSRCs of what the server sends, for those who cannot read the mid extension.
  mutating func declare(_ track: LocalTrack) {
    streams = [track.identifier]
    let ssrcs = [track.ssrc] + (track.retransmission.map { [$0] } ?? [])
    if ssrcs.count == 2 { sourceGroups = [SourceGroup("FID", ssrcs.map(\.rawValue))] }
    sources = ssrcs.map { ssrc in
      DeclaredSource(ssrc: ssrc.rawValue, attributes: [SDPAttribute("cname", track.cname)])
    }
  }

  /// The streams that are declared by SSRC, in order, each with its retransmissions (RFC 5576 §4.2, `FID`).
  package var declaredStreams: [DeclaredStream] {
    let pairs = sourceGroups.filter { $0.semantics == "FID" && $0.ssrcs.count == 2 }.map(\.ssrcs)
    let retransmissions = Set(pairs.map { $0[1] })
    return sources.filter { !retransmissions.contains($0.ssrc) }.map { source in
      DeclaredStream(
        ssrc: SSRC(rawValue: source.ssrc),
        retransmission: pairs.first { $0[0] == source.ssrc }.map { SSRC(rawValue: $0[1]) }, cname: source.cname)
    }
  }
}
