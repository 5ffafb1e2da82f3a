import RTP
import STUN
import TestSupport
import WebRTC

/// Two media transports with the keys of one handshake: a browser's that publishes, and ours that receives.
struct MediaPair: ~Copyable {
  static let audioType: UInt8 = 63
  static let videoType: UInt8 = 45
  static let levelID: UInt8 = 5
  static let repairType: UInt8 = 46
  static let video = SSRC(rawValue: 0x0000_0001)
  static let repair = SSRC(rawValue: 0x0000_0002)
  static let audio = SSRC(rawValue: 0x0000_0003)
  static let path = FiveTuple(
    .udp, local: TransportAddress(IPAddress(ipv4: 1), port: 1), remote: TransportAddress(IPAddress(ipv4: 2), port: 2))

  var browser: MediaTransport
  var server: MediaTransport
  /// What the server agreed to.
  let media: [NegotiatedMedia]
  private var generator = SeededGenerator(seed: 7)
  private var outbox = DatagramOutbox()
  private let forwarding = HeaderExtensionForwarding(
    source: HeaderExtensionMap(), target: HeaderExtensionMap(), allowsTwoByteForm: true)

  init(
    namesStreams: Bool = true, hasRepairs: Bool = true, feedback: [RTCPFeedback] = [.nack, .pictureLossIndication],
    soundFeedback: [RTCPFeedback] = []
  ) {
    let keys = SRTPKeyingMaterial(
      profile: .aeadAES128GCM,
      exported: [UInt8](repeating: 5, count: SRTPKeyingMaterial.exportedByteCount(for: .aeadAES128GCM)))
    media = Self.media(namesStreams: namesStreams, hasRepairs: hasRepairs, feedback, soundFeedback)
    browser = MediaTransport(
      keys: keys, isDTLSClient: true, media: media.map(\.mirrored), localSSRC: SSRC(rawValue: 100),
      canonicalName: "browser", wallClockOffset: 1_781_000_000_000_000_000)
    server = MediaTransport(
      keys: keys, isDTLSClient: false, media: media, localSSRC: SSRC(rawValue: 200), canonicalName: "server",
      wallClockOffset: 1_781_000_000_000_000_000)
    for description in media {
      let isVideo = description.kind == .video
      let track = LocalTrack(
        kind: description.kind, ssrc: isVideo ? Self.video : Self.audio,
        retransmission: isVideo && hasRepairs ? Self.repair : nil, cname: "browser", stream: "s", track: "t")
      _ = browser.addOutgoing(description.mirrored, track, using: &generator)
    }
  }

  /// The browser's outgoing streams, in the order of `media`.
  static let videoStream = 0
  static let audioStream = 1

  /// Seals a packet in the browser; what travels.
  mutating func sealed(
    _ number: UInt16, on stream: Int = MediaPair.videoStream, timestamp: UInt32 = 0, marker: Bool = false,
    payload: [UInt8], rewriting: PacketRewriting = PacketRewriting(), at now: Instant
  ) throws -> [UInt8] {
    var packet = outgoing(number, on: stream, timestamp, marker)
    packet.rewriting = rewriting
    let (header, source) = try Self.emptySource()
    var bytes = [UInt8](repeating: 0, count: 1500)
    let count = try Self.write(into: &bytes) { output throws(MediaSealError) in
      try browser.seal(
        packet, on: stream, payload: payload.span.bytes, passing: forwarding, of: header, in: source.span.bytes,
        at: now,
        into: &output)
    }
    return Array(bytes.prefix(count))
  }

  /// Seals a packet of the microphone that says how loud it is.
  mutating func sealedSound(_ number: UInt16, _ level: AudioLevel, at now: Instant) throws -> [UInt8] {
    let source: [UInt8] =
      [0x90] + [UInt8](repeating: 0, count: 11)
      + [0xBE, 0xDE, 0, 1, 0x10, (level.hasVoice ? 0x80 : 0) | level.decibelsBelowOverload, 0, 0]
    var (from, target) = (HeaderExtensionMap(), HeaderExtensionMap())
    try from.assign(1, to: .audioLevel)
    try target.assign(Self.levelID, to: .audioLevel)
    let passing = HeaderExtensionForwarding(source: from, target: target, allowsTwoByteForm: true)
    let header = try RTPHeader(parsing: source.span.bytes)
    let packet = outgoing(number, on: Self.audioStream, UInt32(number) * 960, false)
    var bytes = [UInt8](repeating: 0, count: 1500)
    let count = try Self.write(into: &bytes) { output throws(MediaSealError) in
      try browser.seal(
        packet, on: Self.audioStream, payload: [1, 2, 3].span.bytes, passing: passing, of: header,
        in: source.span.bytes, at: now, into: &output)
    }
    return Array(bytes.prefix(count))
  }

  /// Begins another camera in the browser; its stream.
  mutating func addCamera(_ ssrc: SSRC) -> Int {
    let track = LocalTrack(
      kind: .video, ssrc: ssrc, retransmission: nil, cname: "browser", stream: "s", track: "t")
    return browser.addOutgoing(media[0].mirrored, track, using: &generator)
  }

  /// Seals a retransmission in the browser.
  mutating func sealedRepair(
    _ number: UInt16, payload: [UInt8], rewriting: PacketRewriting = PacketRewriting(), at now: Instant
  ) throws -> [UInt8] {
    var packet = outgoing(number, on: Self.videoStream, 0, false)
    packet.rewriting = rewriting
    let (header, source) = try Self.emptySource()
    var bytes = [UInt8](repeating: 0, count: 1500)
    let count = try Self.write(into: &bytes) { output throws(MediaSealError) in
      try browser.sealRepair(
        packet, on: Self.videoStream, payload: payload.span.bytes, passing: forwarding, of: header,
        in: source.span.bytes,
        at: now, into: &output)
    }
    return Array(bytes.prefix(count))
  }

  /// Opens a packet in the server; with the media in the clear.
  mutating func open(_ packet: [UInt8], at now: Instant) -> (outcome: OpenedPacket, media: [UInt8]) {
    var bytes = packet
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    let outcome = server.open(&raw, arrival: now, at: now)
    guard case .packet(let received) = outcome else { return (outcome, []) }
    return (outcome, raw.bytes.extracting(received.payload).array)
  }

  /// The server's feedback that is due, as it travels.
  mutating func serverFeedback(at now: Instant) -> [[UInt8]] {
    server.advance(to: now, on: Self.path, into: &outbox)
    return drained()
  }

  mutating func browserReports(at now: Instant) -> [[UInt8]] {
    browser.advance(to: now, on: Self.path, into: &outbox)
    return drained()
  }

  /// Takes feedback in the browser; what it asks for.
  mutating func browserReceives(_ datagrams: [[UInt8]], at now: Instant) -> [FeedbackEvent] {
    var events: [FeedbackEvent] = []
    for datagram in datagrams {
      var bytes = datagram
      var span = bytes.mutableSpan
      var raw = span.mutableBytes
      _ = browser.receiveFeedback(&raw, at: now) { events.append($0) }
    }
    return events
  }

  mutating func serverReceives(_ datagrams: [[UInt8]], at now: Instant) -> [FeedbackEvent] {
    var events: [FeedbackEvent] = []
    for datagram in datagrams {
      var bytes = datagram
      var span = bytes.mutableSpan
      var raw = span.mutableBytes
      _ = server.receiveFeedback(&raw, at: now) { events.append($0) }
    }
    return events
  }

  private mutating func drained() -> [[UInt8]] {
    var datagrams: [[UInt8]] = []
    outbox.drain { datagrams.append($1.array) }
    return datagrams
  }

  private func outgoing(_ number: UInt16, on stream: Int, _ timestamp: UInt32, _ marker: Bool) -> OutgoingPacket {
    OutgoingPacket(
      payloadType: stream == Self.audioStream ? Self.audioType : Self.videoType,
      sequence: SequenceNumber(rawValue: number),
      timestamp: timestamp, marker: marker, source: Int64(number))
  }

  private static func emptySource() throws -> (RTPHeader, [UInt8]) {
    let bytes: [UInt8] = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    return (try RTPHeader(parsing: bytes.span.bytes), bytes)
  }

  private static func write(
    into bytes: inout [UInt8], _ body: (inout OutputRawSpan) throws(MediaSealError) -> Void
  ) throws -> Int {
    var failure: MediaSealError?
    let count = bytes.withUnsafeMutableBytes { buffer in
      var output = OutputRawSpan(buffer: buffer, initializedCount: 0)
      do throws(MediaSealError) { try body(&output) } catch { failure = error }
      return output.finalize(for: buffer)
    }
    if let failure { throw failure }
    return count
  }

  /// A camera with VP8 and a microphone with Opus.
  private static func media(
    namesStreams: Bool, hasRepairs: Bool, _ feedback: [RTCPFeedback], _ soundFeedback: [RTCPFeedback]
  ) -> [NegotiatedMedia] {
    var extensions = HeaderExtensionMap()
    if namesStreams { try? extensions.assign(3, to: .mid) }
    try? extensions.assign(4, to: .transportSequenceNumber)
    try? extensions.assign(levelID, to: .audioLevel)
    let vp8 = NegotiatedCodec(
      payloadType: videoType, codec: .vp8, clockRate: 90_000, retransmission: hasRepairs ? repairType : nil,
      feedback: feedback)
    let opus = NegotiatedCodec(
      payloadType: audioType, codec: .opus, clockRate: 48_000, retransmission: nil, feedback: soundFeedback)
    return [
      NegotiatedMedia(
        index: 0, mid: "0", kind: .video, direction: .recvonly, codecs: [vp8], extensions: extensions,
        allowsMixedExtensions: true, reducesRTCPSize: true),
      NegotiatedMedia(
        index: 1, mid: "1", kind: .audio, direction: .recvonly, codecs: [opus], extensions: extensions,
        allowsMixedExtensions: true, reducesRTCPSize: true),
    ]
  }
}

extension NegotiatedMedia {
  fileprivate var mirrored: NegotiatedMedia {
    var copy = self
    copy.direction = direction.reversed
    return copy
  }
}
