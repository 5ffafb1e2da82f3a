package import RTP
package import STUN
package import TestSupport
package import WebRTC

/// Why the scripted peer cannot go on.
package enum BrowserError: Error {
  case noCredentials
}

/// The other end of a peer connection: a controlling agent, DTLS and media, a camera and a microphone.
package final class Browser {
  package static let video = SSRC(rawValue: 0x0A00_0001)
  package static let repair = SSRC(rawValue: 0x0A00_0002)
  package static let audio = SSRC(rawValue: 0x0A00_0003)
  package static let certificate = DTLSCertificate(unixTime: 1_800_000_000)
  package static let otherCertificate = DTLSCertificate(unixTime: 1_800_000_000)
  /// Key id, index and tag of SRTCP with AES-GCM (RFC 7714 §9).
  private static let feedbackTrailerByteCount = 20

  package private(set) var address: TransportAddress
  package var carrier = TransportProtocol.udp
  private let server: TransportAddress
  package var agent: ControllingAgent
  package var descriptions: BrowserDescriptions
  private var version = 0
  private var dtls: DTLSTransport
  private var remoteFingerprints: [CertificateFingerprint] = []
  private var role = DTLSRole.client
  private var media: [NegotiatedMedia] = []
  private var transport: MediaTransport?
  private var generator: SeededGenerator
  private var outbox = DatagramOutbox()
  private var outgoing: [[UInt8]] = []
  package var camera: FrameSource?
  package var microphone: FrameSource?
  /// How loud the microphone says that it is (RFC 6464); nil if it says nothing.
  package var microphoneLevel: UInt8?
  /// Whether it says that there is a voice in what the microphone picks up.
  package var microphoneHasVoice = true
  /// The layers of the camera's simulcast, in the order of the description.
  package var layers: [FrameSource] = []
  /// Whether the camera gives a keyframe when one is asked for.
  package var givesKeyframes = false
  private var isSilent = false

  package private(set) var connectedAt: Instant?
  package private(set) var handshakeFailure: DTLSFailure?
  package private(set) var isLeft = false
  package private(set) var received: [ReceivedMedia] = []
  package private(set) var drops: [MediaDropReason] = []
  package private(set) var feedback: [(at: Instant, packet: RTCPPacket)] = []
  package private(set) var wishes: [(at: Instant, event: FeedbackEvent)] = []

  package init(
    at address: TransportAddress, server: TransportAddress, certificate: DTLSCertificate = Browser.certificate,
    using generator: inout SeededGenerator
  ) {
    self.address = address
    self.server = server
    agent = ControllingAgent(seed: generator.next())
    descriptions = BrowserDescriptions(credentials: agent.own, fingerprint: certificate.fingerprint)
    dtls = DTLSTransport(context: DTLSContext(certificate: certificate))
    self.generator = SeededGenerator(seed: generator.next())
  }

  /// As the server sees it.
  package var path: FiveTuple { FiveTuple(carrier, local: server, remote: address) }
  package var isConnected: Bool { connectedAt != nil }

  // MARK: Descriptions

  package func offer() -> String {
    version += 1
    return descriptions.offer(version: version).text
  }

  package func accept(answer: String, at now: Instant) throws {
    try take(try SessionDescription(parsing: answer), at: now)
  }

  package func answer(_ offer: String, at now: Instant) throws -> String {
    let offer = descriptions.renumbered(try SessionDescription(parsing: offer))
    version += 1
    descriptions.setup = .active
    defer { media = BrowserDescriptions.media(of: offer) }
    try take(offer, at: now)
    return descriptions.answer(to: offer, version: version).text
  }

  /// New credentials for the next description, as after `restartIce()`.
  package func renewCredentials() {
    agent.renew()
    descriptions.credentials = agent.own
  }

  /// What it sends to restart ICE, once it has renewed its credentials, or to trickle.
  package func fragment() -> String {
    ICEFragment(credentials: agent.own, candidates: [], mid: "0").text
  }

  package func accept(fragment: String, at now: Instant) throws {
    agent.setRemote(try ICEFragment(parsing: fragment).credentials, at: now)
  }

  private func take(_ description: SessionDescription, at now: Instant) throws {
    let transports = description.media.filter { !$0.isRejected }.map { description.transport(of: $0) }
    guard let remote = transports.first, let ufrag = remote.ufrag, let password = remote.password,
      let credentials = ICECredentials(ufrag: ufrag, password: password)
    else { throw BrowserError.noCredentials }
    agent.setRemote(credentials, at: now)
    remoteFingerprints = remote.fingerprints
    role = remote.setup == .active ? .server : .client
    media = BrowserDescriptions.media(of: description)
    transport?.update(media)
    addOutgoing()
  }

  // MARK: The network

  /// The network gives it another address, which it tries at once.
  package func move(to address: TransportAddress, at now: Instant) {
    self.address = address
    agent.tryPath(at: now)
  }

  /// Nothing leaves it any more, as if its computer slept.
  package func sleep() { isSilent = true }
  package func wake() { isSilent = false }

  package func leave(at now: Instant) {
    transport?.close(on: path, into: &outbox)
    outbox.drain { outgoing.append($1.array) }
    dtls.close { outgoing.append($0.array) }
    agent.stop()
    camera?.stop()
  }

  package func takeOutgoing() -> [[UInt8]] {
    defer { outgoing = [] }
    return isSilent ? [] : outgoing
  }

  package func receive(_ bytes: [UInt8], at now: Instant) {
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

  package var nextDeadline: Instant {
    var deadline = min(agent.nextCheck, dtls.nextDeadline)
    guard transport != nil else { return deadline }
    for source in [camera, microphone].compactMap({ $0 }) + layers { deadline = min(deadline, source.nextAt) }
    if let next = nextTransportDeadline { deadline = min(deadline, next) }
    return deadline
  }

  private var nextTransportDeadline: Instant? {
    switch transport {
    case .some(let transport): return transport.nextDeadline
    case nil: return nil
    }
  }

  package func advance(to now: Instant) {
    if let check = agent.takeCheck(at: now) { outgoing.append(check) }
    note(dtls.advance(to: now) { outgoing.append($0.array) }, at: now)
    transport?.advance(to: now, on: path, into: &outbox)
    outbox.drain { outgoing.append($1.array) }
    while transport != nil, let packet = camera?.takeDue(at: now) { send(packet, isRepair: false, at: now) }
    while transport != nil, let packet = microphone?.takeDue(at: now) {
      let source =
        microphoneLevel.map {
          SourcePacket(level: $0, hasVoice: microphoneHasVoice, levelID: BrowserDescriptions.levelID)
        } ?? SourcePacket()
      send(packet, isRepair: false, on: Self.microphoneStream, in: source, at: now)
    }
    for layer in layers.indices {
      while transport != nil, let packet = layers[layer].takeDue(at: now) {
        let source = SourcePacket(rid: descriptions.layers[layer], ridID: BrowserDescriptions.ridID)
        send(packet, isRepair: false, on: Self.cameraStream + layer, in: source, at: now)
      }
    }
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
      addOutgoing()
    }
  }

  /// Begins a stream for each layer of all that is sent and was not before.
  private func addOutgoing() {
    for description in media where description.direction.sends {
      guard hasKeys, !isSent(description.index) else { continue }
      let layerCount = description.index == Self.cameraStream ? max(1, descriptions.layers.count) : 1
      for layer in 0..<layerCount {
        _ = transport?.addOutgoing(description, Self.track(description, layer), using: &generator)
      }
    }
  }

  private var hasKeys: Bool { connectedAt != nil }

  private func isSent(_ media: Int) -> Bool {
    switch transport {
    case .some(let transport): return transport.outgoingStream(inMedia: media) != nil
    case nil: return false
    }
  }

  private static func track(_ description: NegotiatedMedia, _ layer: Int) -> LocalTrack {
    let kind = description.kind
    let place = UInt32(max(0, description.index - 1)) * 0x1_0000
    let ssrc = SSRC(rawValue: (kind == .video ? video : audio).rawValue + UInt32(layer) * 0x100 + place)
    let hasRepair = kind == .video && layer == 0 && place == 0
    return LocalTrack(
      kind: kind, ssrc: ssrc, retransmission: hasRepair ? repair : nil, cname: "browser", stream: "s", track: "t")
  }

  // MARK: Media

  /// The outgoing streams, in the order of the media descriptions.
  package static let microphoneStream = 0
  package static let cameraStream = 1

  /// Switches the camera on, as soon as there are keys.
  package func startCamera(
    every interval: Duration, at now: Instant, first: UInt16 = 1000, limit: Int = .max, numberedFrom offset: Int = 0,
    byteCount: Int = FrameSource.payloadByteCount
  ) {
    camera = FrameSource(
      payloadType: BrowserDescriptions.videoType, first: SequenceNumber(rawValue: first), every: interval, from: now,
      limit: limit, numberedFrom: offset, byteCount: byteCount)
  }

  /// Switches the microphone on, as soon as there are keys.
  package func startMicrophone(
    every interval: Duration, at now: Instant, first: UInt16 = 2000, numberedFrom offset: Int = 0,
    repeating count: Int = 0
  ) {
    let payloadType = count > 0 ? BrowserDescriptions.redundantType : BrowserDescriptions.audioType
    var source = FrameSource(
      payloadType: payloadType, first: SequenceNumber(rawValue: first), every: interval, from: now,
      numberedFrom: offset, clockRate: 48_000)
    source.repeats = (count, BrowserDescriptions.audioType)
    microphone = source
  }

  /// Sends one layer of a simulcast more, so often; its packets are numbered from a hundred thousand times its place on.
  package func startLayer(every interval: Duration, at now: Instant) {
    layers.append(
      FrameSource(
        payloadType: BrowserDescriptions.videoType, first: SequenceNumber(rawValue: 3000), every: interval, from: now,
        numberedFrom: layers.count * 100_000))
  }

  /// Seals a packet of the camera or another stream and sends it.
  package func send(
    _ packet: FrameSource.Packet, isRepair: Bool, on stream: Int = cameraStream,
    in source: SourcePacket = SourcePacket(),
    at now: Instant
  ) {
    let bytes = try? [UInt8](sealing: { output throws(MediaSealError) in
      if isRepair {
        try transport?.sealRepair(
          packet.outgoing, on: stream, payload: packet.payload.span.bytes, passing: source.forwarding,
          of: source.header, in: source.bytes.span.bytes, at: now, into: &output)
      } else {
        try transport?.seal(
          packet.outgoing, on: stream, payload: packet.payload.span.bytes, passing: source.forwarding,
          of: source.header, in: source.bytes.span.bytes, at: now, into: &output)
      }
    })
    if let bytes { outgoing.append(bytes) }
  }

  /// The place in the session of a stream that has come.
  package func mediaIndex(ofIncoming stream: Int) -> Int {
    transport?.incoming[stream].media ?? -1
  }

  /// Asks for a keyframe of the first incoming stream.
  package func requestKeyframe() {
    transport?.incoming[0].requestKeyframe()
  }

  private func receiveMedia(_ raw: inout MutableRawSpan, at now: Instant) {
    switch transport?.open(&raw, arrival: now, at: now) {
    case .packet(let packet): received.append(ReceivedMedia(packet, raw.bytes.extracting(packet.payload), at: now))
    case .dropped(let reason): drops.append(reason)
    case .probe, .padding, .silence, nil: break
    }
  }

  private func receiveFeedback(_ raw: inout MutableRawSpan, at now: Instant) {
    var events: [FeedbackEvent] = []
    guard transport != nil, transport?.receiveFeedback(&raw, at: now, { events.append($0) }) == nil else { return }
    record(raw.bytes.extracting(first: raw.byteCount - Self.feedbackTrailerByteCount), at: now)
    for event in events {
      wishes.append((now, event))
      if givesKeyframes, case .keyframeWanted(let stream) = event { makeKeyframe(on: stream) }
      guard case .repairWanted(let stream, let sequence) = event,
        case .resend(let entry)? = transport?.answerRepair(sequence, of: stream, at: now),
        let packet = camera?.packet(Int(entry.source))
      else { continue }
      send(packet, isRepair: true, at: now)
    }
  }

  private func makeKeyframe(on stream: Int) {
    let layer = stream - Self.cameraStream
    if layers.indices.contains(layer) { layers[layer].makeKeyframe() }
    if layer == 0 { camera?.makeKeyframe() }
  }

  private func record(_ clear: RawSpan, at now: Instant) {
    var cursor = RTCPCursor()
    while let header = try? cursor.next(in: clear), let packet = try? RTCPPacket(parsing: clear, header: header) {
      feedback.append((now, packet))
    }
  }
}
