import RTP
import WebRTC

/// One peer connection of a worker, with what the packet loop wants to know of it.
package struct PeerEntry: ~Copyable {
  package typealias Handle = SlotTable<PeerEntry>.Handle

  enum Side: Sendable {
    case publisher
    case subscriber
    /// The only one of a participant that watches; it is sent things, as a subscriber is, and offers itself.
    case watcher
  }

  var connection: PeerConnection
  let side: Side
  let owner: Participant.Handle
  /// What becomes of its incoming streams, by their index.
  var published: [PublishedStream.Handle] = []
  /// What its outgoing streams carry, by their index.
  var subscriptions: [Subscription.Handle] = []
  var chains = SendList.Chains()
  /// Video of a burst that is spread, and when the next of it may leave.
  var waiting = WaitingList.Chain()
  var pacer = Pacer()
  /// How its pictures share what the network carries.
  var sharing = PeerSharing()
  /// Whether it is listed among those that the turn has to do with.
  var isTouched = false
  /// When its path is claimed again, if what it sends comes to another worker.
  var nextClaim = Instant.zero
  /// Whether it waits in the queue of handshakes.
  var isQueued = false
  /// Whether media can be sent and received.
  var isConnected = false
  var hasBeenConnected = false

  /// When the turn has something to do with it.
  var nextDeadline: Instant { min(connection.nextDeadline, pacer.nextDeadline) }

  init(_ connection: consuming PeerConnection, _ side: Side, of owner: Participant.Handle) {
    self.connection = connection
    self.side = side
    self.owner = owner
  }
}
