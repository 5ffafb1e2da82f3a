import RTP
import STUN
import TestSupport
import WebRTC

/// The other end of a peer connection: a controlling agent, DTLS and media, and a camera.
final class Browser {
  static let video = SSRC(rawValue: 0x0A00_0001)
  static let repair = SSRC(rawValue: 0x0A00_0002)
  static let audio = SSRC(rawValue: 0x0A00_0003)
  static let certificate = DTLSCertificate(unixTime: 1_800_000_000)
  static let otherCertificate = DTLSCertificate(unixTime: 1_800_000_000)
  private static let context = DTLSContext(certificate: certificate)
  /// Key id, index and tag of SRTCP with AES-GCM (RFC 7714 §9).
  private static let feedbackTrailerByteCount = 20

  private(set) var address: TransportAddress
  var carrier = TransportProtocol.udp
  private let server: TransportAddress
  var agent: ControllingAgent
  var descriptions: BrowserDescriptions
  private var version = 0
  private var dtls = DTLSTransport(context: Browser.context)
  private var remoteFingerprints: [CertificateFingerprint] = []
  private var role = DTLSRole.client
  private var media: [NegotiatedMedia] = []
  private var transport: MediaTransport?
  private var generator: SeededGenerator
  private var outbox = DatagramOutbox()
  private var outgoing: [[UInt8]] = []
  var camera: VideoSource?
  private var isSilent = false

  private(set) var connectedAt: Instant?
  private(set) var handshakeFailure: DTLSFailure?
  private(set) var isLeft = false
  private(set) var received: [ReceivedMedia] = []
  private(set) var drops: [MediaDropReason] = []
  private(set) var feedback: [(at: Instant, packet: RTCPPacket)] = []
  private(set) var wishes: [(at: Instant, event: FeedbackEvent)] = []

  init(at address: TransportAddress, server: TransportAddress, using generator: inout SeededGenerator) {
    self.address = address
    self.server = server
    agent = ControllingAgent(seed: generator.next())
    descriptions = BrowserDescriptions(credentials: agent.own, fingerprint: Self.certificate.fingerprint)
    self.generator = SeededGenerator(seed: generator.next())
  }

  /// As the server sees it.
  var path: FiveTuple { FiveTuple(carrier, local: server, remote: address) }
  var isConnected: Bool { connectedAt != nil }

  // MARK: Descriptions

  func offer() -> String {
    version += 1
    return descriptions.offer(version: version).text
  }

  func accept(answer: String, at now: Instant) throws {
    try take(try SessionDescription(parsing: answer), at: now)
  }

  func answer(_ offer: String, at now: Instant) throws -> String {
    let offer = try SessionDescription(parsing: offer)
    version += 1
    descriptions.setup = .active
    defer { media = BrowserDescriptions.media(of: offer) }
    try take(offer, at: now)
    return descriptions.answer(to: offer, version: version).text
  }

  /// New credentials for the next description, as after `restartIce()`.
  func renewCredentials() {
    agent.renew()
    descriptions.credentials = agent.own
  }

  private func take(_ description: SessionDescription, at now: Instant) throws {
    let transports = description.media.filter { !$0.isRejected }.map { description.transport(of: $0) }
    guard let remote = transports.first, let ufrag = remote.ufrag, let password = remote.password,
      let credentials = ICECredentials(ufrag: ufrag, password: password)
    else { throw ScenarioError.noCredentials }
    agent.setRemote(credentials, at: now)
    remoteFingerprints = remote.fingerprints
    role = remote.setup == .active ? .server : .client
    media = BrowserDescriptions.media(of: description)
    transport?.update(media)
  }

  // MARK: The network

  /// The network gives it another address, which it tries at once.
  func move(to address: TransportAddress, at now: Instant) {
    self.address = address
    agent.tryPath(at: now)
  }

  /// Nothing leaves it any more, as if its computer slept.
  func sleep() { isSilent = true }
  func wake() { isSilent = false }

  func leave(at now: Instant) {
    transport?.close(on: path, into: &outbox)
    outbox.drain { outgoing.append($1.array) }
    dtls.close { outgoing.append($0.array) }
    agent.stop()
    camera?.stop()
  }

  func takeOutgoing() -> [[UInt8]] {
    defer { outgoing = [] }
    return isSilent ? [] : outgoing
  }

  func receive(_ bytes: [UInt8], at now: Instant) {
    var bytes = bytes
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    switch DatagramKind(of: raw.bytes) {
    case .stun:
      if agent.receive(raw.bytes) { note(startHandshake(at: now), at: now) }
    case .dtls: note(dtls.receive(raw.bytes, at: now) { outgoing.append($0.array) }, at: now)
    case .rtp: receiveMedia(&raw, at: now)
    case .rtcp: receiveFeedback(&raw, at: now)
    case .turnChannel, .unknown: break
    }
    work(at: now)
  }

  // MARK: Time

  var nextDeadline: Instant {
    var deadline = min(agent.nextCheck, dtls.nextDeadline)
    guard transport != nil else { return deadline }
    if let camera { deadline = min(deadline, camera.nextAt) }
    if let next = nextTransportDeadline { deadline = min(deadline, next) }
    return deadline
  }

  private var nextTransportDeadline: Instant? {
    switch transport {
    case .some(let transport): return transport.nextDeadline
    case nil: return nil
    }
  }

  func advance(to now: Instant) {
    if let check = agent.takeCheck(at: now) { outgoing.append(check) }
    note(dtls.advance(to: now) { outgoing.append($0.array) }, at: now)
    transport?.advance(to: now, on: path, into: &outbox)
    outbox.drain { outgoing.append($1.array) }
    while transport != nil, let packet = camera?.takeDue(at: now) { send(packet, isRepair: false, at: now) }
    work(at: now)
  }

  private func work(at now: Instant) {
    while dtls.hasWork { note(dtls.work(at: now) { outgoing.append($0.array) }, at: now) }
  }

  private func startHandshake(at now: Instant) -> DTLSEvent? {
    dtls.start(as: role, expecting: remoteFingerprints, at: now)
  }

  private func note(_ event: DTLSEvent?, at now: Instant) {
    switch event {
    case nil: return
    case .closedByPeer: isLeft = true
    case .failed(let failure): handshakeFailure = failure
    case .connected(let keys, let role):
      connectedAt = now
      transport = MediaTransport(
        keys: keys, isDTLSClient: role == .client, media: media, localSSRC: SSRC(rawValue: 77),
        canonicalName: "browser", wallClockOffset: 1_781_000_000_000_000_000)
      for description in media where description.direction.sends {
        _ = transport?.addOutgoing(description, Self.track(description.kind), using: &generator)
      }
    }
  }

  private static func track(_ kind: MediaKind) -> LocalTrack {
    LocalTrack(
      kind: kind, ssrc: kind == .video ? video : audio, retransmission: kind == .video ? repair : nil,
      cname: "browser", stream: "s", track: "t")
  }

  // MARK: Media

  /// The index of the outgoing camera, whose media description is the second.
  private static let cameraStream = 1

  /// Switches the camera on, as soon as there are keys.
  func startCamera(every interval: Duration, at now: Instant, first: UInt16 = 1000, limit: Int = .max) {
    camera = VideoSource(
      payloadType: BrowserDescriptions.videoType, first: SequenceNumber(rawValue: first), every: interval, from: now,
      limit: limit)
  }

  /// Seals a packet of the camera and sends it.
  func send(_ packet: VideoSource.Packet, isRepair: Bool, at now: Instant) {
    let source = SourcePacket()
    let bytes = try? [UInt8](sealing: { output throws(MediaSealError) in
      if isRepair {
        try transport?.sealRepair(
          packet.outgoing, on: Self.cameraStream, payload: packet.payload.span.bytes, passing: source.forwarding,
          of: source.header, in: source.bytes.span.bytes, at: now, into: &output)
      } else {
        try transport?.seal(
          packet.outgoing, on: Self.cameraStream, payload: packet.payload.span.bytes, passing: source.forwarding,
          of: source.header, in: source.bytes.span.bytes, at: now, into: &output)
      }
    })
    if let bytes { outgoing.append(bytes) }
  }

  /// Asks for a keyframe of the first incoming stream.
  func requestKeyframe() {
    transport?.incoming[0].requestKeyframe()
  }

  private func receiveMedia(_ raw: inout MutableRawSpan, at now: Instant) {
    switch transport?.open(&raw, arrival: now, at: now) {
    case .packet(let packet): received.append(ReceivedMedia(packet, raw.bytes.extracting(packet.payload), at: now))
    case .dropped(let reason): drops.append(reason)
    case .probe, nil: break
    }
  }

  private func receiveFeedback(_ raw: inout MutableRawSpan, at now: Instant) {
    var events: [FeedbackEvent] = []
    guard transport != nil, transport?.receiveFeedback(&raw, at: now, { events.append($0) }) == nil else { return }
    record(raw.bytes.extracting(first: raw.byteCount - Self.feedbackTrailerByteCount), at: now)
    for event in events {
      wishes.append((now, event))
      guard case .repairWanted(let stream, let sequence) = event,
        case .resend(let entry)? = transport?.answerRepair(sequence, of: stream, at: now),
        let packet = camera?.packet(Int(entry.source))
      else { continue }
      send(packet, isRepair: true, at: now)
    }
  }

  private func record(_ clear: RawSpan, at now: Instant) {
    var cursor = RTCPCursor()
    while let header = try? cursor.next(in: clear), let packet = try? RTCPPacket(parsing: clear, header: header) {
      feedback.append((now, packet))
    }
  }
}
