/// A session description (RFC 8866) as offers and answers of WebRTC use it (RFC 9429).
///
/// What this server understands is in fields; attributes it does not are kept in `otherAttributes`, and lines that have no
/// meaning for WebRTC (`i=`, `b=`, …) are left out. Parsing what `text` gives yields an equal value.
package struct SessionDescription: Equatable, Sendable {
  /// Who made the description, and its how manieth (RFC 8866 §5.2).
  package struct Origin: Equatable, Sendable {
    package var username: String
    package var sessionID: String
    package var version: String
    package var address: String

    package init(username: String = "-", sessionID: String, version: String, address: String = "IN IP4 0.0.0.0") {
      self.username = username
      self.sessionID = sessionID
      self.version = version
      self.address = address
    }
  }

  package var origin: Origin
  package var name = "-"
  package var connection: String?
  package var groups: [MediaGroup] = []
  package var isICELite = false
  package var allowsMixedExtensions = false
  package var direction: MediaDirection?
  package var transport = TransportDescription()
  package var otherAttributes: [SDPAttribute] = []
  package var media: [MediaDescription] = []

  package init(origin: Origin) {
    self.origin = origin
  }

  /// The mids that share one transport, in the order of the group; empty if there is no `BUNDLE`.
  package var bundledMids: [String] {
    groups.first { $0.semantics == "BUNDLE" }?.mids ?? []
  }

  /// The direction of a media description, which the session's stands in for.
  package func direction(of media: MediaDescription) -> MediaDirection {
    media.direction ?? direction ?? .sendrecv
  }

  /// The attributes of ICE and DTLS that hold for a media description.
  package func transport(of media: MediaDescription) -> TransportDescription {
    media.transport.inheriting(transport)
  }
}

/// What a media description is about.
package enum MediaKind: Equatable, Sendable {
  case audio
  case video
  /// Data channels.
  case application
  case other(String)

  init(_ token: String) {
    switch token {
    case "audio": self = .audio
    case "video": self = .video
    case "application": self = .application
    default: self = .other(token)
    }
  }

  var token: String {
    switch self {
    case .audio: return "audio"
    case .video: return "video"
    case .application: return "application"
    case .other(let token): return token
    }
  }
}

/// One media description: an `m=` line and what belongs to it (RFC 8866 §5.14).
package struct MediaDescription: Equatable, Sendable {
  package var kind: MediaKind
  package var port: UInt16
  package var protocolName: String
  /// The formats in order of preference; for RTP the payload types.
  package var formats: [String]
  package var connection: String?
  package var mid: String?
  package var direction: MediaDirection?
  package var transport = TransportDescription()
  package var isBundleOnly = false
  package var multiplexesRTCP = false
  package var multiplexesRTCPOnly = false
  package var reducesRTCPSize = false
  package var allowsMixedExtensions = false
  package var streams: [MediaStreamIdentifier] = []
  package var extensions: [ExtensionMap] = []
  /// The payload types that have an `rtpmap`, in the order of `formats`.
  package var codecs: [CodecDescription] = []
  package var sources: [DeclaredSource] = []
  package var sourceGroups: [SourceGroup] = []
  package var restrictionIdentifiers: [RestrictionIdentifier] = []
  package var simulcast: SimulcastDescription?
  package var candidates: [ICECandidate] = []
  package var hasAllCandidates = false
  package var sctpPort: UInt16?
  package var maximumMessageSize: UInt64?
  package var otherAttributes: [SDPAttribute] = []

  package init(_ kind: MediaKind, port: UInt16, protocolName: String, formats: [String]) {
    self.kind = kind
    self.port = port
    self.protocolName = protocolName
    self.formats = formats
  }

  /// Whether the description is switched off: port 0 that does not merely say "only together with the others" (RFC 9143 §6).
  package var isRejected: Bool { port == 0 && !isBundleOnly }
}
