package import RTP

/// Why a packet does not leave.
package enum MediaSealError: Error, Equatable, Sendable {
  /// There is no path to the peer, no consent to use one, or no key yet.
  case notConnected
  /// The slot is too small for it.
  case tooLarge
  /// Its number was sent before, or the key is spent.
  case refused
  /// The receiver did not negotiate retransmission for it.
  case cannotRepair
}

// MARK: - The door for packets that leave
extension MediaTransport {
  /// Begins to send a track in the place of a media description; returns the outgoing stream's index, which is `present` if
  /// that one's place has been given to the track.
  package mutating func addOutgoing(
    _ description: NegotiatedMedia, _ track: LocalTrack, insteadOf present: Int? = nil,
    using generator: inout some RandomNumberGenerator
  ) -> Int {
    let isAudio = track.kind == .audio
    let stream = OutgoingStream(
      media: description.index, track: track, mid: description.extensions.id(of: .mid) == nil ? nil : description.mid,
      clockRate: description.codecs.first?.clockRate ?? (isAudio ? 48_000 : 90_000),
      historyCapacity: Self.historyCapacity, using: &generator)
    defer { chooseProbedStream() }
    guard let present else { return outgoing.append(stream) }
    outgoing[present] = stream
    return present
  }

  /// The outgoing stream of a media description.
  package func outgoingStream(inMedia index: Int) -> Int? {
    outgoing.indices.first { outgoing[$0].media == index }
  }

  /// Writes and seals a packet of an outgoing stream: our header, the source's extensions that pass, `payload` encrypted.
  ///
  /// `header` and `source` are the packet that it comes from, whose extensions are passed on by `forwarding`. The packet is
  /// remembered, so that it can be repaired. What is changed inside is written on the way, so encryption stays the only copy.
  package mutating func seal(
    _ packet: OutgoingPacket, on stream: Int, payload: RawSpan, passing forwarding: borrowing HeaderExtensionForwarding,
    of header: RTPHeader, in source: RawSpan, at now: Instant, into output: inout OutputRawSpan
  ) throws(MediaSealError) {
    try seal(
      packet, on: stream, RawSpan(), before: payload, passing: forwarding, of: header, in: source, at: now,
      into: &output)
  }

  /// Does so with something before the payload: what is repeated of earlier sound.
  package mutating func seal(
    _ packet: OutgoingPacket, on stream: Int, _ head: RawSpan, before payload: RawSpan,
    passing forwarding: borrowing HeaderExtensionForwarding, of header: RTPHeader, in source: RawSpan, at now: Instant,
    into output: inout OutputRawSpan
  ) throws(MediaSealError) {
    let fields = RTPHeaderFields(
      marker: packet.marker, hasPadding: packet.fill > 0 || packet.rewriting.payload == .padding,
      payloadType: packet.payloadType, sequenceNumber: packet.sequence, timestamp: packet.timestamp,
      ssrc: outgoing[stream].track.ssrc)
    let headerByteCount: Int
    let keptFrom: Int
    do throws(WireError) {
      try writeHeader(fields, of: stream, forwarding, header, source, packet.rewriting, now, into: &output)
      headerByteCount = output.byteCount
      try output.writeBytes(head)
      keptFrom = try packet.rewriting.writeHead(of: payload, into: &output)
    } catch {
      throw .tooLarge
    }
    try protect(
      &output, headerByteCount: headerByteCount, payload.extracting(droppingFirst: keptFrom), fill: Int(packet.fill))
    noteSent(byteCount: output.byteCount, kind: .media, at: now)
    outgoing[stream].history.record(packet, at: now)
    outgoing[stream].noteSent(packet.timestamp, payloadByteCount: payload.byteCount, at: now)
  }

  /// Decides whether a request for a packet is answered now, and counts the answer.
  package mutating func answerRepair(
    _ sequence: SequenceNumber, of stream: Int, at now: Instant
  ) -> RetransmissionHistory.Answer {
    outgoing[stream].history.answer(
      sequence, at: now, roundTripTime: roundTripTime ?? RetransmissionHistory.assumedRoundTripTime)
  }

  /// Writes and seals a retransmission (RFC 4588) of a packet with the payload and numbers of its first sending.
  ///
  /// Without a negotiated retransmission stream nothing can be repaired: the same packet a second time under the same SRTP
  /// index would have another header, and with it another use of a nonce that must be used once.
  package mutating func sealRepair(
    _ packet: OutgoingPacket, on stream: Int, payload: RawSpan, passing forwarding: borrowing HeaderExtensionForwarding,
    of header: RTPHeader, in source: RawSpan, at now: Instant, into output: inout OutputRawSpan
  ) throws(MediaSealError) {
    guard let ssrc = outgoing[stream].track.retransmission,
      let payloadType = retransmissionType(of: packet.payloadType, media: outgoing[stream].media)
    else { throw .cannotRepair }
    let original = RTPHeaderFields(
      marker: packet.marker, hasPadding: packet.rewriting.payload == .padding, payloadType: packet.payloadType,
      sequenceNumber: packet.sequence,
      timestamp: packet.timestamp, ssrc: ssrc)
    var fields = RTXPayload.fields(
      retransmitting: original, payloadType: payloadType, sequenceNumber: outgoing[stream].takeRetransmissionNumber(),
      ssrc: ssrc)
    fields.hasPadding = original.hasPadding
    let headerByteCount: Int
    let keptFrom: Int
    do throws(WireError) {
      try writeHeader(fields, of: stream, forwarding, header, source, packet.rewriting, now, into: &output)
      headerByteCount = output.byteCount
      try RTXPayload.writeHeader(originalSequenceNumber: packet.sequence, into: &output)
      keptFrom = try packet.rewriting.writeHead(of: payload, into: &output)
    } catch {
      throw .tooLarge
    }
    try protect(&output, headerByteCount: headerByteCount, payload.extracting(droppingFirst: keptFrom))
    noteSent(byteCount: output.byteCount, kind: .repair, at: now)
  }

  private func retransmissionType(of payloadType: UInt8, media index: Int) -> UInt8? {
    for description in media where description.index == index {
      for codec in description.codecs where codec.payloadType == payloadType { return codec.retransmission }
    }
    return nil
  }

  private mutating func writeHeader(
    _ fields: RTPHeaderFields, of stream: Int, _ forwarding: borrowing HeaderExtensionForwarding, _ header: RTPHeader,
    _ source: RawSpan, _ rewriting: PacketRewriting, _ now: Instant, into output: inout OutputRawSpan
  ) throws(WireError) {
    let form = ownForm(of: stream, with: try forwarding.form(of: header, in: source, rewriting: rewriting))
    let writer = try RTPHeaderWriter(fields, form: form, into: &output)
    try appendOwn(to: writer, of: stream, now, into: &output)
    if header.extensionForm != .none {
      try writer.append(forwarding, of: header, in: source, rewriting: rewriting, into: &output)
    }
    try writer.finish(into: &output)
  }

  /// Writes a header with no extensions but our own.
  mutating func writeOwnHeader(
    _ fields: RTPHeaderFields, of stream: Int, at now: Instant, into output: inout OutputRawSpan
  ) throws(WireError) {
    let writer = try RTPHeaderWriter(fields, form: ownForm(of: stream, with: .none), into: &output)
    try appendOwn(to: writer, of: stream, now, into: &output)
    try writer.finish(into: &output)
  }

  /// The form that has room for our own extensions besides others.
  private func ownForm(of stream: Int, with others: HeaderExtensionForm) -> HeaderExtensionForm {
    var form = others
    if let mid = outgoing[stream].mid, let id = extensions.id(of: .mid) {
      form = form.union(HeaderExtensionForm(id: id, byteCount: mid.byteCount))
    }
    if let id = extensions.id(of: .transportSequenceNumber) {
      form = form.union(HeaderExtensionForm(id: id, byteCount: 2))
    }
    if let id = extensions.id(of: .absoluteSendTime) { form = form.union(HeaderExtensionForm(id: id, byteCount: 3)) }
    return form
  }

  private mutating func appendOwn(
    to writer: RTPHeaderWriter, of stream: Int, _ now: Instant, into output: inout OutputRawSpan
  ) throws(WireError) {
    if let mid = outgoing[stream].mid, let id = extensions.id(of: .mid) {
      try writer.append(id: id, mid, into: &output)
    }
    if let id = extensions.id(of: .absoluteSendTime) { try writer.append(id: id, AbsoluteSendTime(now), into: &output) }
    guard let id = extensions.id(of: .transportSequenceNumber) else { return }
    try writer.append(id: id, TransportSequenceNumber(transportNumber), into: &output)
    transportNumber = transportNumber.advanced(by: 1)
  }

  private mutating func protect(
    _ output: inout OutputRawSpan, headerByteCount: Int, _ payload: RawSpan, fill: Int = 0
  ) throws(MediaSealError) {
    do throws(SRTPError) {
      try sending.seal(&output, headerByteCount: headerByteCount, appending: payload, fill: fill)
    } catch {
      throw error == .bufferFull ? .tooLarge : .refused
    }
  }
}
