import RTP
package import WebRTC

/// The descriptions of a browser in these tests, and what it reads from the server's.
package struct BrowserDescriptions {
  package static let audioType: UInt8 = 111
  package static let redundantType: UInt8 = 63
  package static let videoType: UInt8 = 96
  package static let repairType: UInt8 = 97
  package static let levelID: UInt8 = 1
  package static let ridID: UInt8 = 5
  private static let extensions: [(id: UInt8, kind: HeaderExtensionKind)] = [
    (levelID, .audioLevel), (2, .absoluteSendTime), (3, .transportSequenceNumber), (4, .mid), (ridID, .rid),
  ]

  package var credentials: ICECredentials
  package var fingerprint: CertificateFingerprint
  package var setup = SetupRole.actpass
  package var audio = MediaDirection.sendonly
  package var video = MediaDirection.sendonly
  /// What it calls some of the payload types that it is offered, as stacks with numbers of their own do.
  package var payloadTypes: [UInt8: UInt8] = [:]
  /// The names of the layers that the camera is sent in; empty without simulcast.
  package var layers: [String] = []
  /// The payload types of video that are offered.
  package var videoCodecs = Self.vp8
  /// Whether it tells when packets came that it is sent, from which the server learns what its network carries.
  package var reportsArrivals = true
  /// What a stack with ways of its own makes of an offer.
  package var habit: (inout SessionDescription) -> Void = { _ in }
  /// Whether it knows sound that repeats earlier sound (RED, RFC 2198).
  package var knowsRedundancy = true
  /// What is offered beside microphone and camera, with mids from 2 on.
  package var others: [(kind: MediaKind, direction: MediaDirection)] = []

  /// A microphone, a camera and the others.
  package func offer(version: Int) -> SessionDescription {
    var offer = description(version: version)
    offer.groups = [MediaGroup("BUNDLE", (0..<2 + others.count).map { String($0) })]
    offer.media = [
      media(.audio, mid: "0", audio, Self.opus),
      media(.video, mid: "1", video, videoCodecs),
    ]
    for (index, other) in others.enumerated() {
      let codecs = other.kind == .audio ? offer.media[0].codecs : videoCodecs
      offer.media.append(media(other.kind, mid: String(2 + index), other.direction, codecs, isSimulcast: false))
    }
    for index in offer.media.indices where !reportsArrivals && !offer.direction(of: offer.media[index]).sends {
      Self.leaveArrivalsOut(of: &offer.media[index])
    }
    habit(&offer)
    return offer
  }

  /// Everything of an offer accepted, as browsers do it.
  package func answer(to offer: SessionDescription, version: Int) -> SessionDescription {
    var answer = description(version: version)
    answer.groups = offer.groups
    answer.media = offer.media.map { offered in
      var media = offered
      media.transport = transport
      media.direction = offer.direction(of: offered).reversed
      media.candidates = []
      media.sources = []
      media.sourceGroups = []
      media.streams = []
      if !knowsRedundancy { media.codecs.removeAll { $0.hasName("red") } }
      media.formats = media.codecs.map { String($0.payloadType) }
      if !reportsArrivals { Self.leaveArrivalsOut(of: &media) }
      return media
    }
    return answer
  }

  private static func leaveArrivalsOut(of media: inout MediaDescription) {
    media.extensions.removeAll { $0.uri == HeaderExtensionKind.transportSequenceNumber.uri }
    for codec in media.codecs.indices {
      media.codecs[codec].feedback.removeAll { $0 == .transportWideCongestionControl }
    }
  }

  /// An offer under the browser's own payload types, which it answers with.
  package func renumbered(_ offer: SessionDescription) -> SessionDescription {
    var offer = offer
    for media in offer.media.indices {
      for codec in offer.media[media].codecs.indices { renumber(&offer.media[media].codecs[codec]) }
      offer.media[media].formats = offer.media[media].codecs.map { String($0.payloadType) }
    }
    return offer
  }

  private func renumber(_ codec: inout CodecDescription) {
    codec.payloadType = payloadTypes[codec.payloadType] ?? codec.payloadType
    guard codec.hasName("rtx"), let original: UInt8 = codec.parameters?.number("apt") else { return }
    codec.parameters = FormatParameters(["apt": String(payloadTypes[original] ?? original)])
  }

  /// What a description of the server means to the browser.
  package static func media(of description: SessionDescription) -> [NegotiatedMedia] {
    description.media.enumerated().filter { !$0.element.isRejected }.map { index, media in
      var extensions = HeaderExtensionMap()
      for map in media.extensions {
        if let kind = HeaderExtensionKind(uri: map.uri) { try? extensions.assign(map.id, to: kind) }
      }
      return NegotiatedMedia(
        index: index, mid: media.mid, kind: media.kind, direction: description.direction(of: media).reversed,
        codecs: media.codecs.compactMap { codec($0, in: media) }, extensions: extensions, allowsMixedExtensions: true,
        reducesRTCPSize: media.reducesRTCPSize)
    }
  }

  private static func codec(_ description: CodecDescription, in media: MediaDescription) -> NegotiatedCodec? {
    guard let codec = MediaCodec(description) else { return nil }
    let repair = media.codecs.first {
      $0.hasName("rtx") && $0.parameters?["apt"] == String(description.payloadType)
    }
    return NegotiatedCodec(
      payloadType: description.payloadType, codec: codec, clockRate: description.clockRate,
      retransmission: repair?.payloadType, feedback: description.feedback)
  }

  private static var opus: [CodecDescription] {
    [
      CodecDescription(payloadType: audioType, name: "opus", clockRate: 48_000, channelCount: 2),
      CodecDescription(
        payloadType: redundantType, name: "red", clockRate: 48_000, channelCount: 2,
        parameters: FormatParameters("\(audioType)/\(audioType)")),
    ]
  }

  private static var vp8: [CodecDescription] {
    [
      CodecDescription(
        payloadType: videoType, name: "VP8", clockRate: 90_000,
        feedback: [.transportWideCongestionControl, .nack, .pictureLossIndication, .fullIntraRequest]),
      CodecDescription(
        payloadType: repairType, name: "rtx", clockRate: 90_000, parameters: FormatParameters("apt=\(videoType)")),
    ]
  }

  private func description(version: Int) -> SessionDescription {
    var description = SessionDescription(
      origin: SessionDescription.Origin(sessionID: "4711", version: String(version)))
    description.allowsMixedExtensions = true
    return description
  }

  private var transport: TransportDescription {
    var transport = TransportDescription()
    transport.ufrag = credentials.ufrag
    transport.password = credentials.password
    transport.fingerprints = [fingerprint]
    transport.setup = setup
    return transport
  }

  private func isUsed(_ name: HeaderExtensionKind, for kind: MediaKind) -> Bool {
    switch name {
    case .audioLevel: return kind == .audio
    case .rid: return kind == .video && !layers.isEmpty
    default: return true
    }
  }

  private func media(
    _ kind: MediaKind, mid: String, _ direction: MediaDirection, _ codecs: [CodecDescription], isSimulcast: Bool = true
  ) -> MediaDescription {
    var media = MediaDescription(
      kind, port: 9, protocolName: "UDP/TLS/RTP/SAVPF", formats: codecs.map { String($0.payloadType) })
    media.connection = "IN IP4 0.0.0.0"
    media.mid = mid
    media.direction = direction
    media.transport = transport
    media.multiplexesRTCP = true
    media.reducesRTCPSize = true
    media.codecs = codecs
    media.extensions = Self.extensions.filter { isUsed($0.kind, for: kind) }.map {
      ExtensionMap(id: $0.id, uri: $0.kind.uri)
    }
    guard kind == .video, isSimulcast, !layers.isEmpty else { return media }
    media.restrictionIdentifiers = layers.map { RestrictionIdentifier(id: $0, direction: .send) }
    media.simulcast = SimulcastDescription(send: layers.map { [.init(rid: $0)] })
    return media
  }
}
