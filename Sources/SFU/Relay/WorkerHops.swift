import RTP
import STUN
import WebRTC

/// One worker's doors to the others: what belongs to a peer of another goes out by a ring, what belongs to its own comes in by one.
///
/// Several workers share a port, and the kernel gives each its part of what comes by the addresses of either end. A connectivity
/// check names the worker of its peer (`ServerUfrag`); everything else goes where the path's last valid check was for.
package struct WorkerHops: ~Copyable {
  package struct Statistics: Equatable, Sendable {
    /// Datagrams that went to another worker.
    package var passed: UInt64 = 0
    /// Packets of tracks that others mirror, once for each of those.
    package var mirrored: UInt64 = 0
    /// How often another worker had to be woken for them.
    package var wakes: UInt64 = 0
  }

  package let worker: Int
  package let workerCount: Int
  package private(set) var statistics = Statistics()
  private var paths: ForeignPaths
  /// To and from the other workers, in their order without this one.
  private var writers: SlotTable<DatagramRing.Writer>
  private var readers: SlotTable<DatagramRing.Reader>
  private var writerHandles: [SlotTable<DatagramRing.Writer>.Handle] = []
  private var readerHandles: [SlotTable<DatagramRing.Reader>.Handle] = []
  private let doorbells: [Doorbell]
  private let letterboxes: [Letterbox]

  /// Those of a worker that has the port for itself.
  package init() {
    self.init(of: 0, doorbells: [], letterboxes: [], forgettingAfter: .zero)
  }

  init(of worker: Int, doorbells: [Doorbell], letterboxes: [Letterbox], forgettingAfter period: Duration) {
    (self.worker, self.doorbells, self.letterboxes) = (worker, doorbells, letterboxes)
    workerCount = max(doorbells.count, 1)
    paths = ForeignPaths(forgettingAfter: period, at: SystemClock.now)
    writers = SlotTable(capacity: workerCount - 1)
    readers = SlotTable(capacity: workerCount - 1)
  }

  /// Connects it with the next of the other workers.
  mutating func connect(writing out: DatagramRing, reading back: DatagramRing) {
    writerHandles.append(writers.insert(DatagramRing.Writer(out)))
    readerHandles.append(readers.insert(DatagramRing.Reader(back)))
  }

  package var isAlone: Bool { workerCount == 1 }

  /// The places of the other workers' rings.
  var neighbours: Range<Int> { 0..<(workerCount - 1) }

  /// Which worker is in a place, and back.
  func worker(inPlace place: Int) -> Int { place < worker ? place : place + 1 }

  private func place(of other: Int) -> Int { other < worker ? other : other - 1 }
}

// MARK: - Out
extension WorkerHops {
  /// Another worker whose peer a connectivity check is for; nil if it is for none of this process.
  func worker(of user: ServerUfrag, generation: Int) -> Int? {
    guard user.generation == generation, let other = user.worker, other != worker, other < workerCount else {
      return nil
    }
    return other
  }

  /// Another worker whose peer is at the other end of a path.
  func worker(of path: FiveTuple) -> Int? { paths.worker(of: path) }

  /// Puts a datagram into another worker's ring, which sees it at `publish`; false if that is full.
  mutating func pass(
    _ bytes: UnsafeRawBufferPointer, on path: FiveTuple, arrival: Instant, to other: Int
  ) -> Bool {
    guard write(.datagram(path, arrival: arrival), bytes, to: other) else { return false }
    statistics.passed += 1
    return true
  }

  /// Hands a TCP connection over, with what has come of an unfinished frame; false if the ring is full.
  mutating func pass(
    connection descriptor: Int32, on path: FiveTuple, unfinished: UnsafeRawBufferPointer, to other: Int
  ) -> Bool {
    write(.connection(path, descriptor: descriptor), unfinished, to: other)
  }

  /// Tells the worker in a place, which takes what comes by a path, that it belongs to a peer of this one: at once, so
  /// that it knows before the peer can have had an answer to its check. False if the ring is full.
  mutating func claim(_ path: FiveTuple, fromPlace place: Int) -> Bool {
    guard path.transport == .udp else { return true }
    guard write(.claim(path), Self.nothing, to: worker(inPlace: place)) else { return false }
    publish(to: place)
    return true
  }

  /// Tells the worker in a place that a path which was claimed there is nobody's now. One that is not told forgets it by itself.
  mutating func release(_ path: FiveTuple, fromPlace place: Int) {
    _ = write(.release(path), Self.nothing, to: worker(inPlace: place))
  }

  /// Puts a packet of a track that another worker mirrors into its ring; false if that is full. Pictures leave room to sound, and to
  /// datagrams of those who came by the wrong worker.
  mutating func pass(
    _ packet: Hop.MirroredPacket, _ bytes: UnsafeRawBufferPointer, isSound: Bool, to other: Int
  ) -> Bool {
    guard write(.media(packet), bytes, to: other, leavesRoom: !isSound) else { return false }
    statistics.mirrored += 1
    return true
  }

  /// Puts a number of a mirrored stream into the ring, under which there is nothing; false if that is full.
  mutating func pass(padding sequence: Int64, of stream: UInt64, to other: Int) -> Bool {
    write(.padding(stream: stream, sequence: sequence), Self.nothing, to: other, leavesRoom: true)
  }

  private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
  /// What is left to others is this part of a ring.
  private static let shareLeft = 8

  private mutating func write(
    _ kind: Hop.Kind, _ bytes: UnsafeRawBufferPointer, to other: Int, leavesRoom: Bool = false
  ) -> Bool {
    let writer = writerHandles[place(of: other)]
    return writers[writer].write(kind, bytes, leaving: leavesRoom ? writers[writer].slotCount / Self.shareLeft : 0)
  }

  // MARK: Letters

  /// Tells another worker about a room that is on both.
  func tell(_ news: MirrorNews, to other: Int) {
    letterboxes[other].put(news, from: worker)
  }

  /// What others have told since the last call.
  func takeLetters() -> [Letterbox.Letter] {
    isAlone ? [] : letterboxes[worker].takeAll()
  }

  /// Has the other workers see what was put into their rings, and wakes those that may be asleep.
  mutating func publish() {
    for place in neighbours { publish(to: place) }
  }

  private mutating func publish(to place: Int) {
    guard writers[writerHandles[place]].publish() else { return }
    if doorbells[worker(inPlace: place)].ring() { statistics.wakes += 1 }
  }
}

// MARK: - In
extension WorkerHops {
  /// To be called before sleeping; false if something has come already and there is no time for that.
  func lieDown() -> Bool {
    guard !isAlone else { return true }
    doorbells[worker].lieDown()
    for handle in readerHandles where !readers[handle].isEmpty { return false }
    return true
  }

  /// To be called after sleeping, before the rings are looked into.
  func getUp() {
    if !isAlone { doorbells[worker].getUp() }
  }

  /// How many records there are now from the worker in a place.
  mutating func count(from place: Int) -> Int { readers[readerHandles[place]].count() }

  /// The oldest record from the worker in a place.
  mutating func first(from place: Int) -> Hop? { readers[readerHandles[place]].first() }

  /// The bytes of that record. Unsafe: valid until `removeFirst`.
  func bytes(of hop: Hop, from place: Int) -> UnsafeRawBufferPointer {
    readers[readerHandles[place]].bytes(of: hop)
  }

  mutating func removeFirst(from place: Int) { readers[readerHandles[place]].removeFirst() }

  /// The worker in a place has a peer at the other end of a path.
  mutating func claimed(_ path: FiveTuple, by place: Int) {
    paths.claim(path, for: worker(inPlace: place))
  }

  /// The worker in a place has lost the peer at the other end of a path.
  mutating func released(_ path: FiveTuple, by place: Int) {
    paths.release(path, of: worker(inPlace: place))
  }

  /// To be called now and then.
  mutating func forgetUnclaimed(at now: Instant) {
    if !isAlone { paths.forgetUnclaimed(at: now) }
  }
}
