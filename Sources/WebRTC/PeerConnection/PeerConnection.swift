package import RTP
package import STUN

/// One peer of the server: ICE, DTLS and media of one transport, and the descriptions that set it up. Sans-IO.
///
/// It takes datagrams and the time, and puts datagrams and events into an outbox. Media has its own two doors, `open` and `seal`.
/// ```swift
/// var peer = PeerConnection(.publisher, configuration, at: now, using: &generator)
/// let answer = try peer.answer(offer, at: now, using: &generator, into: &outbox)
/// _ = peer.receive(&datagram, on: path, at: now, into: &outbox)  // STUN, DTLS, RTCP
/// while peer.hasWork { peer.work(at: now, into: &outbox) }       // the handshake, a piece at a time
/// let packet = peer.open(&datagram, on: path, arrival: arrival, at: now, into: &outbox)
/// peer.advance(to: peer.nextDeadline, into: &outbox)
/// ```
/// The owner finds the peer of a datagram by its path, and for checks from elsewhere by the fragment they name; `PeerEvent` says what
/// belongs into those two tables. After every call it drains the events and asks for the next deadline anew.
package struct PeerConnection: ~Copyable {
  enum Phase {
    case connecting
    case connected
    case disconnected(since: Instant)
    case ended(PeerEndReason)
  }

  let configuration: PeerConfiguration
  var negotiation: PeerNegotiation
  var numbers: NumberGenerator
  var agent: ICEAgent
  var dtls: DTLSTransport
  /// There are keys, and what they protect.
  var transport: MediaTransport?
  var phase = Phase.connecting
  /// How the peer is recognised, once its description has come.
  var remote: RemoteTransport?
  /// What both sides agreed on last.
  package internal(set) var media: [NegotiatedMedia] = []
  let localSSRC: SSRC
  var feedback: [FeedbackEvent] = []

  package init(
    _ role: PeerRole, _ configuration: PeerConfiguration, at now: Instant,
    using generator: inout some RandomNumberGenerator
  ) {
    self.configuration = configuration
    numbers = NumberGenerator(using: &generator)
    agent = ICEAgent(
      configuration.newCredentials(using: &generator), consentTimeout: configuration.consentTimeout, at: now)
    dtls = DTLSTransport(context: configuration.dtls)
    localSSRC = numbers.ssrc(besides: [])
    negotiation = PeerNegotiation(role, configuration, &numbers)
  }

  package var state: PeerState {
    switch phase {
    case .connecting: return .connecting
    case .connected: return .connected
    case .disconnected: return .disconnected
    case .ended(let reason): return .ended(reason)
    }
  }

  var isEnded: Bool {
    if case .ended = phase { return true }
    return false
  }

  /// What checks for this peer name; changed by a restart.
  package var ufrag: ServerUfrag { agent.credentials.ufrag }

  /// Where everything is sent; nil when nothing may be.
  package var path: FiveTuple? { agent.selectedPath }

  /// Whether the peer has said who it is, by an offer or an answer that was taken.
  package var hasRemote: Bool { remote != nil }

  /// Whether there are keys, and with them `streams`.
  package var hasKeys: Bool { transport != nil }

  /// What an incoming stream says of its timestamps, and which of the simulcast layers it is; for every packet, so it must be
  /// had without the coroutine of `streams`, which may be on the heap.
  package func origin(of incoming: Int) -> (clock: StreamClock?, layer: Int?) {
    switch transport {
    case .some(let transport): (transport.incoming[incoming].clock, transport.incoming[incoming].layer)
    case .none: preconditionFailure("a peer has streams while it has keys")
    }
  }

  /// The streams with their statistics, from `connected` until `ended`.
  package var streams: MediaTransport {
    _read {
      guard transport != nil else { preconditionFailure("a peer has streams while it has keys") }
      yield transport!  // checked above
    }
    _modify {
      guard transport != nil else { preconditionFailure("a peer has streams while it has keys") }
      yield &transport!  // checked above
    }
  }
}
