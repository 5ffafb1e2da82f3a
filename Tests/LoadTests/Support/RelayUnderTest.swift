import Load
import RTP
import STUN
import TestSupport
import WebRTC

/// A server that passes everything on from one publisher to one player, and the network between, in virtual time.
final class RelayUnderTest {
  private struct Datagram {
    let due: Instant
    let bytes: [UInt8]
    let from: TransportAddress
    let to: TransportAddress
  }

  /// One peer of the load and its end on the server.
  final class Line {
    let client: LoadPeer
    fileprivate var server: PeerConnection
    fileprivate let address: TransportAddress
    /// The share of packets lost in each direction.
    var uplinkLoss = 0.0
    var downlinkLoss = 0.0

    fileprivate init(_ client: LoadPeer, _ server: consuming PeerConnection, _ address: TransportAddress) {
      self.client = client
      self.server = server
      self.address = address
    }

    var isUp: Bool { client.state == .connected && server.state == .connected }
  }

  static let delay = Duration.milliseconds(20)
  private static let serverAddress = TransportAddress(IPAddress(ipv4: 0xC633_6401), port: 3478)
  private static let context = DTLSContext(certificate: DTLSCertificate(unixTime: 1_800_000_000))
  private static let wallClock: Int64 = 1_781_000_000_000_000_000

  let tally = LoadTally(run: 77)
  private(set) var now = Instant.zero + .seconds(100)
  private(set) var publisher: Line!
  private(set) var player: Line!
  /// What the server received of the publisher without repetitions: sound as 0, the layers of pictures from 1 on.
  private(set) var received: [Int: Set<Int64>] = [:]
  private(set) var repairs = 0
  private(set) var keyframes = 0
  private var underWay: [Datagram] = []
  private var streams: [Int: Int] = [:]
  private var cache: [Int64: (OutgoingPacket, [UInt8])] = [:]
  private var generator: SeededGenerator
  private var outbox = DatagramOutbox()
  private var serverOutbox = PeerOutbox()

  init(_ layers: [VideoLayer], seed: UInt64 = 1) throws {
    generator = SeededGenerator(seed: seed)
    publisher = try line(.publisher(layers, burst: VideoPacing.burst), .publisher, host: 1)
    let tracks = [TrackDescription(.audio, stream: "s", track: "a"), TrackDescription(.video, stream: "s", track: "v")]
    player = try line(.player, .viewer(tracks), host: 2)
  }

  private func line(_ part: LoadPeer.Part, _ role: PeerRole, host: UInt32) throws -> Line {
    let configuration = PeerConfiguration(
      dtls: Self.context,
      candidates: LocalCandidates(addresses: [Self.serverAddress.ip], udpPort: 3478, tcpPort: nil).candidates,
      generation: 1, worker: 0, wallClockOffset: Self.wallClock, canonicalName: "server")
    let client = LoadPeer(part, context: Self.context, tally: tally, wallClockOffset: Self.wallClock)
    let line = Line(
      client, PeerConnection(role, configuration, at: now, using: &generator),
      TransportAddress(IPAddress(ipv4: 0xC000_0200 + host), port: 50_000))
    let answer = try line.server.answer(client.offer(), at: now, using: &generator, into: &serverOutbox)
    try client.accept(answer: answer, at: now)
    return line
  }

  /// The server asks the publisher for a keyframe of its first picture.
  func requestKeyframe() {
    if let stream = streams[1] { publisher.server.requestKeyframe(of: stream) }
  }

  func run(for time: Duration) {
    let end = now + time
    settle()
    while let next = nextMoment, next <= end {
      now = max(now, next)
      step()
    }
    now = end
  }

  private var lines: [Line] { [publisher, player] }

  private var nextMoment: Instant? {
    (lines.flatMap { [$0.client.nextDeadline, $0.server.nextDeadline] } + underWay.map(\.due)).min()
  }

  private func step() {
    while let index = underWay.firstIndex(where: { $0.due <= now }) { deliver(underWay.remove(at: index)) }
    for line in lines {
      if line.client.nextDeadline <= now { line.client.advance(to: now, into: &outbox) }
      if line.server.nextDeadline <= now { line.server.advance(to: now, into: &serverOutbox) }
      settle(line)
    }
  }

  private func deliver(_ datagram: Datagram) {
    guard let line = lines.first(where: { $0.address == datagram.from || $0.address == datagram.to }) else { return }
    var bytes = datagram.bytes
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    defer { settle(line) }
    guard datagram.to == Self.serverAddress else {
      return line.client.receive(&raw, from: datagram.from, arrival: now, at: now, into: &outbox)
    }
    let path = FiveTuple(.udp, local: Self.serverAddress, remote: line.address)
    guard DatagramKind(of: raw.bytes) == .rtp else {
      _ = line.server.receive(&raw, on: path, at: now, into: &serverOutbox)
      return
    }
    if case .packet(let packet) = line.server.open(&raw, on: path, arrival: now, at: now, into: &serverOutbox) {
      let place = packet.codec == .opus ? 0 : 1 + (line.server.origin(of: packet.stream).layer ?? 0)
      streams[place] = packet.stream
      received[place, default: []].insert(packet.sequence)
      repairs += packet.isRepair ? 1 : 0
      keyframes += packet.startsKeyframe ? 1 : 0
      forward(packet, raw.bytes.extracting(packet.payload).array, as: place)
    }
  }

  /// Passes a packet on under its own numbers: sound in the player's first stream, pictures in the second.
  private func forward(_ packet: ReceivedPacket, _ payload: [UInt8], as place: Int) {
    guard player?.isUp == true, place < 2 else { return }
    let media = player.server.media[place]
    let outgoing = OutgoingPacket(
      payloadType: media.codecs[0].payloadType, sequence: SequenceNumber(wrapping: packet.sequence),
      timestamp: UInt32(truncatingIfNeeded: packet.timestamp), marker: packet.marker, source: packet.sequence)
    if place == 1 { cache[packet.sequence] = (outgoing, payload) }
    seal(outgoing, payload, on: place, isRepair: false)
  }

  private func seal(_ packet: OutgoingPacket, _ payload: [UInt8], on stream: Int, isRepair: Bool) {
    let (bare, none) = (RTPHeader.bare, HeaderExtensionForwarding.none)
    try? serverOutbox.datagrams.append(
      on: FiveTuple(.udp, local: Self.serverAddress, remote: player.address)
    ) { output throws(WireError) in
      do throws(MediaSealError) {
        if isRepair {
          try player.server.sealRepair(
            packet, on: stream, payload: payload.span.bytes, passing: none, of: bare.header,
            in: bare.bytes.span.bytes, at: now, into: &output)
        } else {
          try player.server.seal(
            packet, on: stream, payload: payload.span.bytes, passing: none, of: bare.header,
            in: bare.bytes.span.bytes, at: now, into: &output)
        }
      } catch {
        throw .bufferFull
      }
    }
  }

  private func settle() {
    for line in lines { settle(line) }
  }

  private func settle(_ line: Line) {
    while line.server.hasWork { line.server.work(at: now, into: &serverOutbox) }
    var wanted: [(Int, RetransmissionHistory.Entry)] = []
    serverOutbox.drainEvents { if case .repairWanted(let stream, let entry) = $0 { wanted.append((stream, entry)) } }
    for (stream, entry) in wanted {
      if let (packet, payload) = cache[entry.source] { seal(packet, payload, on: stream, isRepair: true) }
    }
    serverOutbox.datagrams.drain { path, bytes in
      let line = lines.first { $0.address == path.remote } ?? line
      post(bytes.array, from: Self.serverAddress, to: path.remote, line.downlinkLoss)
    }
    outbox.drain { path, bytes in post(bytes.array, from: line.address, to: path.remote, line.uplinkLoss) }
  }

  private func post(_ bytes: [UInt8], from: TransportAddress, to: TransportAddress, _ loss: Double) {
    guard Double.random(in: 0..<1, using: &generator) >= loss else { return }
    underWay.append(Datagram(due: now + Self.delay, bytes: bytes, from: from, to: to))
  }
}

extension RTPHeader {
  /// A header without extensions, and its bytes.
  fileprivate static var bare: (header: RTPHeader, bytes: [UInt8]) {
    let bytes = [0x80] + [UInt8](repeating: 0, count: 11)
    guard let header = try? RTPHeader(parsing: bytes.span.bytes) else {
      preconditionFailure("twelve bytes are a header")
    }
    return (header, bytes)
  }
}

extension HeaderExtensionForwarding {
  fileprivate static var none: HeaderExtensionForwarding {
    HeaderExtensionForwarding(source: HeaderExtensionMap(), target: HeaderExtensionMap(), allowsTwoByteForm: false)
  }
}
