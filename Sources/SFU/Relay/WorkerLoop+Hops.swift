import RTP
import STUN
import WebRTC

// MARK: - What comes to one worker and is another's
extension WorkerLoop {
  /// Passes a datagram of nobody here on to the worker whose peer it is for; false if there is none.
  ///
  /// What was passed on once is not passed on again.
  mutating func passOn(_ datagram: WorkerSockets.Datagram, _ bytes: RawSpan, _ kind: DatagramKind) -> Bool {
    guard !hops.isAlone, datagram.passedFrom == nil else { return false }
    // Behind the first check of a connection more may have come with it.
    let isBehind = handedOver?.path == datagram.path
    guard let other = isBehind ? handedOver?.worker : worker(of: bytes, kind, on: datagram.path) else { return false }
    switch datagram.path.transport {
    case .udp: break
    case .tcp, .tls: guard isBehind || passOnConnection(datagram.path, to: other) else { return false }
    }
    let isPassed = bytes.withUnsafeBytes {
      hops.pass($0, on: datagram.path, arrival: datagram.arrival, to: other)
    }
    if !isPassed { drops.count(.noRoom) }
    return true
  }

  /// A check names its worker, which for the first of a path is all there is to go by; the rest belongs to whoever claimed the path.
  private func worker(of bytes: RawSpan, _ kind: DatagramKind, on path: FiveTuple) -> Int? {
    switch kind {
    case .stun:
      ServerUfrag(addressedBy: bytes).flatMap { hops.worker(of: $0, generation: settings.peer.generation) }
    case .dtls, .rtp, .rtcp: hops.worker(of: path)
    case .turnChannel, .unknown: nil
    }
  }

  /// A stream has one reader, so the connection goes with its first check, and its later frames need no hop.
  private mutating func passOnConnection(_ path: FiveTuple, to other: Int) -> Bool {
    guard let (descriptor, unfinished) = sockets.handOver(path) else { return false }
    let isPassed = unfinished.withUnsafeBytes {
      hops.pass(connection: descriptor, on: path, unfinished: $0, to: other)
    }
    // Nobody has it now, so it is closed.
    if !isPassed { _ = StreamConnection(adopting: descriptor, path: path) }
    if isPassed { handedOver = (path, other) }
    return isPassed
  }

  /// Takes what other workers have put into the rings by now, so that a claim is known before what its peer sends thereupon; datagrams
  /// go to the batch. Packets for those who watch here stay there while so many are listed as a turn can send.
  mutating func takeHops(into batch: inout [WorkerSockets.Datagram]) {
    for place in hops.neighbours {
      for _ in 0..<hops.count(from: place) {
        guard let hop = hops.first(from: place), mayListMore || !hop.kind.isMirrored else { break }
        take(hop, from: place, &batch)
        hops.removeFirst(from: place)
      }
    }
  }

  private mutating func take(_ hop: Hop, from place: Int, _ batch: inout [WorkerSockets.Datagram]) {
    let bytes = hops.bytes(of: hop, from: place)
    switch hop.kind {
    case .datagram(let path, let arrival):
      guard let slot = slot(holding: bytes) else { return }
      batch.append(
        WorkerSockets.Datagram(slot: slot, byteCount: bytes.count, path: path, arrival: arrival, passedFrom: place))
    case .claim(let path):
      // The last valid check counts, as between two peers of one worker.
      paths[path] = nil
      claims[path] = nil
      hops.claimed(path, by: place)
    case .release(let path):
      hops.released(path, by: place)
    case .connection(let path, let descriptor):
      sockets.adopt(descriptor, on: path, unfinished: bytes, at: now)
    case .media(let packet):
      if let slot = slot(holding: bytes) { receive(packet, in: slot, of: hops.worker(inPlace: place)) }
    case .padding(let stream, let sequence):
      receivePadding(sequence, of: MirrorTable.Name(home: hops.worker(inPlace: place), number: stream))
    }
  }

  mutating func slot(holding bytes: UnsafeRawBufferPointer) -> PacketSlab.Slot? {
    guard let slot = sockets.slab.take() else {
      drops.count(.noRoom)
      return nil
    }
    sockets.slab.bytes(of: slot).copyMemory(from: bytes)
    return slot
  }
}
