package import STUN

/// What a peer connection tells its owner.
package enum PeerEvent: Equatable, Sendable {
  /// Datagrams that come by this path are this peer's.
  case pathAdded(FiveTuple)
  /// Datagrams that come by this path are this peer's no longer.
  case pathRemoved(FiveTuple)
  /// Everything leaves by this path from now on.
  case pathSelected(FiveTuple)
  /// Checks from unknown addresses that name this fragment are for this peer too.
  case credentialsAdded(ServerUfrag)
  /// Checks that name this fragment are for nobody.
  case credentialsRetired(ServerUfrag)
  /// Media can be sent and received, for the first time or again.
  case connected
  /// There is no way to the peer at present, so nothing may be sent. A check or a restart may bring it back.
  case disconnected
  /// It is over; events before this one have cleared the tables.
  case ended(PeerEndReason)
  /// The first packet of an incoming stream was opened.
  case incomingAdded(Int)
  /// The peer has ended an incoming stream, by RTCP or by its description.
  case incomingEnded(Int)
  /// An outgoing stream can be written to, in the media description of this place in the session.
  case outgoingAdded(Int, media: Int)
  /// The receiver of an outgoing stream needs a keyframe.
  case keyframeWanted(outgoing: Int)
  /// A packet is to be sent again; requests that came too soon or too often are left out.
  case repairWanted(outgoing: Int, RetransmissionHistory.Entry)
  /// What the network is believed to carry has changed: see `estimate`.
  case estimateChanged
  /// A description for the peer to answer.
  case offer(String)
}

/// Why a peer connection is over.
package enum PeerEndReason: Equatable, Sendable {
  /// Its owner closed it.
  case closed
  /// The peer took leave.
  case closedByPeer
  /// The peer did not come back.
  case abandoned
  /// There are no keys.
  case handshakeFailed(DTLSFailure)
}

/// How far a peer connection has come.
package enum PeerState: Equatable, Sendable {
  case connecting
  case connected
  case disconnected
  case ended(PeerEndReason)
}

/// Why a datagram had no effect. Counted, never answered unless `refused`.
package enum PeerDropReason: Equatable, Sendable {
  /// The peer connection is over.
  case ended
  /// The sender has not proved that the path belongs to the peer.
  case foreignPath
  /// No protocol that is spoken here; media has its own door.
  case notSpoken
  case check(ICEDropReason)
  /// A check that was answered with an error.
  case refused(STUNErrorCode)
  case media(MediaDropReason)
}

/// Where peer connections put what they want done: datagrams of control to send, and news. One serves all peers of a thread.
package struct PeerOutbox: ~Copyable {
  var ice: ICEOutbox
  package internal(set) var events: [PeerEvent] = []

  package init(_ datagrams: consuming DatagramOutbox = DatagramOutbox()) {
    ice = ICEOutbox(datagrams)
    events.reserveCapacity(64)
  }

  package var datagrams: DatagramOutbox {
    _read { yield ice.datagrams }
    _modify { yield &ice.datagrams }
  }

  /// Hands over the news in order and forgets them; to be called after each call of a peer, as they do not say whose they are.
  package mutating func drainEvents(_ handle: (PeerEvent) -> Void) {
    for event in events { handle(event) }
    events.removeAll(keepingCapacity: true)
  }
}
