/// What every room of this server works with; immutable.
final class RoomEnvironment: Sendable {
  let parameters: RoomParameters
  let clock: SignalingClock
  let mediaPlane: (any MediaPlane)?
  let metrics: SignalingMetrics
  private let tokenKey: [UInt8]
  private let iceServers: [ICEServer]
  private let turnSecret: String?

  init(
    configuration: SignalingConfiguration, keys: ServerKeys, mediaPlane: (any MediaPlane)?, clock: SignalingClock,
    metrics: SignalingMetrics
  ) {
    parameters = RoomParameters(configuration, topologies: mediaPlane?.topologies ?? [])
    self.clock = clock
    self.mediaPlane = mediaPlane
    self.metrics = metrics
    tokenKey = keys.key(for: .resumeToken)
    iceServers = configuration.iceServers
    turnSecret = configuration.turnSecret
  }

  /// The topologies this server offers, as `hello` tells them.
  var topologies: [Topology] {
    Topology.allCases.filter { $0 == .mesh || parameters.topologies.contains($0) }
  }

  /// The servers for one participant, with credentials of its own.
  func iceServers(for participant: ParticipantID) -> [ICEServer] {
    let expiry = clock.now() + parameters.times.turnCredential
    return iceServers.map { $0.withCredentials(for: participant.rawValue, secret: turnSecret, expiry: expiry) }
  }

  /// A new resume token for this participant as it is now.
  func resumeToken(for participant: ParticipantID, in state: RoomState) -> String {
    state.statement(of: participant, at: clock.now()).signed(with: tokenKey)
  }

  /// What a resume token says, if it is one of this server and has not expired.
  func statement(verifying token: String) throws(SignalingError) -> ResumeToken {
    try ResumeToken(verifying: token, key: tokenKey, at: clock.now())
  }
}
