package import STUN

/// How far the connection of a peer has come (RFC 8445 §6.1.3, as a browser names the states).
package enum ICEState: Equatable, Sendable {
  /// Waiting for the peer's first valid check.
  case checking
  /// Media can flow on the path of the latest valid check.
  case connected
  /// The peer has nominated the path that is in use.
  case completed
  /// Consent has lapsed: nothing may be sent until the credentials are renewed.
  case disconnected
}

/// What an ICE agent tells its owner.
package enum ICEEvent: Equatable, Sendable {
  /// The peer has proved itself on this path: packets from there belong to it.
  case pathAdded(FiveTuple)
  /// Packets from there no longer belong to this peer.
  case pathRemoved(FiveTuple)
  /// From now on everything is sent on this path.
  case selected(FiveTuple)
  case stateChanged(ICEState)
  /// The fragment from before a restart is not answered any more and can leave the tables.
  case credentialsRetired(ServerUfrag)
}

/// Where an ICE agent puts what it wants done: answers to send, and news.
package struct ICEOutbox: ~Copyable {
  package var datagrams: DatagramOutbox
  package var events: [ICEEvent] = []

  package init(_ datagrams: consuming DatagramOutbox = DatagramOutbox()) {
    self.datagrams = datagrams
    events.reserveCapacity(32)
  }
}
