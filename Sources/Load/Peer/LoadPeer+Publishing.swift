internal import RTP
internal import STUN
internal import WebRTC

// MARK: - What a publisher sends
extension LoadPeer {
  /// Pictures of several publishers are not taken at the same moment.
  private static let largestOffset = SyntheticVideo.frameInterval.nanoseconds

  /// Begins the streams, once there are keys.
  func startMedia(_ now: Instant) {
    guard case .publisher(let layers, let burst, let content) = part else { return }
    for description in media where description.direction.sends {
      let count = description.kind == .video ? layers.count : 1
      for _ in 0..<count { _ = transport?.addOutgoing(description, newTrack(description), using: &generator) }
    }
    let start = now.advanced(byNanoseconds: .random(in: 0..<Self.largestOffset, using: &generator))
    sentVideo = layers.map { _ in SentPackets() }
    sounds = content?.sounds ?? []
    if media(.video) != nil {
      camera = SyntheticVideo(layers, burst: burst, showing: content, from: start, using: &generator)
    }
    if media(.audio) != nil { microphone = SyntheticAudio(from: start) }
  }

  private func newTrack(_ description: NegotiatedMedia) -> LocalTrack {
    let hasRepairs = description.codecs.contains { $0.retransmission != nil }
    let ssrcs = (0..<2).map { _ in SSRC(rawValue: .random(in: 1...UInt32.max, using: &generator)) }
    return LocalTrack(
      kind: description.kind, ssrc: ssrcs[0], retransmission: hasRepairs ? ssrcs[1] : nil, cname: "load",
      stream: "load", track: description.mid ?? "load")
  }

  private func media(_ kind: MediaKind) -> NegotiatedMedia? {
    media.first { $0.kind == kind && $0.direction.sends && !$0.codecs.isEmpty }
  }

  /// The outgoing stream of sound, or that of the first layer, whom the others follow.
  private func firstStream(_ kind: MediaKind) -> Int? {
    guard let index = media(kind)?.index else { return nil }
    switch transport {
    case .some(let transport): return transport.outgoingStream(inMedia: index)
    case nil: return nil
    }
  }

  /// Sends pictures and sound that are due.
  func sendMedia(_ now: Instant, into outbox: inout DatagramOutbox) {
    guard state == .connected else { return }
    noteLateness(now)
    while let packet = camera?.takeDue(at: now, using: &generator) { send(packet, now, into: &outbox) }
    while let number = microphone?.takeDue(at: now) { send(number, now, into: &outbox) }
  }

  private func noteLateness(_ now: Instant) {
    for due in [camera?.nextFrame, microphone?.nextDeadline].compactMap(\.self) where due <= now {
      tally.count(at: now) { $0.lateness.record(now.nanoseconds(since: due)) }
    }
  }

  private func send(_ packet: SyntheticPacket, _ now: Instant, into outbox: inout DatagramOutbox) {
    guard let description = media(.video), let first = firstStream(.video) else { return }
    let layer = Int(packet.picture.layer)
    let number = sentVideo[layer].append(packet, at: now)
    let outgoing = outgoingPacket(description, first + layer, number, packet.picture.timestamp, marker: packet.isLast)
    post(outgoing, on: first + layer, carried(.rid, layer, description), now, into: &outbox) {
      [run = tally.run] output throws(WireError) in
      try packet.write(run: run, sentAt: now, into: &output)
    }
    tally.count(at: now) { $0.published += 1 }
  }

  private func send(_ number: UInt32, _ now: Instant, into outbox: inout DatagramOutbox) {
    guard let description = media(.audio), let stream = firstStream(.audio) else { return }
    let outgoing = outgoingPacket(
      description, stream, sentAudioCount, SyntheticAudio.timestamp(of: number), marker: sentAudioCount == 0)
    sentAudioCount += 1
    let level = CarriedExtensions(SyntheticAudio.level, in: description.extensions)
    post(outgoing, on: stream, level, now, into: &outbox) { [sounds, run = tally.run] output throws(WireError) in
      try SyntheticAudio.write(number, of: sounds, run: run, sentAt: now, into: &output)
    }
    tally.count(at: now) { $0.published += 1 }
  }

  private func outgoingPacket(
    _ description: NegotiatedMedia, _ stream: Int, _ number: Int64, _ timestamp: UInt32, marker: Bool
  ) -> OutgoingPacket {
    let first = transport?.outgoing[stream].firstSequenceNumber ?? SequenceNumber(rawValue: 0)
    return OutgoingPacket(
      payloadType: description.codecs[0].payloadType,  // a description without codecs sends nothing
      sequence: first.advanced(by: Int(number)), timestamp: timestamp, marker: marker, source: number)
  }

  private func carried(_ kind: HeaderExtensionKind, _ layer: Int, _ description: NegotiatedMedia) -> CarriedExtensions {
    guard case .publisher(let layers, _, _) = part, let rid = layers[layer].rid else { return CarriedExtensions() }
    return CarriedExtensions(kind, rid: rid, in: description.extensions)
  }

  private func post(
    _ packet: OutgoingPacket, on stream: Int, isRepair: Bool = false, _ carried: CarriedExtensions, _ now: Instant,
    into outbox: inout DatagramOutbox, _ write: (inout OutputRawSpan) throws(WireError) -> Void
  ) {
    guard let payload = try? [UInt8](capacity: SyntheticVideo.packetByteCount + 1, writing: write) else { return }
    try? outbox.append(on: path) { output throws(WireError) in
      do throws(MediaSealError) {
        if isRepair {
          try transport?.sealRepair(
            packet, on: stream, payload: payload.span.bytes, passing: carried.forwarding, of: carried.header,
            in: carried.bytes.span.bytes, at: now, into: &output)
        } else {
          try transport?.seal(
            packet, on: stream, payload: payload.span.bytes, passing: carried.forwarding, of: carried.header,
            in: carried.bytes.span.bytes, at: now, into: &output)
        }
      } catch {
        throw .bufferFull
      }
    }
  }

  // MARK: Feedback

  /// Does what the server asks of a publisher: a keyframe, or a packet once more.
  func follow(_ event: FeedbackEvent, _ now: Instant, into outbox: inout DatagramOutbox) {
    guard let first = firstStream(.video) else { return }
    switch event {
    case .keyframeWanted(let stream): camera?.requestKeyframe(of: stream - first)
    case .repairWanted(let stream, let sequence):
      repair(sequence, of: stream, layer: stream - first, now, into: &outbox)
    case .ended: break
    }
  }

  private func repair(
    _ sequence: SequenceNumber, of stream: Int, layer: Int, _ now: Instant, into outbox: inout DatagramOutbox
  ) {
    guard sentVideo.indices.contains(layer), let description = media(.video),
      case .resend(let entry)? = transport?.answerRepair(sequence, of: stream, at: now),
      let sent = sentVideo[layer][entry.source]
    else { return }
    let outgoing = outgoingPacket(
      description, stream, entry.source, sent.packet.picture.timestamp, marker: sent.packet.isLast)
    let carried = carried(.repairedRID, layer, description)
    post(outgoing, on: stream, isRepair: true, carried, now, into: &outbox) {
      [run = tally.run] output throws(WireError) in
      try sent.packet.write(run: run, sentAt: sent.sentAt, into: &output)
    }
  }
}
