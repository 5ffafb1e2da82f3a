/// What the configuration says to every room.
package struct RoomParameters: Sendable {
  package var limits: SignalingLimits
  package var times: SignalingTimes
  package var meshLimit: Int
  /// What the media plane carries; empty without one.
  package var topologies: Set<Topology>
  /// Whether rooms belong to invited hosts only: where there are invitations, whoever is merely first owns nothing.
  package var ownersAreInvited: Bool

  package init(_ configuration: SignalingConfiguration, topologies: Set<Topology>) {
    limits = configuration.limits
    times = configuration.times
    meshLimit = min(max(2, configuration.meshLimit), configuration.limits.meshParticipants)
    self.topologies = topologies
    ownersAreInvited = configuration.accessTokenSecret != nil
  }

  /// When a resume token is replaced: at half its life, so that nobody is left with one about to expire.
  var tokenRenewal: Duration { times.resumeToken / 2 }
}
