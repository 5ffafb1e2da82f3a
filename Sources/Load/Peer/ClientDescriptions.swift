package import WebRTC
internal import RTP
internal import STUN

/// What a client of the load offers, and what it reads off the server's descriptions.
package struct ClientDescriptions: Sendable {
  static let audioType: UInt8 = 111
  static let videoType: UInt8 = 96
  static let repairType: UInt8 = 97
  private static let extensions: [(id: UInt8, kind: HeaderExtensionKind)] = [
    (1, .audioLevel), (2, .absoluteSendTime), (3, .transportSequenceNumber), (4, .mid), (5, .rid), (6, .repairedRID),
  ]

  let credentials: ICECredentials
  let fingerprint: CertificateFingerprint
  /// The names of the layers that are sent; empty without simulcast.
  let layers: [String]

  package init(credentials: ICECredentials, fingerprint: CertificateFingerprint, layers: [String] = []) {
    (self.credentials, self.fingerprint, self.layers) = (credentials, fingerprint, layers)
  }

  /// A microphone and a camera that are sent, or a place for each that is received.
  package func offer(_ direction: MediaDirection) -> SessionDescription {
    var offer = SessionDescription(origin: SessionDescription.Origin(sessionID: "1", version: "1"))
    offer.allowsMixedExtensions = true
    offer.groups = [MediaGroup("BUNDLE", ["0", "1"])]
    offer.media = [media(.audio, mid: "0", direction), media(.video, mid: "1", direction)]
    return offer
  }

  /// Everything of an offer accepted that a load can receive, under the payload types and ids of the offer (RFC 9429 §5.3.1).
  package func answer(to offer: SessionDescription) -> SessionDescription {
    var answer = SessionDescription(origin: SessionDescription.Origin(sessionID: "1", version: offer.origin.version))
    answer.allowsMixedExtensions = offer.allowsMixedExtensions
    answer.media = offer.media.map { accepted($0, of: offer) ?? .rejection(of: $0) }
    let mids = Set(answer.media.filter { !$0.isRejected }.compactMap(\.mid))
    answer.groups = [MediaGroup("BUNDLE", offer.bundledMids.filter(mids.contains))]
    return answer
  }

  /// What a load receives of a media description; nil if that is nothing.
  private func accepted(_ offered: MediaDescription, of offer: SessionDescription) -> MediaDescription? {
    let codecs = offered.codecs.filter { Self.isKnown($0, in: offered) }
    guard !offered.isRejected, !codecs.isEmpty else { return nil }
    var media = MediaDescription(
      offered.kind, port: 9, protocolName: offered.protocolName, formats: codecs.map { String($0.payloadType) })
    media.connection = "IN IP4 0.0.0.0"
    media.mid = offered.mid
    media.direction = offer.direction(of: offered).reversed
    media.transport = transport(.active)
    media.multiplexesRTCP = true
    media.reducesRTCPSize = offered.reducesRTCPSize
    media.codecs = codecs
    media.extensions = offered.extensions.filter { offered in
      Self.extensions.contains { $0.kind.uri == offered.uri && Self.isUsed($0.kind, media.kind, false) }
    }
    return media
  }

  /// Opus, VP8, and the retransmissions of what is known.
  private static func isKnown(_ codec: CodecDescription, in media: MediaDescription) -> Bool {
    guard codec.hasName("rtx") else { return NegotiatedCodec(codec, in: media) != nil }
    let original = media.codecs.first { codec.parameters?["apt"] == String($0.payloadType) && !$0.hasName("rtx") }
    return original.map { isKnown($0, in: media) } ?? false
  }

  private func transport(_ setup: SetupRole) -> TransportDescription {
    var transport = TransportDescription()
    (transport.ufrag, transport.password) = (credentials.ufrag, credentials.password)
    (transport.fingerprints, transport.setup) = ([fingerprint], setup)
    return transport
  }

  private func media(
    _ kind: MediaKind, mid: String, _ direction: MediaDirection
  ) -> MediaDescription {
    let codecs = kind == .audio ? Self.opus : Self.vp8
    var media = MediaDescription(
      kind, port: 9, protocolName: "UDP/TLS/RTP/SAVPF", formats: codecs.map { String($0.payloadType) })
    media.connection = "IN IP4 0.0.0.0"
    media.mid = mid
    media.direction = direction
    media.transport = transport(.actpass)
    media.multiplexesRTCP = true
    media.reducesRTCPSize = true
    media.codecs = codecs
    let isSimulcast = kind == .video && direction.sends && !layers.isEmpty
    media.extensions = Self.extensions.filter { Self.isUsed($0.kind, kind, isSimulcast) }.map {
      ExtensionMap(id: $0.id, uri: $0.kind.uri)
    }
    guard isSimulcast else { return media }
    media.restrictionIdentifiers = layers.map { RestrictionIdentifier(id: $0, direction: .send) }
    media.simulcast = SimulcastDescription(send: layers.map { [.init(rid: $0)] })
    return media
  }

  private static func isUsed(_ name: HeaderExtensionKind, _ kind: MediaKind, _ isSimulcast: Bool) -> Bool {
    switch name {
    case .audioLevel: kind == .audio
    case .rid, .repairedRID: isSimulcast
    default: true
    }
  }

  private static let opus = [
    CodecDescription(
      payloadType: audioType, name: "opus", clockRate: 48_000, channelCount: 2,
      feedback: [.transportWideCongestionControl])
  ]

  private static let vp8 = [
    CodecDescription(
      payloadType: videoType, name: "VP8", clockRate: 90_000,
      feedback: [.transportWideCongestionControl, .nack, .pictureLossIndication, .fullIntraRequest]),
    CodecDescription(
      payloadType: repairType, name: "rtx", clockRate: 90_000, parameters: FormatParameters("apt=\(videoType)")),
  ]
}

extension NegotiatedMedia {
  /// What a description of the server means to the client: what it sends is received, and the other way round.
  static func all(of description: SessionDescription) -> [NegotiatedMedia] {
    description.media.enumerated().filter { !$0.element.isRejected }.map { index, media in
      var extensions = HeaderExtensionMap()
      for map in media.extensions {
        if let kind = HeaderExtensionKind(uri: map.uri) { try? extensions.assign(map.id, to: kind) }
      }
      var negotiated = NegotiatedMedia(
        index: index, mid: media.mid, kind: media.kind, direction: description.direction(of: media).reversed,
        codecs: media.codecs.compactMap { NegotiatedCodec($0, in: media) }, extensions: extensions,
        allowsMixedExtensions: description.allowsMixedExtensions || media.allowsMixedExtensions,
        reducesRTCPSize: media.reducesRTCPSize)
      negotiated.declaredStreams = media.declaredStreams
      return negotiated
    }
  }
}

extension NegotiatedCodec {
  fileprivate init?(_ description: CodecDescription, in media: MediaDescription) {
    guard let codec = MediaCodec(description), [.opus, .vp8].contains(codec.family) else { return nil }
    let repair = media.codecs.first {
      $0.hasName("rtx") && $0.parameters?["apt"] == String(description.payloadType)
    }
    self.init(
      payloadType: description.payloadType, codec: codec, clockRate: description.clockRate,
      retransmission: repair?.payloadType, feedback: description.feedback)
  }
}

/// A server's side of a connection as its description tells it.
struct ServerTransport {
  let credentials: ICECredentials
  let fingerprints: [CertificateFingerprint]
  let role: DTLSRole
  /// Where it listens for UDP, the best first.
  let addresses: [TransportAddress]

  /// Throws `unusableDescription` if nothing is accepted, or credentials or fingerprints are missing.
  init(of description: SessionDescription) throws(LoadError) {
    let accepted = description.media.filter { !$0.isRejected }
    let transports = accepted.map { description.transport(of: $0) }
    guard let transport = transports.first(where: { $0.ufrag != nil }), let ufrag = transport.ufrag,
      let password = transport.password, let credentials = ICECredentials(ufrag: ufrag, password: password),
      !transport.fingerprints.isEmpty
    else { throw .unusableDescription }
    self.credentials = credentials
    fingerprints = transport.fingerprints
    role = transport.setup == .active ? .server : .client
    let candidates = accepted.flatMap(\.candidates).filter { $0.transport == .udp && $0.component == 1 }
    var addresses: [TransportAddress] = []
    for candidate in candidates.sorted(by: { $0.priority > $1.priority }) {
      guard case .ip(let ip) = candidate.address else { continue }
      let address = TransportAddress(ip, port: candidate.port)
      if !addresses.contains(address) { addresses.append(address) }
    }
    self.addresses = addresses
  }
}
