package import RTP
import STUN
import WebRTC

/// All that one worker owns, moved on turn by turn on its thread: sockets, peers, rooms and the routes between them.
///
/// A turn: what commands left is sent; sleep until a packet, a deadline or a command; datagrams in batches, media of which is
/// listed for its subscribers, up to a bound; deadlines and handshakes, at most two milliseconds of each; the lists are sealed and
/// sent.
package struct WorkerLoop: ~Copyable {
  /// Batches taken in one turn, so that a flood delays deadlines by a few milliseconds at most.
  private static let batchLimit = 16
  /// Commands, and what is due, wait for the next turn after that: a description that is made or read takes as long as many
  /// packets, and a hundred may be due at once when somebody comes to a large room.
  static let workLimit = Duration.milliseconds(2)
  /// Nothing more is taken in after that many packets are to be sent, which take a few milliseconds: commands and deadlines are
  /// not to wait for what many subscribers make of a full socket.
  package static let listLimit = 2048
  /// Overdue connections, packets too old to repair and the activity of layers are looked at this often.
  private static let housekeepingInterval = Duration.seconds(1)

  var sockets: WorkerSockets
  var hops: WorkerHops
  /// What it mirrors of rooms whose home is another worker.
  var mirrors = MirrorTable()
  /// What other workers are to have of the rooms whose home this is, when there is room in their rings; by their numbers.
  var backlogs: [MirrorBacklog] = []
  /// What other threads may look at.
  package let pulse = WorkerPulse()
  var peers: SlotTable<PeerEntry>
  var router: Router
  var waiting = WaitingList()
  var rooms: [String: Room] = [:]
  var participants: SlotTable<Participant>
  var paths: [FiveTuple: PeerEntry.Handle] = [:]
  /// Those of them that come to another worker, and the place of that.
  var claims: [FiveTuple: Int32] = [:]
  var users: [ServerUfrag: PeerEntry.Handle] = [:]
  var outbox = PeerOutbox()
  var bindings: BindingResponder
  var generator = SystemRandomNumberGenerator()
  let settings: WorkerSettings
  var drops = DropCounts()
  var counts = WorkerCounts()
  /// The time of this turn.
  var now = SystemClock.now
  var isClosed = false
  /// News of a peer that are being looked at.
  var news: [PeerEvent] = []

  /// Subscribers whose pictures are to be allocated anew before the turn ends.
  var allocationsDue: [PeerEntry.Handle] = []

  /// The connection that went to another worker last, of which there may be more in the batch.
  var handedOver: (path: FiveTuple, worker: Int)?
  private var deadlines = DeadlineQueue()
  private var handshakes = HandshakeQueue<PeerEntry.Handle>()
  /// Peers whose deadline or work may have changed in this turn.
  private var touched: [PeerEntry.Handle] = []
  /// What has been taken and not been looked at yet.
  private var batch: [WorkerSockets.Datagram] = []
  var load: WorkerLoad
  private var nextHousekeeping: Instant
  private var nextElection: Instant
  /// Who may lead the conversation and who may be heard, in the room that is looked at.
  var candidates: [DominantSpeaker.Candidate] = []
  var microphones: [LoudestMicrophones.Candidate] = []

  package init(
    _ settings: WorkerSettings, sockets: consuming WorkerSockets, hops: consuming WorkerHops = WorkerHops()
  ) {
    self.settings = settings
    self.sockets = sockets
    self.hops = hops
    if !self.hops.isAlone { backlogs = Array(repeating: MirrorBacklog(), count: self.hops.workerCount) }
    peers = SlotTable(capacity: settings.limits.peers)
    participants = SlotTable(capacity: settings.limits.participants)
    router = Router(peerLimit: settings.limits.peers, tracksPerPeer: settings.limits.tracksPerParticipant)
    bindings = BindingResponder(using: &generator)
    load = WorkerLoad(at: now)
    nextHousekeeping = now + Self.housekeepingInterval
    nextElection = now + DominantSpeaker.interval
    touched.reserveCapacity(1024)
    allocationsDue.reserveCapacity(1024)
    batch.reserveCapacity(1024)
    candidates.reserveCapacity(1024)
    microphones.reserveCapacity(1024)
  }

  /// One turn, which sleeps at most until `limit`.
  package mutating func turn(until limit: Instant = .distantFuture) {
    finish()
    now = SystemClock.now
    var batch = self.batch
    self.batch = []  // so that it is not copied when it grows
    load.lieDown(at: now, until: min(nextDeadline, limit))
    if batch.isEmpty { rest(until: load.deadline, &batch) }
    pulse.turn(at: now)
    load.getUp(at: now)
    receive(&batch)
    self.batch = batch
    for path in sockets.takeClosed() { connectionClosed(path) }
    advance()
    work()
    finish()
  }

  /// Sleeps until something comes or is due, and takes what TCP connections and other workers bring.
  private mutating func rest(until deadline: Instant, _ batch: inout [WorkerSockets.Datagram]) {
    pulse.rest(until: deadline)
    sockets.wait(until: hops.lieDown() ? deadline : now, now: now, into: &batch)
    now = SystemClock.now
    hops.getUp()
    takeLetters()
    takeHops(into: &batch)
  }

  private var nextDeadline: Instant {
    guard handshakes.isEmpty else { return now }
    let next = min(nextHousekeeping, nextElection, deadlines.next ?? .distantFuture)
    return min(next, router.nextDescent ?? .distantFuture, collectionDeadline, backlogDeadline)
  }

  /// Takes the datagrams that are there; those of TCP connections, and what the last turn left, are in the batch already.
  private mutating func receive(_ batch: inout [WorkerSockets.Datagram]) {
    let realtimeOffset = SystemClock.realtimeOffset
    receiveAll(&batch)
    for _ in 0..<Self.batchLimit where batch.isEmpty && sockets.hasMore {
      sockets.receive(realtimeOffset: realtimeOffset, now: now, into: &batch)
      // Now, not before: so who claims a path is known here before what its peer sends thereupon.
      takeHops(into: &batch)
      receiveAll(&batch)
    }
  }

  /// Looks at what has been taken, as far as there is time for it in this turn.
  private mutating func receiveAll(_ batch: inout [WorkerSockets.Datagram]) {
    if let first = batch.first { load.find(waitingSince: first.arrival) }
    var count = 0
    while count < batch.count, mayListMore {
      receive(batch[count])
      count += 1
    }
    if count == batch.count {
      batch.removeAll(keepingCapacity: true)
      handedOver = nil
    } else {
      batch.removeFirst(count)
    }
    passBacklogs()
    hops.publish()
  }

  /// Whether more packets may be taken in before those that are listed are sent.
  var mayListMore: Bool { router.list.count < Self.listLimit }

  // MARK: Time and work

  /// Has the turn look at the deadline and the work of a peer.
  mutating func touch(_ peer: PeerEntry.Handle) {
    guard peers.contains(peer), !peers[peer].isTouched else { return }
    peers[peer].isTouched = true
    touched.append(peer)
  }

  private mutating func settleTouched() {
    var index = 0
    while index < touched.count {
      let peer = touched[index]
      index += 1
      guard peers.contains(peer) else { continue }
      peers[peer].isTouched = false
      deadlines.set(peers[peer].nextDeadline, of: Int(peer.index))
      if peers[peer].connection.hasWork, !peers[peer].isQueued {
        peers[peer].isQueued = true
        handshakes.append(peer)
      }
    }
    touched.removeAll(keepingCapacity: true)
  }

  private mutating func advance() {
    routeDueCollections()
    settleTouched()
    let end = SystemClock.now + Self.workLimit
    while SystemClock.now < end, let index = deadlines.popDue(at: now) {
      let peer = peers.handle(at: Int32(index))
      guard peers.contains(peer) else { continue }
      sendWaiting(of: peer)
      peers[peer].connection.advance(to: now, into: &outbox)
      follow(peer)
    }
    settleTouched()
    if nextElection <= now {
      nextElection = now + DominantSpeaker.interval
      followConversations()
    }
    guard nextHousekeeping <= now else { return }
    let period = now - nextHousekeeping + Self.housekeepingInterval
    nextHousekeeping = now + Self.housekeepingInterval
    sockets.closeOverdue(at: now)
    hops.forgetUnclaimed(at: now)
    showPulse()
    router.expire(at: now)
    router.closeActivity(after: period)
    chooseLayers()
    judgeQuality()
    allocateAll()
  }

  private mutating func work() {
    settleTouched()
    guard !handshakes.isEmpty else { return }
    var queue = HandshakeQueue<PeerEntry.Handle>()
    swap(&queue, &handshakes)
    queue.run(clock: { SystemClock.now }) { peer, now in work(peer, at: now) }
    swap(&queue, &handshakes)
    settleTouched()
  }

  /// Does one piece of a peer's handshake; true if there is more.
  private mutating func work(_ peer: PeerEntry.Handle, at now: Instant) -> Bool {
    guard peers.contains(peer) else { return false }
    peers[peer].connection.work(at: now, into: &outbox)
    follow(peer)
    guard peers.contains(peer) else { return false }
    let hasMore = peers[peer].connection.hasWork
    peers[peer].isQueued = hasMore
    return hasMore
  }

  /// Sends everything that waits, and has the deadlines right before the turn ends.
  mutating func finish() {
    allocateDue()
    flushMedia()
    settleTouched()
    sockets.flush()
  }

  /// The place of a peer that is gone is free for another, whose deadline is its own.
  mutating func forgetDeadline(of peer: PeerEntry.Handle) {
    deadlines.set(nil, of: Int(peer.index))
  }
}

/// What a worker has done, beside what it dropped.
struct WorkerCounts {
  var datagramsIn: UInt64 = 0
  var mediaPacketsIn: UInt64 = 0
  var mediaPacketsOut: UInt64 = 0
  var repairsOut: UInt64 = 0
  var completedHandshakes: UInt64 = 0
  var failedHandshakes: UInt64 = 0
  var answeredBindings: UInt64 = 0
  var lostEvents: UInt64 = 0
  var passedSlots: UInt64 = 0
}
