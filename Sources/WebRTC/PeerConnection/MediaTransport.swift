package import RTP

/// The media half of one peer: keys, streams and their feedback. Sans-IO; it knows no path and no room.
///
/// Media passes by two doors: `open` takes a packet in place out of the slot it was received into, `seal` writes one from shared
/// plaintext into the slot it is sent from. Neither allocates, locks or counts references once a stream is known.
package struct MediaTransport: ~Copyable {
  /// More streams than any honest client sends: a camera and a screen with four layers, each with its repairs, and audio.
  static let clientStreamLimit = 32
  /// Repairs are looked for among so many packets of a stream at most: a second of ten megabits per second.
  static let historyCapacity = 1024

  struct Binding {
    var ssrc: SSRC
    var stream: Int
    var isRepair: Bool
  }

  /// More streams than the peer may send at once.
  let streamLimit: Int
  var receiving: SRTPReceiveContext
  var sending: SRTPSendContext
  /// The wall clock at the zero point of `Instant`, in nanoseconds since 1970, for reports.
  let wallClockOffset: Int64
  /// Who sends our feedback when we send no media.
  let localSSRC: SSRC
  let canonicalName: String
  var media: [NegotiatedMedia]
  var payloadTypes: PayloadTypeTable
  package private(set) var extensions: HeaderExtensionMap
  var bindings: [Binding] = []
  package var incoming = FlatTable<IncomingStream>()
  package var outgoing = FlatTable<OutgoingStream>()
  var arrivals = ArrivalRecorder()
  /// How much of the sound that is sent to the peer is worth sending twice.
  var redundancy = SoundRedundancy()
  /// What the network to the peer carries; nil where nothing is sent.
  var congestion: CongestionController?
  /// The outgoing stream whose padding probes are made of.
  var probedStream: Int?
  var wantedBitsPerSecond = 0
  /// The estimate that was told last, and when a higher one may be.
  var toldEstimate = 0
  var estimateRisesAt = Instant.zero
  /// The number of the next packet across all streams of this transport.
  var transportNumber = SequenceNumber(rawValue: 0)
  var nextReceiverReport: Instant?
  /// From the peer's wall clock to our time, in nanoseconds; the same for all its streams, so that they stay together.
  var senderClockOffset: Int64?
  /// When a peer that knows no other feedback is told what it may send.
  var nextAllowance: Instant?
  /// The time to the peer and back, once a report has told.
  package internal(set) var roundTripTime: Duration?
  package private(set) var dropped = InlineArray<8, UInt64>(repeating: 0)

  /// A transport whose keys come from a finished handshake.
  package init(
    keys: SRTPKeyingMaterial, isDTLSClient: Bool, media: [NegotiatedMedia], localSSRC: SSRC, canonicalName: String,
    wallClockOffset: Int64, streamLimit: Int = clientStreamLimit
  ) {
    self.streamLimit = streamLimit
    receiving = SRTPReceiveContext(profile: keys.profile, master: isDTLSClient ? keys.server : keys.client)
    sending = SRTPSendContext(profile: keys.profile, master: isDTLSClient ? keys.client : keys.server)
    self.localSSRC = localSSRC
    self.canonicalName = canonicalName
    self.wallClockOffset = wallClockOffset
    self.media = media
    payloadTypes = PayloadTypeTable(media)
    extensions = Self.extensionMap(of: media)
    congestion = Self.congestionConfiguration(of: media, extensions).map { CongestionController($0) }
  }

  /// Takes over what a new negotiation agreed on; known streams go on, and those that it ends are handed over.
  ///
  /// A stream ends when its media description is not received any more, or has been given to another (RFC 9429 §5.2.2).
  package mutating func update(_ media: [NegotiatedMedia], _ ended: (Int) -> Void = { _ in }) {
    let previous = self.media
    self.media = media
    payloadTypes = PayloadTypeTable(media)
    extensions = Self.extensionMap(of: media)
    chooseProbedStream()
    for stream in incoming.indices {
      let description = self.media(at: incoming[stream].media)
      let isSame = previous.contains { $0.index == description?.index && $0.mid == description?.mid }
      let isReceived = isSame && description?.direction.receives ?? false
      if incoming[stream].setPaused(!isReceived) { ended(stream) }
    }
  }

  /// In a bundle an id means the same in every media description (RFC 9143 §10.2), so one map holds for all.
  private static func extensionMap(of media: [NegotiatedMedia]) -> HeaderExtensionMap {
    var map = HeaderExtensionMap()
    for description in media {
      for kind in HeaderExtensionKind.allCases {
        guard let id = description.extensions.id(of: kind) else { continue }
        try? map.assign(id, to: kind)  // an id was valid in the description's own map
      }
    }
    return map
  }

  package func droppedCount(_ reason: MediaDropReason) -> UInt64 { dropped[Int(reason.rawValue)] }

  mutating func drop(_ reason: MediaDropReason) -> OpenedPacket {
    dropped[Int(reason.rawValue)] += 1
    return .dropped(reason)
  }

  func ntpTime(at now: Instant) -> NTPTime {
    NTPTime(unixNanoseconds: now.nanoseconds + wallClockOffset)
  }

  func media(at index: Int) -> NegotiatedMedia? {
    media.first { $0.index == index }
  }
}

// MARK: - The door for packets that come
extension MediaTransport {
  /// What a header's extensions say that matters here.
  private struct Marks {
    var mid: StreamIdentifier?
    var rid: StreamIdentifier?
    var repairedRID: StreamIdentifier?
    var transportNumber: SequenceNumber?
    var audioLevel: AudioLevel?
    var descriptor = 0..<0
  }

  /// Opens a packet in place: authenticates, decrypts, finds its stream and takes note of it.
  ///
  /// `arrival` is when it reached this machine, `now` the time of this turn. After `.packet` the payload is in the clear.
  package mutating func open(_ packet: inout MutableRawSpan, arrival: Instant, at now: Instant) -> OpenedPacket {
    guard let header = try? RTPHeader(parsing: packet.bytes) else { return drop(.malformed) }
    guard let meaning = payloadTypes[header.payloadType] else { return drop(.unknownPayloadType) }
    guard !skips(header, in: packet.bytes, arrival: arrival, at: now) else { return .silence }
    let byteCount: Int
    do throws(SRTPError) {
      byteCount = try receiving.open(&packet, header: header)
    } catch {
      return drop(MediaDropReason(error))
    }
    let clear = packet.bytes.extracting(first: byteCount)
    guard let rtp = try? RTPPacket(header: header, decrypted: clear), let marks = try? marks(of: header, in: clear)
    else { return drop(.malformed) }
    if let number = marks.transportNumber {
      arrivals.receive(number, endsFrame: header.marker, arrival: arrival, now: now)
    }
    guard let binding = binding(of: header, meaning, marks) else {
      return drop(incoming.count >= streamLimit ? .tooManyStreams : .unknownStream)
    }
    guard !incoming[binding.stream].isPaused else { return drop(.unexpected) }
    if nextReceiverReport == nil { beginReports(at: now) }
    return binding.isRepair
      ? openRepair(rtp, clear, binding.stream, meaning, marks, now)
      : openMedia(rtp, clear, binding.stream, meaning, marks, arrival, now)
  }

  /// Whether a packet is silence that nobody hears. Nothing in it is authentic: see `SilenceGate` and `ArrivalRecorder`.
  private mutating func skips(_ header: RTPHeader, in packet: RawSpan, arrival: Instant, at now: Instant) -> Bool {
    guard let binding = binding(known: header.ssrc), !binding.isRepair, incoming[binding.stream].skipsSilence,
      let marks = try? marks(of: header, in: packet),
      incoming[binding.stream].skips(header.sequenceNumber, marks.audioLevel, at: now)
    else { return false }
    if let number = marks.transportNumber { arrivals.receiveUnproven(number, arrival: arrival, now: now) }
    return true
  }

  private mutating func beginReports(at now: Instant) {
    nextReceiverReport = now + Self.firstReceiverReportDelay
    if wantsAllowance { nextAllowance = now }
  }

  private mutating func openMedia(
    _ rtp: RTPPacket, _ bytes: RawSpan, _ stream: Int, _ meaning: PayloadTypeTable.Meaning, _ marks: Marks,
    _ arrival: Instant, _ now: Instant
  ) -> OpenedPacket {
    let payload = bytes.extracting(rtp.payload)
    let startsKeyframe = meaning.codec.startsKeyframe(payload)
    incoming[stream].settleSkipped(before: rtp.header.sequenceNumber, marks.audioLevel, at: now)
    let outcome = incoming[stream].receive(
      rtp.header.fields, byteCount: payload.byteCount, startsKeyframe: startsKeyframe, arrival: arrival, at: now)
    guard case .fresh(let sequence, let timestamp) = outcome else { return drop(.replayed) }
    guard !rtp.payload.isEmpty else {
      return incoming[stream].isLive ? .padding(stream: stream, sequence: sequence) : .probe
    }
    return .packet(
      ReceivedPacket(
        stream: stream, isFirst: incoming[stream].begin(), sequence: sequence, timestamp: timestamp, header: rtp.header,
        payloadType: rtp.header.payloadType, codec: meaning.codec, payload: rtp.payload,
        descriptor: marks.descriptor, startsKeyframe: startsKeyframe, isRepair: false, audioLevel: marks.audioLevel))
  }

  private mutating func openRepair(
    _ rtp: RTPPacket, _ bytes: RawSpan, _ stream: Int, _ meaning: PayloadTypeTable.Meaning, _ marks: Marks,
    _ now: Instant
  ) -> OpenedPacket {
    guard let original = meaning.repeats else { return drop(.unknownPayloadType) }
    let repair: RTXPayload
    do throws(WireError) {
      guard let payload = try RTXPayload(rtp, in: bytes) else { return .probe }
      repair = payload
    } catch {
      return drop(.malformed)
    }
    let fields = repair.originalFields(of: rtp.header.fields, payloadType: original, ssrc: incoming[stream].ssrc)
    let startsKeyframe = meaning.codec.startsKeyframe(bytes.extracting(repair.payload))
    let outcome = incoming[stream].receiveRepair(fields, startsKeyframe: startsKeyframe, at: now)
    guard case .fresh(let sequence, let timestamp) = outcome else { return drop(.replayed) }
    guard !repair.payload.isEmpty else { return .probe }
    return .packet(
      ReceivedPacket(
        stream: stream, isFirst: incoming[stream].begin(), sequence: sequence, timestamp: timestamp, header: rtp.header,
        payloadType: original, codec: meaning.codec, payload: repair.payload,
        descriptor: marks.descriptor, startsKeyframe: startsKeyframe, isRepair: true, audioLevel: marks.audioLevel))
  }

  private func marks(of header: RTPHeader, in packet: RawSpan) throws(WireError) -> Marks {
    var marks = Marks()
    var cursor = HeaderExtensionCursor(header)
    while let element = try cursor.next(in: packet) {
      guard let kind = extensions.kind(of: element.id) else { continue }
      let value = packet.extracting(element.range)
      switch kind {
      case .mid: marks.mid = try? StreamIdentifier(parsing: value)
      case .rid: marks.rid = try? StreamIdentifier(parsing: value)
      case .repairedRID: marks.repairedRID = try? StreamIdentifier(parsing: value)
      case .transportSequenceNumber, .transportSequenceNumberV2:
        marks.transportNumber = try? TransportSequenceNumber(parsing: value).number
      case .dependencyDescriptor: marks.descriptor = element.range
      case .audioLevel: marks.audioLevel = try? AudioLevel(parsing: value)
      default: continue
      }
    }
    return marks
  }
}

// MARK: - Which stream a packet belongs to
extension MediaTransport {
  private func binding(known ssrc: SSRC) -> Binding? {
    bindings.first { $0.ssrc == ssrc }
  }

  /// The stream of an authentic packet: known by its SSRC, or found out from its first packet and remembered.
  private mutating func binding(
    of header: RTPHeader, _ meaning: PayloadTypeTable.Meaning, _ marks: Marks
  ) -> Binding? {
    if let known = binding(known: header.ssrc) { return known }
    let found =
      meaning.repeats == nil ? newStream(header.ssrc, meaning, marks) : repairedStream(header.ssrc, meaning, marks)
    guard let found else { return nil }
    let binding = Binding(ssrc: header.ssrc, stream: found, isRepair: meaning.repeats != nil)
    // One SSRC for the media and one for its repairs is all that a stream has, so this table stays small.
    bindings.removeAll { $0.stream == found && $0.isRepair == binding.isRepair }
    bindings.append(binding)
    return binding
  }

  /// The media description of a packet: by its mid, by what the description declared, or by the only one with its payload type.
  private func media(of ssrc: SSRC, _ meaning: PayloadTypeTable.Meaning, _ mid: StreamIdentifier?) -> NegotiatedMedia? {
    if let mid { return media.first { $0.mid.flatMap { StreamIdentifier($0) } == mid && $0.direction.receives } }
    let declared = media.first { $0.declaredStreams.contains { $0.ssrc == ssrc || $0.retransmission == ssrc } }
    return declared ?? meaning.onlyMedia.flatMap { media(at: $0) }
  }

  private mutating func newStream(_ ssrc: SSRC, _ meaning: PayloadTypeTable.Meaning, _ marks: Marks) -> Int? {
    guard let media = media(of: ssrc, meaning, marks.mid), media.direction.receives else { return nil }
    let layer = marks.rid.flatMap { rid in media.layers.firstIndex { StreamIdentifier($0) == rid } }
    guard media.layers.isEmpty || layer != nil else { return nil }
    let repairs = media.codecs.contains { $0.feedback.contains(.nack) || $0.retransmission != nil }
    return place(
      IncomingStream(
        media: media.index, layer: layer, ssrc: ssrc, kind: media.kind, clockRate: meaning.clockRate, repairs: repairs))
  }

  /// Enters a stream into the table, in the end in the place of one that has ended; nil if there is none.
  private mutating func place(_ stream: consuming IncomingStream) -> Int? {
    guard incoming.count >= streamLimit else { return incoming.append(stream) }
    guard let ended = incoming.indices.first(where: { incoming[$0].isEnded }) else { return nil }
    bindings.removeAll { $0.stream == ended }
    incoming[ended] = stream
    return ended
  }

  /// The stream that a retransmission stream repairs: by its rid, by the declared pair, or the only one of its media.
  private func repairedStream(_ ssrc: SSRC, _ meaning: PayloadTypeTable.Meaning, _ marks: Marks) -> Int? {
    guard let media = media(of: ssrc, meaning, marks.mid) else { return nil }
    let candidates = incoming.indices.filter { incoming[$0].media == media.index }
    if let rid = marks.repairedRID ?? marks.rid,
      let layer = media.layers.firstIndex(where: { StreamIdentifier($0) == rid })
    {
      return candidates.last { incoming[$0].layer == layer }
    }
    if let declared = media.declaredStreams.first(where: { $0.retransmission == ssrc }) {
      return candidates.last { incoming[$0].ssrc == declared.ssrc }
    }
    return candidates.count == 1 ? candidates[0] : nil
  }
}
