package import RTP
import STUN

// MARK: - What the network to the peer carries
extension MediaTransport {
  /// The longest padding that a packet can have: its last byte counts it (RFC 3550 §5.1).
  private static let paddingByteCount = 255

  /// A change of the estimate by a smaller part of it is no news.
  private static let leastChange = 32
  /// A rise is told so often at most; a fall at once.
  private static let riseInterval = Duration.milliseconds(100)

  /// What the network is believed to carry, and why; nil where nothing is sent, or the peer tells nothing that says.
  package var estimate: CongestionEstimate? {
    switch congestion {
    case .some(let congestion): congestion.isInformed ? congestion.estimate : nil
    case nil: nil
    }
  }

  /// Says what the allocation could use at best; nothing beyond it is probed for.
  package mutating func want(_ bitsPerSecond: Int, at now: Instant) {
    wantedBitsPerSecond = bitsPerSecond
    congestion?.want(bitsPerSecond, at: now)
  }

  /// Whether a retransmission of so many bytes is affordable; if so it counts as made.
  package mutating func takeRepair(byteCount: Int, at now: Instant) -> Bool {
    congestion?.takeRepair(byteCount: byteCount, at: now) ?? true
  }

  /// Whether the estimate has changed since this was true last by so much that somebody has to look at it.
  mutating func takeEstimateChange(at now: Instant) -> Bool {
    guard let rate = estimate?.bitsPerSecond else {
      defer { toldEstimate = 0 }
      return toldEstimate > 0
    }
    let change = rate - toldEstimate
    guard change.magnitude > toldEstimate / Self.leastChange, change < 0 || estimateRisesAt <= now else { return false }
    (toldEstimate, estimateRisesAt) = (rate, now + Self.riseInterval)
    return true
  }

  /// What the peer tells of what it receives, and whether it can be probed, as the descriptions say; nil if nothing is sent.
  static func congestionConfiguration(
    of media: [NegotiatedMedia], _ extensions: HeaderExtensionMap
  ) -> CongestionConfiguration? {
    let sent = media.filter(\.direction.sends)
    guard !sent.isEmpty else { return nil }
    let reportsArrivals =
      extensions.id(of: .transportSequenceNumber) != nil
      && sent.contains { $0.codecs.contains { $0.feedback.contains(.transportWideCongestionControl) } }
    let canProbe = reportsArrivals && sent.contains { paddingType(of: $0) != nil }
    return CongestionConfiguration(feedback: reportsArrivals ? .arrivals : .estimates, canProbe: canProbe)
  }

  /// Learns from what the peer tells; begins anew where a negotiation has changed what that is.
  package mutating func followFeedback(at now: Instant) {
    guard let configuration = Self.congestionConfiguration(of: media, extensions) else { return }
    guard congestion?.adopt(configuration) != true else { return }
    congestion = CongestionController(configuration)
    congestion?.want(wantedBitsPerSecond, at: now)
  }

  /// Takes note of the packet that was written last.
  mutating func noteSent(byteCount: Int, kind: SentPacketKind, at now: Instant) {
    guard extensions.id(of: .transportSequenceNumber) != nil else { return }
    congestion?.sent(transportNumber.advanced(by: -1), byteCount: byteCount, kind: kind, at: now)
  }

  /// When `probe` or the estimate has something to do.
  var congestionDeadline: Instant {
    switch congestion {
    case .some(let congestion): probedStream == nil ? congestion.silenceDeadline : congestion.nextDeadline
    case nil: .distantFuture
    }
  }

  /// Sends what probes need, as padding of a retransmission stream, which no decoder sees.
  mutating func probe(at now: Instant, on path: FiveTuple, into outbox: inout DatagramOutbox) {
    congestion?.advance(to: now)
    guard let stream = probedStream else { return }
    while congestion?.nextProbe(at: now) != nil {
      guard sendPadding(on: stream, at: now, on: path, into: &outbox) else { return }
    }
  }

  /// Finds the stream whose padding probes are made of; to be called when streams or their descriptions have changed.
  ///
  /// Whether a picture was sent yet does not matter: one that takes more than the first guess is only begun with when probes have shown
  /// that there is room for it.
  mutating func chooseProbedStream() {
    probedStream = outgoing.indices.first {
      outgoing[$0].track.retransmission != nil && media(at: outgoing[$0].media).flatMap(Self.paddingType) != nil
    }
  }

  private static func paddingType(of description: NegotiatedMedia) -> UInt8? {
    for codec in description.codecs { if let type = codec.retransmission { return type } }
    return nil
  }

  private mutating func sendPadding(
    on stream: Int, at now: Instant, on path: FiveTuple, into outbox: inout DatagramOutbox
  ) -> Bool {
    guard let ssrc = outgoing[stream].track.retransmission,
      let type = media(at: outgoing[stream].media).flatMap(Self.paddingType)
    else { return false }
    let fields = RTPHeaderFields(
      marker: false, hasPadding: true, payloadType: type,
      sequenceNumber: outgoing[stream].takeRetransmissionNumber(), timestamp: 0, ssrc: ssrc)
    var padding = InlineArray<255, UInt8>(repeating: 0)
    padding[Self.paddingByteCount - 1] = UInt8(Self.paddingByteCount)
    var byteCount = 0
    do throws(WireError) {
      try outbox.append(on: path) { output throws(WireError) in
        try writeOwnHeader(fields, of: stream, at: now, into: &output)
        do throws(SRTPError) {
          try sending.seal(&output, headerByteCount: output.byteCount, appending: padding.span.bytes)
        } catch {
          throw .bufferFull
        }
        byteCount = output.byteCount
      }
    } catch {
      return false
    }
    noteSent(byteCount: byteCount, kind: .padding, at: now)
    return true
  }
}
