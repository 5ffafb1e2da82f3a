package import RTP

/// Peers with handshake work, served in turn for at most two milliseconds of a loop turn.
///
/// A storm of joiners then delays its own handshakes and nobody's media. The owner appends a peer when its `DTLSTransport` begins to
/// have work; a peer that has more after its piece goes to the end of the queue.
package struct HandshakeQueue<Peer> {
  /// A piece of work takes up to half a millisecond, so a turn ends at most that much later.
  package static var budget: Duration { .milliseconds(2) }

  private var waiting: [Peer?] = []
  private var head = 0

  package init() {}

  package var isEmpty: Bool { head == waiting.count }
  package var count: Int { waiting.count - head }

  /// Appends a peer that is not in the queue.
  package mutating func append(_ peer: Peer) {
    waiting.append(peer)
  }

  /// Serves peers until none is left or the budget is spent; a queue that is not empty then wants another turn soon.
  ///
  /// `clock` is asked before every piece of work, of which at least one is done. `work` does one piece and says whether the peer
  /// has more.
  package mutating func run(clock: () -> Instant, work: (Peer, Instant) -> Bool) {
    guard !isEmpty else { return }
    var now = clock()
    let end = now + Self.budget
    repeat {
      let peer = takeFirst()
      if work(peer, now) { append(peer) }
      now = clock()
    } while !isEmpty && now < end
  }

  private mutating func takeFirst() -> Peer {
    guard let peer = waiting[head] else { preconditionFailure("a peer was taken from the queue twice") }
    waiting[head] = nil
    head += 1
    if head * 2 > waiting.count {
      waiting.removeFirst(head)
      head = 0
    }
    return peer
  }
}
