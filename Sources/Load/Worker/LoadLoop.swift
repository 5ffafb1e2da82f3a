internal import CSockets
package import RTP
package import SFU
internal import STUN
internal import WebRTC

/// All peers of a load, each with a socket of its own, moved on by one thread: datagrams in batches, then what is due.
///
/// A socket for each peer costs more system calls than one for all, but it is what a server meets in service: other ports, each with its own
/// queue in the kernel.
package final class LoadLoop {
  package typealias PeerID = Int
  /// Somebody who has several peers, whose figures are told apart from the others'.
  package typealias MemberID = Int

  private final class Seat {
    let peer: LoadPeer
    let socket: DatagramSocket
    let member: MemberID?

    init(_ peer: LoadPeer, _ socket: consuming DatagramSocket, of member: MemberID?) {
      self.peer = peer
      self.socket = socket
      self.member = member
    }
  }

  /// Slots of one batch; none is kept beyond it.
  private static let slotCount = 2 * DatagramReceiver.batchCount
  /// Batches of one socket before others have their turn.
  private static let batchLimit = 8

  private let tally: LoadTally
  private var members: [LoadTally] = []
  private let context: DTLSContext
  private let poller: Poller
  private var receiver = DatagramReceiver()
  private var sender = DatagramSender()
  private var slab = PacketSlab(slotCount: slotCount)
  private var outbox = DatagramOutbox(byteCount: 256 * 1024, datagramCount: 512)
  /// Of publishers, whose pictures and sound have to leave in time, and of all others.
  private var urgent = DeadlineQueue()
  private var deadlines = DeadlineQueue()
  private var seats: [Seat] = []
  private var readable: [PeerID] = []
  private var due: [PeerID] = []
  private var unreadBefore: UInt32 = 0

  package init() throws(SocketError) {
    poller = try Poller()
    var generator = SystemRandomNumberGenerator()
    tally = LoadTally(run: generator.next())
    let seconds = (SystemClock.now.nanoseconds - SystemClock.realtimeOffset) / 1_000_000_000
    context = DTLSContext(certificate: DTLSCertificate(unixTime: Int(seconds)))
  }

  package var bell: Poller.Bell { poller.bell }

  package func addMember() -> MemberID {
    members.append(LoadTally(partOf: tally))
    return members.count - 1
  }

  /// Adds a peer with a socket of its own.
  package func add(_ part: LoadPeer.Part, of member: MemberID?) throws(SocketError) -> PeerID {
    let wildcard = TransportAddress(IPAddress(ipv6: 0, 0), port: 0)
    let socket = try DatagramSocket(binding: wildcard, isShared: false)
    let tally = member.map { members[$0] } ?? tally
    let peer = LoadPeer(part, context: context, tally: tally, wallClockOffset: -SystemClock.realtimeOffset)
    let id = seats.count
    try poller.watch(socket.descriptor, token: UInt64(id))
    seats.append(Seat(peer, socket, of: member))
    return id
  }

  /// Changes a peer, and has what follows from it happen.
  package func change<Result, Failure>(
    _ id: PeerID, _ body: (LoadPeer, Instant) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { settle(seats[id], id) }
    return try body(seats[id].peer, SystemClock.now)
  }

  package func peer(_ id: PeerID) -> LoadPeer { seats[id].peer }

  // MARK: Turns

  /// Sleeps until something comes, is due or is to be done, and does it.
  package func turn() {
    let next = min(deadlines.next ?? .distantFuture, urgent.next ?? .distantFuture)
    poller.wait(until: next, now: SystemClock.now) { readable.append(Int($0.token)) }
    let (now, offset) = (SystemClock.now, SystemClock.realtimeOffset)
    for id in readable {
      receive(seats[id], id, now, offset)
      publish()
    }
    readable.removeAll(keepingCapacity: true)
    advance()
  }

  /// Publishers come between any two others: hundreds of players have something to do at once, when a picture has come.
  private func publish() {
    let now = SystemClock.now
    for _ in seats.indices {
      guard let id = urgent.popDue(at: now) else { return }
      advance(id)
    }
  }

  private func receive(_ seat: Seat, _ id: PeerID, _ now: Instant, _ offset: Int64) {
    for _ in 0..<Self.batchLimit {
      let count = receiver.receive(from: seat.socket, into: &slab, realtimeOffset: offset, now: now) { datagram, slab in
        let bytes = UnsafeMutableRawBufferPointer(rebasing: slab.bytes(of: datagram.slot)[..<datagram.byteCount])
        var raw = MutableRawSpan(_unsafeBytes: bytes)  // the slot is taken until the release below
        seat.peer.receive(&raw, from: datagram.remote, arrival: datagram.arrival, at: now, into: &outbox)
        slab.release(datagram.slot)
      }
      guard count == DatagramReceiver.batchCount else { break }
    }
    flush(seat)
    settle(seat, id)
  }

  /// Each peer has its turn once, so that nobody who is always due keeps the others from theirs.
  private func advance() {
    let now = SystemClock.now
    while let id = deadlines.popDue(at: now) { due.append(id) }
    publish()
    for id in due {
      advance(id)
      publish()
    }
    due.removeAll(keepingCapacity: true)
  }

  private func advance(_ id: PeerID) {
    seats[id].peer.advance(to: SystemClock.now, into: &outbox)
    flush(seats[id])
    settle(seats[id], id)
  }

  private func settle(_ seat: Seat, _ id: PeerID) {
    let next = seat.peer.nextDeadline
    if seat.peer.part.isPublisher { urgent.set(next, of: id) } else { deadlines.set(next, of: id) }
  }

  /// Sends what a peer has left in the outbox.
  private func flush(_ seat: Seat) {
    guard !outbox.isEmpty else { return }
    outbox.drain { path, bytes in
      if sender.isFull { sender.flush(to: seat.socket) }
      bytes.withUnsafeBytes { sender.nextSlot.copyMemory(from: $0) }
      sender.append(byteCount: bytes.byteCount, to: path.remote, from: nil)
    }
    sender.flush(to: seat.socket)
  }

  /// All peers take leave.
  package func leave() {
    for seat in seats {
      seat.peer.leave(into: &outbox)
      flush(seat)
    }
  }

  // MARK: Measuring

  /// Begins to count.
  package func beginMeasuring() {
    for seat in seats { seat.peer.beginCounting() }
    unreadBefore = unread
    for tally in tallies { tally.begin(at: SystemClock.now) }
  }

  /// What is sent from now on does not count.
  package func closeMeasuring() {
    for tally in tallies { tally.close(at: SystemClock.now) }
  }

  /// The figures of all and of each member, with what the peers and the sockets know.
  package func endMeasuring() -> (whole: LoadFigures, members: [LoadFigures]) {
    var (whole, parts) = (tally.end(), members.map { $0.end() })
    whole.unread = Int(unread &- unreadBefore)
    for seat in seats {
      let streams = seat.peer.streams
      whole.count(streams)
      guard let member = seat.member else { continue }
      parts[member].count(streams)
      parts[member].streams += streams
    }
    return (whole, parts)
  }

  private var tallies: [LoadTally] { [tally] + members }

  private var unread: UInt32 {
    seats.reduce(0) { $0 &+ csockets_dropped_count($1.socket.descriptor) }
  }
}
