package import RTP
package import STUN

// MARK: - What the peer tells about what it received and sent
extension MediaTransport {
  /// Opens a datagram of RTCP in place and draws the consequences; what concerns the owner is handed over.
  ///
  /// Returns the reason if it was dropped. A malformed packet ends the datagram: what stood before it counts.
  package mutating func receiveFeedback(
    _ datagram: inout MutableRawSpan, at now: Instant, _ handle: (FeedbackEvent) -> Void
  ) -> MediaDropReason? {
    let byteCount: Int
    do throws(SRTPError) {
      byteCount = try receiving.openRTCP(&datagram)
    } catch {
      let reason = MediaDropReason(error)
      _ = drop(reason)
      return reason
    }
    let clear = datagram.bytes.extracting(first: byteCount)
    var cursor = RTCPCursor()
    do throws(WireError) {
      while let header = try cursor.next(in: clear) {
        let packet = try RTCPPacket(parsing: clear, header: header)
        if case .transportFeedback(let feedback) = packet {
          let time = roundTripTime ?? RetransmissionHistory.assumedRoundTripTime
          congestion?.receive(feedback, in: clear, at: now, roundTripTime: time)
          if let told = congestion?.told { redundancy.receive(lost: told.lost, of: told.sent) }
        }
        receive(packet, at: now, handle)
      }
    } catch {
      _ = drop(.malformed)
      return .malformed
    }
    return nil
  }

  private mutating func receive(_ packet: RTCPPacket, at now: Instant, _ handle: (FeedbackEvent) -> Void) {
    switch packet {
    case .senderReport(let report):
      receiveSenderReport(report, at: now)
      receive(report.blocks, at: now)
    case .receiverReport(let report):
      receive(report.blocks, at: now)
    case .genericNACK(let request):
      guard let stream = outgoingStream(request.media) else { return }
      request.forEachLost { handle(.repairWanted(outgoing: stream, sequence: $0)) }
    case .pictureLossIndication(let request):
      if let stream = outgoingStream(request.media) { handle(.keyframeWanted(outgoing: stream)) }
    case .fullIntraRequest(let request):
      for entry in request.entries {
        if let stream = outgoingStream(entry.media) { handle(.keyframeWanted(outgoing: stream)) }
      }
    case .goodbye(let goodbye):
      for source in goodbye.sources {
        if let stream = incomingStream(source), incoming[stream].end() { handle(.ended(incoming: stream)) }
      }
    case .remb(let estimate):
      congestion?.receive(estimate, at: now)
    case .extendedReport(let report):
      receive(report, at: now)
    case .transportFeedback, .sourceDescription, .unknown:
      return
    }
  }

  /// A wall clock that leaps by more than this is taken anew; less may be a delayed report.
  private static let believableClockLeap = Duration.seconds(10)

  /// Reads a moment off the peer's clock. How far that is from ours is found out once, so that audio and video of the peer are
  /// moved by the same, whatever the delay of their reports.
  private mutating func receiveSenderReport(_ report: SenderReport, at now: Instant) {
    guard let stream = incomingStream(report.sender) else { return }
    let offset = now.nanoseconds &- report.ntpTime.unixNanoseconds
    if let known = senderClockOffset, (offset &- known).magnitude < UInt64(Self.believableClockLeap.nanoseconds) {
      return incoming[stream].receiveSenderReport(report, offset: known, at: now)
    }
    if report.ntpTime.rawValue != 0 { senderClockOffset = offset }
    incoming[stream].receiveSenderReport(report, offset: offset, at: now)
  }

  private mutating func receive(_ blocks: [ReportBlock], at now: Instant) {
    for block in blocks {
      guard let stream = outgoingStream(block.ssrc) else { continue }
      if let time = block.roundTripTime(at: ntpTime(at: now)) { learn(time) }
      guard let loss = outgoing[stream].receive(block) else { continue }
      // Reports on arrivals come ten times as often, and of all streams.
      if outgoing[stream].track.kind == .audio, congestion?.hearsOfArrivals != true {
        redundancy.receive(lost: loss.lost, of: loss.sent)
      }
      congestion?.receive(
        lost: loss.lost, of: loss.sent, at: now,
        roundTripTime: roundTripTime ?? RetransmissionHistory.assumedRoundTripTime)
    }
  }

  private mutating func receive(_ report: ExtendedReport, at now: Instant) {
    for case .delaySinceLastReceiverReport(let delays) in report.blocks {
      for delay in delays where delay.receiver == localSSRC {
        if let time = delay.roundTripTime(at: ntpTime(at: now)) { learn(time) }
      }
    }
  }

  /// The peer names the times that its round trips are calculated from, so what cannot be is not believed.
  private static let believableRoundTrips = Duration.milliseconds(10)...Duration.seconds(2)

  /// Smooths the round-trip time like TCP does (RFC 6298 §2.3) and tells it to those whose intervals depend on it.
  private mutating func learn(_ sample: Duration) {
    let sample = min(max(sample, Self.believableRoundTrips.lowerBound), Self.believableRoundTrips.upperBound)
    let smoothed = roundTripTime.map { $0 * 7 / 8 + sample / 8 } ?? sample
    roundTripTime = smoothed
    for stream in incoming.indices { incoming[stream].roundTripTime = smoothed }
  }

  private func incomingStream(_ ssrc: SSRC) -> Int? {
    bindings.first { $0.ssrc == ssrc && !$0.isRepair }?.stream
  }

  private func outgoingStream(_ ssrc: SSRC) -> Int? {
    outgoing.indices.first { outgoing[$0].track.ssrc == ssrc }
  }
}

// MARK: - What we tell the peer
extension MediaTransport {
  /// Sooner than the interval, so that a sender learns soon that it is heard.
  static let firstReceiverReportDelay = Duration.milliseconds(200)
  private static let receiverReportInterval = Duration.seconds(1)
  /// Senders take an older estimate for a lost path.
  static let allowanceInterval = Duration.seconds(1)
  /// More than any camera and screen together: loss and the sender's own limits bound it.
  private static let allowance: UInt64 = 20_000_000
  /// What fits the count of a report.
  private static let blockLimit = 31
  /// One datagram of feedback, with room for its protection.
  private static let requestLimit = 200

  /// When `advance` has something to do.
  package var nextDeadline: Instant {
    var deadline = min(nextReceiverReport ?? .distantFuture, arrivals.nextDeadline ?? .distantFuture)
    deadline = min(deadline, nextAllowance ?? .distantFuture, congestionDeadline)
    for stream in outgoing.indices { deadline = min(deadline, outgoing[stream].nextReport ?? .distantFuture) }
    for stream in incoming.indices {
      guard !incoming[stream].isUrgent else { return .zero }
      deadline = min(deadline, incoming[stream].nextDeadline ?? .distantFuture)
    }
    return deadline
  }

  /// Sends the feedback and reports that are due.
  package mutating func advance(to now: Instant, on path: FiveTuple, into outbox: inout DatagramOutbox) {
    for stream in incoming.indices { requestRepairs(of: stream, at: now, on: path, into: &outbox) }
    reportArrivals(at: now, on: path, into: &outbox)
    sendSenderReports(at: now, on: path, into: &outbox)
    sendAllowance(at: now, on: path, into: &outbox)
    probe(at: now, on: path, into: &outbox)
    guard let due = nextReceiverReport, due <= now else { return }
    nextReceiverReport = now + Self.receiverReportInterval
    sendReceiverReport(at: now, on: path, into: &outbox)
  }

  /// Tells a peer that awaits an estimate, and cannot be told what arrived when, that it may send what it likes: without one
  /// it would stay at the rate that it began with.
  private mutating func sendAllowance(at now: Instant, on path: FiveTuple, into outbox: inout DatagramOutbox) {
    guard let due = nextAllowance, due <= now else { return }
    nextAllowance = now + Self.allowanceInterval
    var sources: [SSRC] = []
    for stream in incoming.indices where incoming[stream].kind == .video && !incoming[stream].isEnded {
      sources.append(incoming[stream].ssrc)
    }
    guard !sources.isEmpty else { return }
    let estimate = REMB(sender: localSSRC, bitsPerSecond: Self.allowance, sources: sources)
    sendFeedback(on: path, into: &outbox) { output throws(WireError) in try estimate.write(into: &output) }
  }

  /// Whether the peer adapts to an estimate of the receiver and to nothing else.
  var wantsAllowance: Bool {
    let feedback = media.filter { $0.kind == .video && $0.direction.receives }.flatMap(\.codecs).flatMap(\.feedback)
    return feedback.contains(.receiverEstimatedMaximumBitrate) && !feedback.contains(.transportWideCongestionControl)
  }

  /// Says that all our streams end.
  package mutating func close(on path: FiveTuple, into outbox: inout DatagramOutbox) {
    let sources = outgoing.indices.map { outgoing[$0].track.ssrc }
    guard !sources.isEmpty else { return }
    let goodbye = Goodbye(sources: Array(sources.prefix(Self.blockLimit)))
    sendProtected(on: path, into: &outbox) { output throws(WireError) in
      try ReceiverReport(sender: sources[0]).write(into: &output)
      try goodbye.write(into: &output)
    }
  }

  private mutating func requestRepairs(
    of stream: Int, at now: Instant, on path: FiveTuple, into outbox: inout DatagramOutbox
  ) {
    let due = incoming[stream].isUrgent ? .zero : incoming[stream].nextDeadline ?? .distantFuture
    guard due <= now else { return }
    let ssrc = incoming[stream].ssrc
    var nack = GenericNACK(sender: localSSRC, media: ssrc)
    let wantsKeyframe = incoming[stream].advance(to: now) { nack.append($0) }
    for start in stride(from: 0, to: nack.entries.count, by: Self.requestLimit) {
      let entries = Array(nack.entries[start..<min(start + Self.requestLimit, nack.entries.count)])
      let part = GenericNACK(sender: localSSRC, media: ssrc, entries: entries)
      sendFeedback(on: path, into: &outbox) { output throws(WireError) in try part.write(into: &output) }
    }
    guard wantsKeyframe else { return }
    requestKeyframe(of: stream, on: path, into: &outbox)
  }

  /// Asks by PLI, or by FIR a peer that knows only that.
  private mutating func requestKeyframe(of stream: Int, on path: FiveTuple, into outbox: inout DatagramOutbox) {
    let ssrc = incoming[stream].ssrc
    let known = media(at: incoming[stream].media)?.codecs.flatMap(\.feedback) ?? []
    guard known.contains(.fullIntraRequest), !known.contains(.pictureLossIndication) else {
      let request = PictureLossIndication(sender: localSSRC, media: ssrc)
      return sendFeedback(on: path, into: &outbox) { output throws(WireError) in try request.write(into: &output) }
    }
    let entry = FullIntraRequest.Entry(media: ssrc, sequenceNumber: incoming[stream].takeCommandNumber())
    let command = FullIntraRequest(sender: localSSRC, entries: [entry])
    sendFeedback(on: path, into: &outbox) { output throws(WireError) in try command.write(into: &output) }
  }

  private mutating func reportArrivals(at now: Instant, on path: FiveTuple, into outbox: inout DatagramOutbox) {
    guard let due = arrivals.nextDeadline, due <= now else { return }
    let media = bindings.first?.ssrc ?? localSSRC
    var packets: [[UInt8]] = []
    try? arrivals.report(sender: localSSRC, media: media, at: now) { [localSSRC] builder, count throws(WireError) in
      let packet = copy builder
      packets.append(
        try [UInt8](capacity: ArrivalRecorder.feedbackByteLimit) { output throws(WireError) in
          try packet.write(sender: localSSRC, media: media, feedbackCount: count, into: &output)
        })
    }
    for packet in packets {
      sendFeedback(on: path, into: &outbox) { output throws(WireError) in try output.writeBytes(packet) }
    }
  }

  private mutating func sendSenderReports(at now: Instant, on path: FiveTuple, into outbox: inout DatagramOutbox) {
    let time = ntpTime(at: now)
    for stream in outgoing.indices {
      guard let report = outgoing[stream].report(time: time, at: now) else { continue }
      let name = RTP.SourceDescription(source: report.sender, canonicalName: canonicalName)
      sendProtected(on: path, into: &outbox) { output throws(WireError) in
        try report.write(into: &output)
        try name.write(into: &output)
      }
    }
  }

  private mutating func sendReceiverReport(at now: Instant, on path: FiveTuple, into outbox: inout DatagramOutbox) {
    var blocks: [ReportBlock] = []
    for stream in incoming.indices where !incoming[stream].isEnded { blocks.append(incoming[stream].report(at: now)) }
    let report = ReceiverReport(sender: localSSRC, blocks: Array(blocks.prefix(Self.blockLimit)))
    let name = RTP.SourceDescription(source: localSSRC, canonicalName: canonicalName)
    // The reference time lets a pure receiver learn its distance from the answer (RFC 3611 §4.4).
    let reference = ExtendedReport(sender: localSSRC, blocks: [.receiverReferenceTime(ntpTime(at: now))])
    sendProtected(on: path, into: &outbox) { output throws(WireError) in
      try report.write(into: &output)
      try name.write(into: &output)
      try reference.write(into: &output)
    }
  }

  /// Sends feedback, behind an empty report where the peer did not agree to feedback alone (RFC 5506).
  private mutating func sendFeedback(
    on path: FiveTuple, into outbox: inout DatagramOutbox, _ write: (inout OutputRawSpan) throws(WireError) -> Void
  ) {
    let standsAlone = media.allSatisfy(\.reducesRTCPSize)
    let sender = localSSRC
    sendProtected(on: path, into: &outbox) { output throws(WireError) in
      if !standsAlone { try ReceiverReport(sender: sender).write(into: &output) }
      try write(&output)
    }
  }

  /// Writes one datagram of RTCP and seals it; when it does not fit the outbox it is lost, and its timer will repeat it.
  private mutating func sendProtected(
    on path: FiveTuple, into outbox: inout DatagramOutbox, _ write: (inout OutputRawSpan) throws(WireError) -> Void
  ) {
    try? outbox.append(on: path) { output throws(WireError) in
      try write(&output)
      do throws(SRTPError) { try sending.sealRTCP(&output) } catch { throw WireError.bufferFull }
    }
  }
}
