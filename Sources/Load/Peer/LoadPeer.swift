package import RTP
package import STUN
package import WebRTC

/// One peer connection of a load, sans-IO: ICE, DTLS and media of a client that publishes, plays or both.
///
/// It is what a browser is to the server: real checks, handshakes, encryption and feedback; only pictures and sound are synthetic. The owner
/// gives it datagrams and time, sends what it leaves in an outbox, and finds in the tally what came of it.
package final class LoadPeer {
  /// What a peer is there for.
  package enum Part: Sendable {
    /// Sends a microphone and a camera in these layers, pictures in bursts of so long, with something to see and hear in them or not.
    case publisher([VideoLayer], burst: Duration, showing: WatchableMedia? = nil)
    /// Is sent what the server has for it.
    case player
  }

  package enum State: Equatable, Sendable {
    case connecting
    case connected
    /// The handshake failed, or the server took leave.
    case failed
    case left
  }

  let part: Part
  let tally: LoadTally
  package private(set) var state = State.connecting
  /// When the first packet of media was received.
  package private(set) var firstMediaAt: Instant?
  package private(set) var connectedAt: Instant?
  var transport: MediaTransport?
  var generator = SystemRandomNumberGenerator()
  private var agent: ControllingAgent
  private var dtls: DTLSTransport
  private var server: ServerTransport?
  private(set) var media: [NegotiatedMedia] = []
  private let descriptions: ClientDescriptions
  private let wallClockOffset: Int64
  private(set) var path = FiveTuple(.udp, local: unknown, remote: unknown)
  var camera: SyntheticVideo?
  var microphone: SyntheticAudio?
  var sentVideo: [SentPackets] = []
  var sentAudioCount: Int64 = 0
  /// The packets of sound that are sent in turn; empty if there is none in it.
  var sounds: [[UInt8]] = []
  /// So many layers of the camera are wanted, counted from the smallest.
  private var wantedLayers = Int.max
  private var receptions: [StreamReception] = []

  /// What a server sends one peer at most: it has reasons of its own to send less.
  private static let streamLimit = 256

  private static let unknown = TransportAddress(IPAddress(ipv4: 0), port: 0)

  /// - Parameter wallClockOffset: the wall clock at the zero point of `Instant`, in nanoseconds since 1970.
  package init(_ part: Part, context: DTLSContext, tally: LoadTally, wallClockOffset: Int64) {
    (self.part, self.tally, self.wallClockOffset) = (part, tally, wallClockOffset)
    agent = ControllingAgent(using: &generator)
    dtls = DTLSTransport(context: context)
    descriptions = ClientDescriptions(
      credentials: agent.credentials, fingerprint: context.certificate.fingerprint, layers: part.rids)
  }

  // MARK: Descriptions

  /// The description that begins everything.
  package func offer() -> String {
    descriptions.offer(part.isPublisher ? .sendonly : .recvonly).text
  }

  package func accept(answer: String, at now: Instant) throws(LoadError) {
    try take(try Self.parse(answer), at: now)
  }

  /// Accepts what the server offers, the first time or later, and returns the answer.
  package func answer(_ offer: String, at now: Instant) throws(LoadError) -> String {
    let offer = try Self.parse(offer)
    try take(offer, at: now)
    return descriptions.answer(to: offer).text
  }

  private static func parse(_ text: String) throws(LoadError) -> SessionDescription {
    do { return try SessionDescription(parsing: text) } catch { throw .malformedDescription }
  }

  private func take(_ description: SessionDescription, at now: Instant) throws(LoadError) {
    let server = try ServerTransport(of: description)
    self.server = server
    media = NegotiatedMedia.all(of: description)
    transport?.update(media)
    agent.start(server.credentials, server.addresses, at: now)
  }

  // MARK: Datagrams

  /// Takes a datagram, which is decrypted in place.
  package func receive(
    _ datagram: inout MutableRawSpan, from remote: TransportAddress, arrival: Instant, at now: Instant,
    into outbox: inout DatagramOutbox
  ) {
    switch DatagramKind(of: datagram.bytes) {
    case .rtp: receiveMedia(&datagram, arrival, now)
    case .rtcp: receiveFeedback(&datagram, now, into: &outbox)
    case .stun: receiveCheck(datagram.bytes, from: remote, now, into: &outbox)
    case .dtls:
      note(dtls.receive(datagram.bytes, at: now) { outbox.post($0, on: path) }, now)
      work(now, into: &outbox)
    case .turnChannel, .unknown: tally.count(at: now) { $0.refused += 1 }
    }
  }

  private func receiveCheck(
    _ datagram: RawSpan, from remote: TransportAddress, _ now: Instant, into outbox: inout DatagramOutbox
  ) {
    switch agent.receive(datagram, at: now) {
    case .nothing: break
    case .check(let id):
      let answer = agent.answer(to: id, from: remote)
      outbox.post(answer.span.bytes, on: FiveTuple(.udp, local: Self.unknown, remote: remote))
    case .connected:
      guard let remote = agent.path, let server else { return }
      path.remote = remote
      note(dtls.start(as: server.role, expecting: server.fingerprints, at: now), now)
      work(now, into: &outbox)
    }
  }

  private func receiveMedia(_ datagram: inout MutableRawSpan, _ arrival: Instant, _ now: Instant) {
    let byteCount = datagram.byteCount
    switch transport?.open(&datagram, arrival: arrival, at: now) {
    case .packet(let packet):
      if firstMediaAt == nil { firstMediaAt = arrival }
      tally.count(at: now) { figures in
        figures.packets += 1
        figures.bytes += byteCount
        figures.repairs += packet.isRepair ? 1 : 0
      }
      watch(packet, datagram.bytes.extracting(packet.payload), arrival)
    case .probe, .padding:
      tally.count(at: now) { figures in
        figures.padding += 1
        figures.bytes += byteCount
      }
    case .silence: break
    case .dropped, nil: tally.count(at: now) { $0.refused += 1 }
    }
  }

  /// Reads the stamp of a packet: sound is there with it, a picture perhaps is whole.
  private func watch(_ packet: ReceivedPacket, _ payload: RawSpan, _ arrival: Instant) {
    while receptions.count <= packet.stream { receptions.append(StreamReception()) }
    // The place of a stream that has ended is given to the next.
    if packet.isFirst { receptions[packet.stream] = StreamReception() }
    if tally.measures(arrival) { receptions[packet.stream].packets += 1 }
    guard let stamp = try? MediaStamp(endOf: payload), stamp.run == tally.run else { return }
    guard packet.codec == .vp8 else {
      let latency = arrival.nanoseconds(since: stamp.sentAt)
      return tally.count(at: stamp.sentAt) { $0.audio.record(latency) }
    }
    let broken = receptions[packet.stream].frames.brokenCount
    if let whole = receptions[packet.stream].frames.receive(stamp, at: arrival) {
      if tally.measures(whole.lastSentAt) { receptions[packet.stream].pictures += 1 }
      tally.count(at: whole.lastSentAt) { $0.video.record(whole.latency) }
    }
    let more = receptions[packet.stream].frames.brokenCount - broken
    if more > 0 { tally.count(at: stamp.sentAt) { $0.brokenFrames += more } }
  }

  private func receiveFeedback(
    _ datagram: inout MutableRawSpan, _ now: Instant, into outbox: inout DatagramOutbox
  ) {
    var events: [FeedbackEvent] = []
    guard transport?.receiveFeedback(&datagram, at: now, { events.append($0) }) == nil else {
      return tally.count(at: now) { $0.refused += 1 }
    }
    for event in events { follow(event, now, into: &outbox) }
  }

  // MARK: Time

  package var nextDeadline: Instant {
    guard state != .left, state != .failed else { return .distantFuture }
    var deadline = min(agent.nextDeadline, dtls.nextDeadline)
    deadline = min(deadline, camera?.nextDeadline ?? .distantFuture, microphone?.nextDeadline ?? .distantFuture)
    switch transport {
    case .some(let transport): return min(deadline, transport.nextDeadline)
    case nil: return deadline
    }
  }

  /// Sends what is due.
  package func advance(to now: Instant, into outbox: inout DatagramOutbox) {
    guard state != .left, state != .failed else { return }
    sendMedia(now, into: &outbox)
    transport?.advance(to: now, on: path, into: &outbox)
    if let (remote, check) = agent.takeCheck(at: now, using: &generator) {
      outbox.post(check.span.bytes, on: FiveTuple(.udp, local: Self.unknown, remote: remote))
    }
    note(dtls.advance(to: now) { outbox.post($0, on: path) }, now)
    work(now, into: &outbox)
  }

  private func work(_ now: Instant, into outbox: inout DatagramOutbox) {
    while dtls.hasWork { note(dtls.work(at: now) { outbox.post($0, on: path) }, now) }
  }

  private func note(_ event: DTLSEvent?, _ now: Instant) {
    switch event {
    case nil: return
    case .closedByPeer, .failed: state = .failed
    case .connected(let keys, let role):
      (state, connectedAt) = (.connected, now)
      transport = MediaTransport(
        keys: keys, isDTLSClient: role == .client, media: media,
        localSSRC: SSRC(rawValue: .random(in: 1...UInt32.max, using: &generator)), canonicalName: "load",
        wallClockOffset: wallClockOffset, streamLimit: Self.streamLimit)
      startMedia(now)
      camera?.want(layers: wantedLayers)
    }
  }

  /// Sends so many layers of the camera, counted from the smallest, as nobody watches the others.
  package func want(layers: Int) {
    wantedLayers = layers
    camera?.want(layers: layers)
  }

  /// Says goodbye and sends nothing more.
  package func leave(into outbox: inout DatagramOutbox) {
    guard state != .left else { return }
    if state == .connected { transport?.close(on: path, into: &outbox) }
    dtls.close { outbox.post($0, on: path) }
    agent.stop()
    (camera, microphone, state) = (nil, nil, .left)
  }

  // MARK: Counting

  /// Remembers how much has come before the measuring.
  package func beginCounting() {
    for stream in incomingStreams {
      let total = reception(of: stream)
      receptions[stream].begin(expected: total.expectedCount, missed: total.missedCount)
    }
  }

  /// What came of each stream since.
  package var streams: [StreamFigures] {
    incomingStreams.map { stream in
      let (total, place) = (reception(of: stream), incomingMedia(of: stream))
      return receptions[stream].figures(
        mid: place?.mid, isVideo: place?.kind == .video, expected: total.expectedCount, missed: total.missedCount)
    }
  }

  /// The places of the streams that have come.
  private var incomingStreams: Range<Int> {
    switch transport {
    case .some(let transport): 0..<min(receptions.count, transport.incoming.count)
    case nil: 0..<0
    }
  }

  private func reception(of stream: Int) -> ReceptionTotal {
    switch transport {
    case .some(let transport): transport.reception(of: stream)
    case nil: ReceptionTotal()
    }
  }

  private func incomingMedia(of stream: Int) -> NegotiatedMedia? {
    switch transport {
    case .some(let transport):
      let index = transport.incoming[stream].media
      return media.first { $0.index == index }
    case nil: return nil
    }
  }
}

extension LoadPeer.Part {
  package var isPublisher: Bool {
    switch self {
    case .publisher: true
    case .player: false
    }
  }

  fileprivate var rids: [String] {
    switch self {
    case .publisher(let layers, _, _): layers.compactMap(\.rid)
    case .player: []
    }
  }
}

extension DatagramOutbox {
  /// Posts a finished datagram; one for which there is no room is lost, as on the way.
  mutating func post(_ bytes: RawSpan, on path: FiveTuple) {
    try? append(on: path) { output throws(WireError) in try output.writeBytes(bytes) }
  }
}
