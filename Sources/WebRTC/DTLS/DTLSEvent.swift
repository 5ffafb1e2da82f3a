/// How far an association has come.
package enum DTLSState: Equatable, Sendable {
  /// Not started: the role or the fingerprint of the peer is not known, or ICE has no path.
  case new
  case connecting
  case connected
  /// One of the two has said `close_notify`.
  case closed
  case failed(DTLSFailure)
}

/// What an association tells its owner.
package enum DTLSEvent: Equatable, Sendable {
  /// The peer has proved its fingerprint, and these are the keys for media.
  case connected(SRTPKeyingMaterial, as: DTLSRole)
  /// The peer has taken leave.
  case closedByPeer
  case failed(DTLSFailure)
}
