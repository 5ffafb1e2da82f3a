package import RTP

/// What both sides agreed on for one media description.
package struct NegotiatedMedia: Equatable, Sendable {
  /// Which media description of the session it is, from 0.
  package var index: Int
  package var mid: String?
  package var kind: MediaKind
  /// Seen from this server.
  package var direction: MediaDirection
  /// In order of preference.
  package var codecs: [NegotiatedCodec]
  package var extensions: HeaderExtensionMap
  /// Whether one- and two-byte header extensions may be mixed.
  package var allowsMixedExtensions: Bool
  /// Whether RTCP may come without a report in front (RFC 5506).
  package var reducesRTCPSize: Bool
  /// The simulcast layers that will be received, by rid, as the offer orders them.
  package var layers: [String] = []
  /// The streams that the peer declared by SSRC, which is how those without a mid extension are told apart.
  package var declaredStreams: [DeclaredStream] = []
  /// What the peer calls the stream and track.
  package var stream: MediaStreamIdentifier?
  /// What the server sends in this place.
  package var track: LocalTrack?

  package init(
    index: Int, mid: String?, kind: MediaKind, direction: MediaDirection, codecs: [NegotiatedCodec],
    extensions: HeaderExtensionMap, allowsMixedExtensions: Bool, reducesRTCPSize: Bool
  ) {
    self.index = index
    self.mid = mid
    self.kind = kind
    self.direction = direction
    self.codecs = codecs
    self.extensions = extensions
    self.allowsMixedExtensions = allowsMixedExtensions
    self.reducesRTCPSize = reducesRTCPSize
  }
}

/// One payload type that both sides know.
package struct NegotiatedCodec: Equatable, Sendable {
  package var payloadType: UInt8
  package var codec: MediaCodec
  package var clockRate: UInt32
  /// The payload type of its retransmissions (RFC 4588).
  package var retransmission: UInt8?
  package var feedback: [RTCPFeedback]

  package init(
    payloadType: UInt8, codec: MediaCodec, clockRate: UInt32, retransmission: UInt8?, feedback: [RTCPFeedback]
  ) {
    self.payloadType = payloadType
    self.codec = codec
    self.clockRate = clockRate
    self.retransmission = retransmission
    self.feedback = feedback
  }
}

/// A stream whose SSRCs the peer named in its description.
package struct DeclaredStream: Equatable, Sendable {
  package var ssrc: SSRC
  package var retransmission: SSRC?
  package var cname: String?
}

/// What this server sends in one media description.
package struct LocalTrack: Equatable, Sendable {
  package var kind: MediaKind
  package var ssrc: SSRC
  package var retransmission: SSRC?
  package var cname: String
  package var identifier: MediaStreamIdentifier

  package init(
    kind: MediaKind, ssrc: SSRC, retransmission: SSRC?, cname: String, stream: String, track: String
  ) {
    self.kind = kind
    self.ssrc = ssrc
    self.retransmission = retransmission
    self.cname = cname
    identifier = MediaStreamIdentifier(stream: stream, track: track)
  }
}

/// How the peer is reached and recognised.
package struct RemoteTransport: Equatable, Sendable {
  package var credentials: ICECredentials
  /// One of these must be the peer's certificate.
  package var fingerprints: [CertificateFingerprint]
  /// Who of us begins the DTLS handshake: `active` if this server does, else `passive`.
  package var localSetup: SetupRole
  /// Whether the peer numbers its nominations.
  package var supportsRenomination: Bool
}

/// How this server is reached and recognised.
package struct LocalTransport: Sendable {
  package var credentials: ICECredentials
  package var fingerprint: CertificateFingerprint
  package var candidates: [ICECandidate]

  package init(credentials: ICECredentials, fingerprint: CertificateFingerprint, candidates: [ICECandidate]) {
    self.credentials = credentials
    self.fingerprint = fingerprint
    self.candidates = candidates
  }

  /// The attributes in a description that plays `setup`.
  func description(_ setup: SetupRole, renomination: Bool) -> TransportDescription {
    var description = TransportDescription()
    description.ufrag = credentials.ufrag
    description.password = credentials.password
    description.options = renomination ? ["trickle", "renomination"] : ["trickle"]
    description.fingerprints = [fingerprint]
    description.setup = setup
    return description
  }
}

/// Why two descriptions do not make a session.
package enum NegotiationError: Error, Equatable, Sendable {
  /// The peer is ICE-lite as well: nobody would ask anybody.
  case bothLite
  case missingCredentials
  case missingFingerprint
  /// Both would wait for the other to begin the handshake, or it is put on hold.
  case unusableSetup
  /// The answer's media descriptions are not the offer's.
  case mismatch
  /// The answer accepts a media description and none of the codecs that were offered for it.
  case noCodec
  /// The offer has no media that could be forwarded.
  case noMedia
}

extension RemoteTransport {
  /// What holds for the media description that carries the transport; `isAnswer` because an answer's role is final.
  ///
  /// A later offer leaves the roles open again; those of an association that exists are kept then (`established`, RFC 8842 §5.5).
  init(
    of media: MediaDescription, in session: SessionDescription, isAnswer: Bool, established: SetupRole? = nil
  ) throws(NegotiationError) {
    guard !session.isICELite else { throw .bothLite }
    let transport = session.transport(of: session.transportCarrier(of: media))
    guard let ufrag = transport.ufrag, let password = transport.password,
      let credentials = ICECredentials(ufrag: ufrag, password: password)
    else { throw .missingCredentials }
    guard !transport.fingerprints.isEmpty else { throw .missingFingerprint }
    self.credentials = credentials
    fingerprints = transport.fingerprints
    supportsRenomination = transport.options.contains("renomination")
    switch transport.setup {
    case .actpass where isAnswer, .holdconn: throw .unusableSetup
    // The server waits where it may choose: the peer then begins as soon as its path works.
    case .actpass: localSetup = established ?? .passive
    case .active, nil: localSetup = .passive  // RFC 4145 §4.1: absent is active
    case .passive: localSetup = .active
    }
  }
}

extension SessionDescription {
  /// The media description whose transport attributes hold for `media`: in a bundle the first of the group that is not
  /// rejected, since the others may leave theirs out (RFC 9143 §7.1).
  func transportCarrier(of media: MediaDescription) -> MediaDescription {
    let bundled = bundledMids
    guard let mid = media.mid, bundled.contains(mid) else { return media }
    let members = bundled.compactMap { mid in self.media.first { $0.mid == mid } }
    return members.first { !$0.isRejected && transport(of: $0).ufrag != nil } ?? media
  }
}
