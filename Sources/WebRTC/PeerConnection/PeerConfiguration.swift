import RTP

/// What all peer connections of a worker have in common.
package struct PeerConfiguration: Sendable {
  /// Who we are, and how many handshakes may be under way.
  package var dtls: DTLSContext
  /// Where we are reached.
  package var candidates: [ICECandidate]
  /// Which process and worker a fragment leads to; see `ServerUfrag`.
  package var generation: Int
  package var worker: Int
  /// The wall clock at the zero point of `Instant`, in nanoseconds since 1970.
  package var wallClockOffset: Int64
  /// What binds our streams together (CNAME); random per process, so that it names nobody (RFC 7022).
  package var canonicalName: String
  package var capabilities = MediaCapabilities()
  package var offeredCodecs = OfferedCodecs()
  package var consentTimeout = ICEAgent.defaultConsentTimeout
  /// So long a peer without a path is waited for: browsers notice within seconds, and signalling needs a moment to come back.
  package var patience = Duration.seconds(30)

  package init(
    dtls: DTLSContext, candidates: [ICECandidate], generation: Int, worker: Int, wallClockOffset: Int64,
    canonicalName: String
  ) {
    self.dtls = dtls
    self.candidates = candidates
    self.generation = generation
    self.worker = worker
    self.wallClockOffset = wallClockOffset
    self.canonicalName = canonicalName
  }

  func newCredentials(using generator: inout some RandomNumberGenerator) -> ServerCredentials {
    ServerCredentials(generation: generation, worker: worker, using: &generator)
  }
}

/// Which part a peer connection plays in the exchange of descriptions.
package enum PeerRole: Sendable {
  /// The peer offers and sends: a browser's first peer connection, or WHIP.
  case publisher
  /// The peer offers and receives these: WHEP.
  case viewer([TrackDescription])
  /// The server offers and sends: a browser's second peer connection.
  case subscriber
}

/// What the server is about to send: the names that a browser shows it under.
package struct TrackDescription: Equatable, Sendable {
  package var kind: MediaKind
  /// Tracks of one stream are played in step.
  package var stream: String
  package var track: String
  /// What it comes in; nil if it may be anything.
  package var codecs: [MediaCodec]?

  package init(_ kind: MediaKind, stream: String, track: String, codecs: [MediaCodec]? = nil) {
    self.kind = kind
    self.stream = stream
    self.track = track
    self.codecs = codecs
  }
}

/// Numbers that must differ and need not be secret, drawn from a secret seed (SplitMix64): SSRCs, first sequence numbers.
///
/// Streams come into being in the middle of packets, where no generator is at hand.
struct NumberGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(using generator: inout some RandomNumberGenerator) {
    state = generator.next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// An SSRC that is none of `others`.
  mutating func ssrc(besides others: [SSRC]) -> SSRC {
    while true {
      let ssrc = SSRC(rawValue: UInt32.random(in: 1...UInt32.max, using: &self))
      if !others.contains(ssrc) { return ssrc }
    }
  }
}
