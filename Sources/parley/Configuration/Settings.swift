import Logging
import Signaling

/// Every key, once: what it is called, means, defaults to, and how it is read.
package enum Settings {
  // MARK: Listening

  static let listenIP = Setting(
    "SERVER_LISTEN_IP", default: "0.0.0.0", example: "127.0.0.1",
    "The address to listen on for HTTP and WebSocket; :: is every IPv4 and IPv6 address."
  ) { text throws(SettingProblem) in
    guard IPAddress(text) != nil else { throw SettingProblem("is not an IP address") }
    return text
  }

  static let listenPort = Setting(
    "SERVER_LISTEN_PORT", default: "3010", example: "8080", "The port for HTTP and WebSocket.",
    parse: SettingParser.number(0...65_535))

  static let hostURL = Setting(
    "SERVER_HOST_URL", default: "", example: "https://meet.example.org",
    "The address by which people reach this server; pages from there may connect."
  ) { text throws(SettingProblem) -> PublicURL? in
    guard !text.isEmpty else { return nil }
    guard let url = PublicURL(text) else { throw SettingProblem("is not an http or https URL without query") }
    return url
  }

  static let certificate = Setting(
    "SERVER_SSL_CERT", default: "", example: "/etc/parley/fullchain.pem",
    "PEM file with the certificate chain, read again when it changes; empty is plain HTTP, for localhost or behind a proxy.",
    parse: SettingParser.optional)

  static let certificateKey = Setting(
    "SERVER_SSL_KEY", default: "", example: "/etc/parley/privkey.pem",
    "PEM file with the certificate's private key.", parse: SettingParser.optional)

  static let maxConnections = Setting(
    "MAX_CONNECTIONS", default: "20000", example: "5000",
    "How many connections are open at once; further ones wait.", parse: SettingParser.number(10...1_000_000))

  // MARK: Proxies and other sites

  static let trustProxy = Setting(
    "TRUST_PROXY", default: "", example: "127.0.0.1,10.0.0.0/8",
    "Reverse proxies whose X-Forwarded-* headers are believed: addresses and CIDR ranges; true is loopback and private ones.",
    parse: ProxyTrust.parse)

  static let allowedOrigins = Setting(
    "ALLOWED_ORIGINS", default: "", example: "https://www.example.org",
    "Further sites whose pages may open the signalling WebSocket, beside this server's own."
  ) { text throws(SettingProblem) in try origins(SettingParser.list(text)) }

  static let allowedEmbedOrigins = Setting(
    "ALLOWED_EMBED_ORIGINS", default: "", example: "https://www.example.org",
    "Sites that may show /embed/ROOM in a frame; * is any site, empty is none."
  ) { text throws(SettingProblem) -> EmbedOrigins in
    switch SettingParser.list(text) {
    case []: return .nobody
    case ["*"]: return .anybody
    case let list: return .origins(try origins(list))
    }
  }

  // MARK: Files

  static let publicDirectory = Setting(
    "PUBLIC_DIR", default: "public", example: "/usr/share/parley/public",
    "The directory of the web client; a relative one is looked for here and beside the program.",
    parse: SettingParser.text)

  static let dataDirectory = Setting(
    "DATA_DIR", default: "./data", example: "/var/lib/parley",
    "The directory for what must outlive a restart, such as the key of resume tokens.", parse: SettingParser.text)

  // MARK: Calls

  static let iceServers = Setting(
    "ICE_SERVERS", default: "", example: "stun:stun.example.org:3478,turn:turn.example.org:3478",
    "STUN and TURN servers for calls between two browsers: a comma list of URLs, or a JSON array as RTCPeerConnection takes it; empty is this server's own STUN.",
    parse: ICEServerList.parse)

  static let turnSecret = Setting(
    "TURN_SECRET", default: "", example: "the output of: openssl rand -hex 32", isSecret: true,
    "The secret shared with the TURN server (coturn: static-auth-secret), from which each client gets credentials for half a day.",
    parse: SettingParser.secret)

  static let meshLimit = Setting(
    "MESH_LIMIT", default: "2", example: "3",
    "Up to how many people a room connects browser to browser (2 to 4).", parse: SettingParser.number(2...4))

  static let meshReturn = Setting(
    "MESH_RETURN_SECONDS", default: "30", example: "60",
    "How long so few must have remained before a room that went through this server connects browser to browser again.",
    parse: SettingParser.number(5...3600))

  static let roomMaxParticipants = Setting(
    "ROOM_MAX_PARTICIPANTS", default: "1000", example: "50", "How many people fit into one room.",
    parse: SettingParser.number(2...1000))

  static let resumeGrace = Setting(
    "RESUME_GRACE_SECONDS", default: "30", example: "60",
    "How long a participant whose connection was lost keeps its place.", parse: SettingParser.number(1...3600))

  // MARK: Limits

  static let sessionsPerAddress = Setting(
    "SESSIONS_PER_ADDRESS", default: "500", example: "100",
    "How many connected clients one address may have; whole offices and schools share one.",
    parse: SettingParser.number(1...1_000_000))

  static let roomsPerMinute = Setting(
    "ROOMS_PER_MINUTE", default: "10", example: "2",
    "How many rooms one address may open a minute, after twenty at once; joining is not limited.",
    parse: SettingParser.number(1...100_000))

  // MARK: Secrets and operation

  static let jwtSecret = Setting(
    "JWT_SECRET", default: "", example: "the output of: openssl rand -hex 32", isSecret: true,
    "The secret that access tokens are signed with; empty is no tokens.", parse: SettingParser.secret)

  static let metricsToken = Setting(
    "METRICS_TOKEN", default: "", example: "the output of: openssl rand -hex 32", isSecret: true,
    "The bearer token for /metrics; empty is only from this machine.", parse: SettingParser.secret)

  static let logLevel = Setting(
    "LOG_LEVEL", default: "info", example: "debug",
    "How much is logged: trace, debug, info, notice, warning, error, critical; debug also picks up changed files of PUBLIC_DIR.",
    parse: SettingParser.choice(Logger.Level.self))

  static let logFormat = Setting(
    "LOG_FORMAT", default: "text", example: "json", "How it is logged: text for people, json for machines.",
    parse: SettingParser.choice(LogFormat.self))

  /// In the order of `.env.example`, under its headings.
  package static let groups: [(title: String, settings: [SettingDescription])] = [
    (
      "Listening",
      [
        listenIP.description, listenPort.description, hostURL.description, certificate.description,
        certificateKey.description, maxConnections.description,
      ]
    ),
    (
      "Reverse proxies and other sites",
      [trustProxy.description, allowedOrigins.description, allowedEmbedOrigins.description]
    ),
    ("Files", [publicDirectory.description, dataDirectory.description]),
    (
      "Calls and rooms",
      [
        iceServers.description, turnSecret.description, meshLimit.description, meshReturn.description,
        roomMaxParticipants.description, resumeGrace.description,
      ]
    ),
    (
      "Media",
      [
        mediaListenIP.description, mediaPort.description, announcedIP.description, mediaWorkers.description,
        pinsMediaWorkers.description, loudestMicrophones.description, collecting.description,
      ]
    ),
    ("Limits for one address", [sessionsPerAddress.description, roomsPerMinute.description]),
    (
      "Secrets and operation",
      [jwtSecret.description, metricsToken.description, logLevel.description, logFormat.description]
    ),
  ]

  package static var all: [SettingDescription] { groups.flatMap(\.settings) }

  private static func origins(_ list: [String]) throws(SettingProblem) -> [WebOrigin] {
    var origins: [WebOrigin] = []
    for text in list {
      guard let origin = WebOrigin(text) else { throw SettingProblem("has \(text), which is not an origin") }
      origins.append(origin)
    }
    return origins
  }
}
