import RTP
package import STUN
import WebRTC

/// The sockets of one worker and the memory of packets that come and go: one UDP and one TCP socket for each listen address.
package struct WorkerSockets: ~Copyable {
  /// A datagram that has come, in a slot that whoever handles it must release or keep.
  struct Datagram {
    let slot: PacketSlab.Slot
    let byteCount: Int
    let path: FiveTuple
    let arrival: Instant
    /// The place of the worker that took it and passed it on; nil if it came to a socket of this one.
    var passedFrom: Int?
  }

  fileprivate struct Endpoint: ~Copyable {
    let datagrams: DatagramSocket
    let listener: StreamListener
    var sender = DatagramSender()
    var receiver = DatagramReceiver()
    /// Whether the socket has more than was taken in the last batch.
    var isReadable = false

    init(_ datagrams: consuming DatagramSocket, _ listener: consuming StreamListener) {
      self.datagrams = datagrams
      self.listener = listener
    }
  }

  /// Tokens of the poller: UDP sockets below, then listeners, and TCP connections from 2^32 on.
  private static let listenerTokens: UInt64 = 1 << 16
  private static let streamTokens: UInt64 = 1 << 32
  /// More listen addresses than any machine has a use for.
  static let endpointLimit = 16
  /// Connections taken in one turn.
  private static let acceptLimit = 64
  /// Datagrams taken from one TCP connection in one turn, so that tiny ones cannot take all slots.
  private static let streamBatchLimit = 512
  private static let strangerBatchLimit = 8

  private let poller: Poller
  var slab: PacketSlab
  private var endpoints = SlotTable<Endpoint>(capacity: endpointLimit)
  private var handles: [SlotTable<Endpoint>.Handle] = []
  private var streams = StreamTable()
  private var events: [Poller.Event] = []
  private var scratch: [UInt8] = []
  /// Where a packet is sealed that leaves by TCP.
  private let sealing = UnsafeMutableRawBufferPointer.allocate(byteCount: PacketSlab.slotByteCount, alignment: 64)
  /// Connections with something to send that have not been flushed.
  private var waiting: [StreamTable.Handle] = []
  /// Connections whose socket takes no more at present.
  private var stuck: Set<StreamTable.Handle> = []
  /// Paths whose connections have ended, until the owner has taken note.
  private var closed: [FiveTuple] = []
  private(set) var noRoomCount: UInt64 = 0

  /// `bell` is what wakes the worker, if others are to know it beforehand.
  package init(packetLimit: Int, bell: Poller.Bell? = nil) throws(SocketError) {
    if let bell { poller = try Poller(bell: bell) } else { poller = try Poller() }
    slab = PacketSlab(slotCount: packetLimit)
    events.reserveCapacity(64)
  }

  deinit {
    sealing.deallocate()
  }

  var bell: Poller.Bell { poller.bell }
  var streamCount: Int { streams.count }

  /// Takes over a pair of sockets of one address.
  mutating func add(_ datagrams: consuming DatagramSocket, _ listener: consuming StreamListener) throws(SocketError) {
    precondition(!endpoints.isFull, "the configuration bounds the listen addresses")
    let index = UInt64(handles.count)
    try poller.watch(datagrams.descriptor, token: index)
    try poller.watch(listener.descriptor, token: Self.listenerTokens + index)
    handles.append(endpoints.insert(Endpoint(datagrams, listener)))
  }

  /// What it listens on.
  package var addresses: [TransportAddress] { handles.map { endpoints[$0].datagrams.address } }

  /// What the senders have done.
  var statistics: DatagramSender.Statistics {
    var sum = DatagramSender.Statistics()
    for handle in handles {
      let part = endpoints[handle].sender.statistics
      sum.sent += part.sent
      sum.droppedNoRoom += part.droppedNoRoom
      sum.droppedUnreachable += part.droppedUnreachable
      sum.runs += part.runs
      sum.systemCalls += part.systemCalls
    }
    return sum
  }
}

// MARK: - In
extension WorkerSockets {
  /// Sleeps until something comes or `deadline`, and takes what TCP connections bring.
  mutating func wait(until deadline: Instant?, now: Instant, into batch: inout [Datagram]) {
    var found = events
    events = []  // so that it is not copied when it grows
    poller.wait(until: hasMore ? now : deadline, now: now) { found.append($0) }
    for event in found { handle(event, now: now, into: &batch) }
    found.removeAll(keepingCapacity: true)
    events = found
  }

  /// Whether a UDP socket is known to have something.
  var hasMore: Bool {
    for handle in handles where endpoints[handle].isReadable { return true }
    return false
  }

  /// Takes one batch of each UDP socket that has something.
  mutating func receive(realtimeOffset: Int64, now: Instant, into batch: inout [Datagram]) {
    for handle in handles where endpoints[handle].isReadable {
      Self.receive(&endpoints[handle], &slab, realtimeOffset, now, &batch)
    }
  }

  private static func receive(
    _ endpoint: inout Endpoint, _ slab: inout PacketSlab, _ realtimeOffset: Int64, _ now: Instant,
    _ batch: inout [Datagram]
  ) {
    let count = endpoint.receiver.receive(
      from: endpoint.datagrams, into: &slab, realtimeOffset: realtimeOffset, now: now
    ) { datagram, _ in
      batch.append(
        Datagram(
          slot: datagram.slot, byteCount: datagram.byteCount,
          path: FiveTuple(.udp, local: datagram.local, remote: datagram.remote), arrival: datagram.arrival))
    }
    endpoint.isReadable = count == DatagramReceiver.batchCount
  }

  private mutating func handle(_ event: Poller.Event, now: Instant, into batch: inout [Datagram]) {
    switch event.token {
    case 0..<Self.listenerTokens:
      endpoints[handles[Int(event.token)]].isReadable = true
    case Self.listenerTokens..<Self.streamTokens:
      accept(from: handles[Int(event.token - Self.listenerTokens)], now: now)
    default:
      let handle = StreamTable.Handle(token: event.token)
      if event.isWritable { flush(handle) }
      guard event.isReadable || event.isHungUp else { return }
      let outcome = Self.receive(handle, &streams, &slab, &scratch, now, &batch)
      if outcome == .ended { close(handle) }
    }
  }

  private mutating func accept(from endpoint: SlotTable<Endpoint>.Handle, now: Instant) {
    for _ in 0..<Self.acceptLimit {
      guard let connection = endpoints[endpoint].listener.accept() else { return }
      let descriptor = connection.descriptor
      guard let handle = streams.insert(connection, at: now) else { continue }
      watch(descriptor, handle)
    }
  }

  private static func receive(
    _ handle: StreamTable.Handle, _ streams: inout StreamTable, _ slab: inout PacketSlab, _ scratch: inout [UInt8],
    _ now: Instant, _ batch: inout [Datagram]
  ) -> StreamConnection.Outcome? {
    // A stranger has checks to send and nothing else.
    let limit = batch.count + (streams.isProven(handle) ? streamBatchLimit : strangerBatchLimit)
    return streams.with(handle) { connection in
      let path = connection.path
      return connection.receive(using: &scratch) { bytes in
        guard batch.count < limit, bytes.byteCount <= PacketSlab.slotByteCount, let slot = slab.take() else { return }
        bytes.withUnsafeBytes { slab.bytes(of: slot).copyMemory(from: $0) }
        batch.append(Datagram(slot: slot, byteCount: bytes.byteCount, path: path, arrival: now))
      }
    }
  }
}

// MARK: - Out
extension WorkerSockets {
  /// Queues a datagram of control.
  mutating func send(_ datagram: RawSpan, on path: FiveTuple) {
    guard datagram.byteCount <= PacketSlab.slotByteCount else { return }
    guard path.transport == .udp else { return sendByStream(datagram, on: path) }
    guard let endpoint = endpoint(for: path) else { return }
    datagram.withUnsafeBytes { endpoints[endpoint].slot().copyMemory(from: $0) }
    endpoints[endpoint].sender.append(byteCount: datagram.byteCount, to: path.remote, from: path.source)
  }

  /// Queues a packet that `body` seals where it is sent from.
  mutating func send(
    on path: FiveTuple, _ body: (inout OutputRawSpan) throws(MediaSealError) -> Void
  ) throws(MediaSealError) {
    guard path.transport == .udp else {
      let byteCount = try Self.seal(into: sealing, body)
      return sendByStream(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(sealing)).extracting(first: byteCount), on: path)
    }
    guard let endpoint = endpoint(for: path) else { throw .notConnected }
    let byteCount = try Self.seal(into: endpoints[endpoint].slot(), body)
    endpoints[endpoint].sender.append(byteCount: byteCount, to: path.remote, from: path.source)
  }

  private static func seal(
    into slot: UnsafeMutableRawBufferPointer, _ body: (inout OutputRawSpan) throws(MediaSealError) -> Void
  ) throws(MediaSealError) -> Int {
    var output = OutputRawSpan(buffer: slot, initializedCount: 0)
    try body(&output)
    return output.finalize(for: slot)
  }

  private mutating func sendByStream(_ datagram: RawSpan, on path: FiveTuple) {
    guard let handle = streams.handle(of: path) else { return }
    let dropped = streams.with(handle) { connection in
      let before = connection.droppedCount
      connection.send(datagram)
      return connection.droppedCount - before
    }
    noRoomCount += UInt64(dropped ?? 0)
    if waiting.last != handle { waiting.append(handle) }
  }

  /// The socket that a path goes by: that of its own address, or of the wildcard.
  private func endpoint(for path: FiveTuple) -> SlotTable<Endpoint>.Handle? {
    guard handles.count > 1 else { return handles.first }
    var fallback: SlotTable<Endpoint>.Handle?
    for handle in handles {
      let bound = endpoints[handle].datagrams.address.ip
      if bound == path.local.ip { return handle }
      if bound.isWildcard, fallback == nil || bound.family == path.local.ip.family { fallback = handle }
    }
    return fallback
  }

  /// Sends everything that is queued.
  mutating func flush() {
    for handle in handles { endpoints[handle].flush() }
    guard !waiting.isEmpty else { return }
    var flushing = waiting
    waiting = []
    for handle in flushing { flush(handle) }
    flushing.removeAll(keepingCapacity: true)
    waiting = flushing
  }

  private mutating func flush(_ handle: StreamTable.Handle) {
    let result = streams.with(handle) { ($0.flush(), $0.hasQueue, $0.descriptor) }
    guard let (outcome, hasQueue, descriptor) = result else { return }
    guard outcome == .open else { return close(handle) }
    guard hasQueue != stuck.contains(handle) else { return }
    poller.change(descriptor, to: hasQueue ? .inputAndOutput : .input, token: handle.token)
    if hasQueue { stuck.insert(handle) } else { stuck.remove(handle) }
  }
}

// MARK: - TCP connections
extension WorkerSockets {
  /// A valid check has come by this path: its connection may stay.
  mutating func prove(_ path: FiveTuple) {
    if path.transport == .tcp { streams.prove(path) }
  }

  /// Nobody wants this path any more; what is queued is sent if the socket takes it at once.
  mutating func release(_ path: FiveTuple) {
    guard path.transport == .tcp, let handle = streams.handle(of: path) else { return }
    flush(handle)
    close(handle)
  }

  /// Closes connections that have not shown in time that they belong to a peer.
  mutating func closeOverdue(at now: Instant) {
    for handle in streams.overdue(at: now) { close(handle) }
  }

  /// Lets go of a connection for another worker, before which nobody here may have proven to be at its other end: its socket, and
  /// what has come of an unfinished frame. Nil if it has to stay: it was handed over once, and nobody is sent to and fro; or half a
  /// frame has left.
  mutating func handOver(_ path: FiveTuple) -> (descriptor: Int32, unfinished: [UInt8])? {
    guard let handle = streams.handle(of: path), !streams.isProven(handle) else { return nil }
    let parting = streams.with(handle) { connection -> (descriptor: Int32, unfinished: [UInt8])? in
      guard !connection.isAdopted, !connection.hasQueue, connection.unfinished.count <= PacketSlab.slotByteCount else {
        return nil
      }
      return (connection.letGo(), connection.unfinished)
    }
    guard let parting, let parting else { return nil }
    poller.forget(parting.descriptor)
    stuck.remove(handle)
    _ = streams.close(handle)
    return parting
  }

  /// Takes a connection over that another worker has accepted.
  mutating func adopt(
    _ descriptor: Int32, on path: FiveTuple, unfinished: UnsafeRawBufferPointer, at now: Instant
  ) {
    let connection = StreamConnection(resuming: descriptor, path: path, unfinished: unfinished)
    guard let handle = streams.insert(connection, at: now) else { return }
    watch(descriptor, handle)
  }

  private mutating func watch(_ descriptor: Int32, _ handle: StreamTable.Handle) {
    do throws(SocketError) {
      try poller.watch(descriptor, token: handle.token)
    } catch {
      close(handle)
    }
  }

  private mutating func close(_ handle: StreamTable.Handle) {
    if let descriptor = streams.with(handle, { $0.descriptor }) { poller.forget(descriptor) }
    stuck.remove(handle)
    if let path = streams.close(handle) { closed.append(path) }
  }

  /// The paths of connections that have ended since the last call.
  mutating func takeClosed() -> [FiveTuple] {
    guard !closed.isEmpty else { return [] }
    defer { closed = [] }
    return closed
  }

  /// Closes all sockets.
  mutating func closeAll() {
    for handle in handles { endpoints.remove(handle) }
    handles = []
    streams = StreamTable()
  }
}

extension WorkerSockets.Endpoint {
  /// Where the next datagram is written.
  fileprivate mutating func slot() -> UnsafeMutableRawBufferPointer {
    if sender.isFull { flush() }
    return sender.nextSlot
  }

  fileprivate mutating func flush() {
    sender.flush(to: datagrams)
  }
}

extension FiveTuple {
  /// Where a datagram has to come from; nil leaves it to the system.
  fileprivate var source: IPAddress? { local.ip.isWildcard ? nil : local.ip }
}

extension IPAddress {
  /// Whether it stands for all addresses of a machine.
  var isWildcard: Bool { high == 0 && low == 0 }
}
