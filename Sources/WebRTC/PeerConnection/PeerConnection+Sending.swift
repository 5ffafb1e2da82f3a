package import RTP

// MARK: - Media that leaves
extension PeerConnection {
  /// What the network to the peer is believed to carry; nil where nothing is sent, or nothing says.
  package var estimate: CongestionEstimate? {
    switch transport {
    case .some(let transport): transport.estimate
    case nil: nil
    }
  }

  /// The time to the peer and back; nil before a report has told.
  package var roundTripTime: Duration? {
    switch transport {
    case .some(let transport): transport.roundTripTime
    case nil: nil
    }
  }

  /// Says how much could be sent at best; nothing beyond it is probed for.
  package mutating func want(_ bitsPerSecond: Int, at now: Instant) {
    transport?.want(bitsPerSecond, at: now)
  }

  /// How much could be sent at best, as was said last.
  package var wantedBitsPerSecond: Int {
    switch transport {
    case .some(let transport): transport.wantedBitsPerSecond
    case nil: 0
    }
  }

  /// Whether a retransmission of so many bytes is affordable; if so it counts as made.
  package mutating func takeRepair(byteCount: Int, at now: Instant) -> Bool {
    transport?.takeRepair(byteCount: byteCount, at: now) ?? false
  }

  mutating func tellEstimate(at now: Instant, into outbox: inout PeerOutbox) {
    if transport?.takeEstimateChange(at: now) == true { outbox.events.append(.estimateChanged) }
  }

  /// How many packets of sound each should repeat, by what the peer loses.
  package var soundRedundancy: Int {
    switch transport {
    case .some(let transport): transport.redundancy.generations
    case nil: 0
    }
  }

  /// Asks the peer for a keyframe of an incoming stream, together with whoever else needs one.
  package mutating func requestKeyframe(of stream: Int) {
    transport?.incoming[stream].requestKeyframe()
  }

  /// Says whether packets of an incoming stream that tell they are silent need not be opened.
  package mutating func setSkipsSilence(_ skipsSilence: Bool, of stream: Int) {
    transport?.incoming[stream].skipsSilence = skipsSilence
  }

  /// Whether a keyframe of an incoming stream was asked for that has not come: one more wish costs the peer nothing.
  package func expectsKeyframe(of stream: Int) -> Bool {
    switch transport {
    case .some(let transport): transport.incoming[stream].expectsKeyframe
    case .none: false
    }
  }

  /// Says which moment the timestamps of an outgoing stream stand for; nil if nobody knows.
  package mutating func setClock(_ clock: StreamClock?, of stream: Int, at now: Instant) {
    transport?.outgoing[stream].setClock(clock, at: now)
  }

  /// Writes and seals a packet of an outgoing stream, to be sent on `path`; see `MediaTransport.seal`.
  package mutating func seal(
    _ packet: OutgoingPacket, on stream: Int, payload: RawSpan, passing forwarding: borrowing HeaderExtensionForwarding,
    of header: RTPHeader, in source: RawSpan, at now: Instant, into output: inout OutputRawSpan
  ) throws(MediaSealError) {
    guard agent.selectedPath != nil, transport != nil else { throw .notConnected }
    try transport?.seal(
      packet, on: stream, payload: payload, passing: forwarding, of: header, in: source, at: now, into: &output)
  }

  /// Does so with something before the payload; see `MediaTransport.seal`.
  package mutating func seal(
    _ packet: OutgoingPacket, on stream: Int, _ head: RawSpan, before payload: RawSpan,
    passing forwarding: borrowing HeaderExtensionForwarding, of header: RTPHeader, in source: RawSpan, at now: Instant,
    into output: inout OutputRawSpan
  ) throws(MediaSealError) {
    guard agent.selectedPath != nil, transport != nil else { throw .notConnected }
    try transport?.seal(
      packet, on: stream, head, before: payload, passing: forwarding, of: header, in: source, at: now, into: &output)
  }

  /// Writes and seals a retransmission of an outgoing stream, to be sent on `path`; see `MediaTransport.sealRepair`.
  package mutating func sealRepair(
    _ packet: OutgoingPacket, on stream: Int, payload: RawSpan, passing forwarding: borrowing HeaderExtensionForwarding,
    of header: RTPHeader, in source: RawSpan, at now: Instant, into output: inout OutputRawSpan
  ) throws(MediaSealError) {
    guard agent.selectedPath != nil, transport != nil else { throw .notConnected }
    try transport?.sealRepair(
      packet, on: stream, payload: payload, passing: forwarding, of: header, in: source, at: now, into: &output)
  }
}
