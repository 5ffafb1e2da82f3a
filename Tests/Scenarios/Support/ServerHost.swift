import RTP
import STUN
import ScriptedPeer
import TestSupport
import WebRTC

/// What a worker does, without sockets: tables of peers by path and by fragment, which follow the events of the peers.
final class ServerHost {
  /// One peer with everything it has said.
  final class Peer {
    var connection: PeerConnection
    fileprivate(set) var events: [(at: Instant, event: PeerEvent)] = []
    fileprivate(set) var received: [ReceivedMedia] = []
    fileprivate(set) var drops: [MediaDropReason] = []
    /// What it is sent, by outgoing stream.
    var videos: [Int: FrameSource] = [:]
    private var offers: [String] = []

    fileprivate init(_ connection: consuming PeerConnection) {
      self.connection = connection
    }

    var state: PeerState { connection.state }
    var path: FiveTuple? { connection.path }
    var ufrag: ServerUfrag { connection.ufrag }
    var slots: [SubscriptionOffer.Slot] { connection.slots }
    var media: [NegotiatedMedia] { connection.media }
    var nextDeadline: Instant { connection.nextDeadline }
    var hasWork: Bool { connection.hasWork }
    var hasKeys: Bool { connection.hasKeys }
    var roundTripTime: Duration? { connection.streams.roundTripTime }

    func takeOffer() -> String? {
      defer { offers = [] }
      return offers.last
    }

    fileprivate func note(_ event: PeerEvent, at now: Instant) {
      events.append((now, event))
      if case .offer(let offer) = event { offers.append(offer) }
    }

    func time(of event: PeerEvent) -> Instant? { events.first { $0.event == event }?.at }
    func count(of event: PeerEvent) -> Int { events.filter { $0.event == event }.count }
  }

  static let address = TransportAddress(IPAddress(ipv4: 0xC633_6401), port: 3478)
  static let certificate = DTLSCertificate(unixTime: 1_800_000_000)

  private(set) var peers: [Peer] = []
  private(set) var paths: [FiveTuple: Peer] = [:]
  private(set) var fragments: [ServerUfrag: Peer] = [:]
  private(set) var unansweredCount = 0
  private(set) var reasons: [PeerDropReason] = []
  private var outbox = PeerOutbox()
  private var outgoing: [(path: FiveTuple, bytes: [UInt8])] = []
  private var generator: SeededGenerator
  private let configuration: PeerConfiguration

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    configuration = PeerConfiguration(
      dtls: DTLSContext(certificate: Self.certificate),
      candidates: LocalCandidates(addresses: [Self.address.ip], udpPort: Self.address.port, tcpPort: nil).candidates,
      generation: 1, worker: 0, wallClockOffset: 1_781_000_000_000_000_000, canonicalName: "parley")
  }

  func addPeer(_ role: PeerRole, at now: Instant) -> Peer {
    let peer = Peer(PeerConnection(role, configuration, at: now, using: &generator))
    peers.append(peer)
    fragments[peer.connection.ufrag] = peer
    return peer
  }

  var nextDeadline: Instant {
    var deadline = Instant.distantFuture
    for peer in peers {
      deadline = min(deadline, peer.connection.nextDeadline)
      for source in peer.videos.values { deadline = min(deadline, source.nextAt) }
    }
    return deadline
  }

  func advance(to now: Instant) {
    for peer in peers {
      if peer.connection.nextDeadline <= now { peer.connection.advance(to: now, into: &outbox) }
      finish(peer, at: now)
      for stream in peer.videos.keys.sorted() { sendVideo(of: peer, on: stream, at: now) }
    }
  }

  func takeOutgoing() -> [(path: FiveTuple, bytes: [UInt8])] {
    defer { outgoing = [] }
    return outgoing
  }

  // MARK: Descriptions

  func answer(_ offer: String, for peer: Peer, at now: Instant) throws -> String {
    defer { finish(peer, at: now) }
    return try peer.connection.answer(offer, at: now, using: &generator, into: &outbox)
  }

  func patch(_ fragment: String, for peer: Peer, at now: Instant) throws -> String? {
    defer { finish(peer, at: now) }
    return try peer.connection.patch(fragment, at: now, using: &generator, into: &outbox)
  }

  func accept(_ answer: String, for peer: Peer, at now: Instant) throws {
    defer { finish(peer, at: now) }
    try peer.connection.accept(answer, at: now, into: &outbox)
  }

  func restart(_ peer: Peer, at now: Instant) {
    peer.connection.restart(at: now, using: &generator, into: &outbox)
    finish(peer, at: now)
  }

  func connectionClosed(_ path: FiveTuple, at now: Instant) {
    guard let peer = paths[path] else { return }
    peer.connection.connectionClosed(path, at: now, into: &outbox)
    finish(peer, at: now)
  }

  func close(_ peer: Peer, at now: Instant) {
    peer.connection.close(at: now, into: &outbox)
    finish(peer, at: now)
  }

  // MARK: Datagrams

  func receive(_ bytes: [UInt8], on path: FiveTuple, at now: Instant) {
    guard let peer = paths[path] ?? fragment(of: bytes).flatMap({ fragments[$0] }) else {
      unansweredCount += 1
      return
    }
    var bytes = bytes
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    guard DatagramKind(of: raw.bytes) == .rtp else {
      if let reason = peer.connection.receive(&raw, on: path, at: now, into: &outbox) { reasons.append(reason) }
      return finish(peer, at: now)
    }
    switch peer.connection.open(&raw, on: path, arrival: now, at: now, into: &outbox) {
    case .packet(let packet): peer.received.append(ReceivedMedia(packet, raw.bytes.extracting(packet.payload), at: now))
    case .dropped(let reason): peer.drops.append(reason)
    case .probe, .padding, .silence: break
    }
    finish(peer, at: now)
  }

  private func fragment(of bytes: [UInt8]) -> ServerUfrag? {
    let datagram = bytes.span.bytes
    guard DatagramKind(of: datagram) == .stun else { return nil }
    return ServerUfrag(addressedBy: datagram)
  }

  /// Does the work that is due, follows the events and collects what is to be sent.
  private func finish(_ peer: Peer, at now: Instant) {
    while peer.connection.hasWork { peer.connection.work(at: now, into: &outbox) }
    var repairs: [(Int, RetransmissionHistory.Entry)] = []
    outbox.drainEvents { event in
      peer.note(event, at: now)
      switch event {
      case .pathAdded(let path): paths[path] = peer
      case .pathRemoved(let path): paths[path] = nil
      case .credentialsAdded(let ufrag): fragments[ufrag] = peer
      case .credentialsRetired(let ufrag): fragments[ufrag] = nil
      case .repairWanted(let stream, let entry): repairs.append((stream, entry))
      default: break
      }
    }
    outbox.datagrams.drain { outgoing.append(($0, $1.array)) }
    for (stream, entry) in repairs { repair(entry, of: peer, on: stream, at: now) }
  }

  // MARK: Media

  private func sendVideo(of peer: Peer, on stream: Int, at now: Instant) {
    while let packet = peer.videos[stream]?.takeDue(at: now) {
      send(to: peer) { output throws(MediaSealError) in
        let source = SourcePacket()
        try peer.connection.seal(
          packet.outgoing, on: stream, payload: packet.payload.span.bytes, passing: source.forwarding,
          of: source.header, in: source.bytes.span.bytes, at: now, into: &output)
      }
    }
  }

  private func repair(_ entry: RetransmissionHistory.Entry, of peer: Peer, on stream: Int, at now: Instant) {
    guard let packet = peer.videos[stream]?.packet(Int(entry.source)) else { return }
    send(to: peer) { output throws(MediaSealError) in
      let source = SourcePacket()
      try peer.connection.sealRepair(
        packet.outgoing, on: stream, payload: packet.payload.span.bytes, passing: source.forwarding,
        of: source.header, in: source.bytes.span.bytes, at: now, into: &output)
    }
  }

  private func send(to peer: Peer, _ body: (inout OutputRawSpan) throws(MediaSealError) -> Void) {
    guard let path = peer.connection.path, let bytes = try? [UInt8](sealing: body) else { return }
    outgoing.append((path, bytes))
  }
}
