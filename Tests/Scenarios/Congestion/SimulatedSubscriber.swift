import RTP
import WebRTC

/// A subscriber: the sender's controller and pacer at this end, the receiver's reports at the other.
final class SimulatedSubscriber {
  private struct Report {
    var bytes: [UInt8]
    var arrival: Instant
  }

  private struct Request {
    var number: Int
    var arrival: Instant
  }

  let flow: Int
  var source: SimulatedSource
  private(set) var sentByteCount = 0
  private(set) var repairByteCount = 0
  private(set) var paddingByteCount = 0
  private(set) var receivedByteCount = 0
  /// The longest that video waited for its turn.
  private(set) var longestPacing = Duration.zero
  private var controller: CongestionController
  private var pacer = Pacer()
  private var waiting = FirstInFirstOut<(piece: SimulatedSource.Piece, since: Instant)>()
  private var waitingByteCount = 0
  private var nextNumber = 0
  private var sizes: [Int: Int] = [:]
  private var recorder = ArrivalRecorder()
  private var newestReceived = -1
  private var reports = FirstInFirstOut<Report>()
  private var requests = FirstInFirstOut<Request>()
  private var roundTripTime = Duration.milliseconds(100)

  init(flow: Int, source: SimulatedSource, configuration: CongestionConfiguration) {
    self.flow = flow
    self.source = source
    controller = CongestionController(configuration)
  }

  var estimate: CongestionEstimate { controller.estimate }
  var wanted: Int { controller.wanted }

  /// Says what the view wants.
  func want(_ bitsPerSecond: Int, at now: Instant) {
    controller.want(bitsPerSecond, at: now)
  }

  /// Lets the sender do what is due at `now`. `publisherLoses` says of each packet whether it never came to us.
  func send(over link: SimulatedLink, at now: Instant, publisherLoses: () -> Bool) {
    takeReports(at: now)
    controller.advance(to: now)
    let estimate = controller.estimate
    source.allocate(estimate.bitsPerSecond - estimate.repairBitsPerSecond, wanted: controller.wanted)
    var produced: [SimulatedSource.Piece] = []
    source.produce(at: now) { produced.append($0) }
    for piece in produced where !publisherLoses() { take(piece, link, at: now) }
    flush(link, at: now)
    repair(link, at: now)
    while let probe = controller.nextProbe(at: now) {
      transmit(.padding, byteCount: probe.byteCount, kind: .padding, link, at: now)
      paddingByteCount += probe.byteCount
    }
  }

  /// Takes a packet at the other end, whose reports go back over a wire of this delay.
  func receive(_ arrival: SimulatedLink.Arrival, returnDelay: Duration, at now: Instant) {
    let packet = arrival.packet
    receivedByteCount += packet.byteCount
    roundTripTime = arrival.instant - packet.sentAt + returnDelay
    var endsFrame = false
    if case .video(let isLast) = packet.content { endsFrame = isLast }
    recorder.receive(
      SequenceNumber(wrapping: Int64(packet.number)), endsFrame: endsFrame, arrival: arrival.instant, now: now)
    guard packet.number > newestReceived else { return }
    for missing in (newestReceived + 1)..<packet.number {
      requests.append(Request(number: missing, arrival: now + returnDelay))
    }
    newestReceived = packet.number
  }

  /// Sends the reports that are due.
  func report(returnDelay: Duration, at now: Instant) {
    guard let due = recorder.nextDeadline, due <= now else { return }
    let ssrc = SSRC(rawValue: 1)
    var datagrams: [[UInt8]] = []
    try? recorder.report(sender: ssrc, media: ssrc, at: now) { builder, count throws(WireError) in
      let packet = copy builder
      datagrams.append(
        try [UInt8](capacity: ArrivalRecorder.feedbackByteLimit) { output throws(WireError) in
          try packet.write(sender: ssrc, media: ssrc, feedbackCount: count, into: &output)
        })
    }
    for bytes in datagrams { reports.append(Report(bytes: bytes, arrival: now + returnDelay)) }
  }

  private func takeReports(at now: Instant) {
    while let report = reports.first, report.arrival <= now {
      reports.removeFirst()
      let datagram = report.bytes.span.bytes
      guard let feedback = try? TransportFeedback(parsing: datagram.extracting(4...), at: 4) else { continue }
      controller.receive(feedback, in: datagram, at: now, roundTripTime: roundTripTime)
    }
  }

  /// Audio goes at once; video waits for its turn behind what waits already.
  private func take(_ piece: SimulatedSource.Piece, _ link: SimulatedLink, at now: Instant) {
    if case .audio = piece.content {
      return transmit(piece.content, byteCount: piece.byteCount, kind: .media, link, at: now)
    }
    waiting.append((piece, now))
    waitingByteCount += piece.byteCount
  }

  private func flush(_ link: SimulatedLink, at now: Instant) {
    guard let oldest = waiting.first?.since else { return }
    let granted = pacer.grant(
      of: waiting.count, byteCount: waitingByteCount, oldest: oldest,
      on: Pacer.Path(
        bitsPerSecond: controller.estimate.bitsPerSecond,
        isNarrow: controller.estimate.loweredAt.map { now - $0 < .seconds(10) } ?? false), at: now)
    for _ in 0..<granted {
      guard let next = waiting.first else { return }
      waiting.removeFirst()
      waitingByteCount -= next.piece.byteCount
      longestPacing = max(longestPacing, now - next.since)
      transmit(next.piece.content, byteCount: next.piece.byteCount, kind: .media, link, at: now)
    }
  }

  private func repair(_ link: SimulatedLink, at now: Instant) {
    while let request = requests.first, request.arrival <= now {
      requests.removeFirst()
      guard let byteCount = sizes.removeValue(forKey: request.number),
        controller.takeRepair(byteCount: byteCount, at: now)
      else { continue }
      repairByteCount += byteCount
      transmit(.repair, byteCount: byteCount, kind: .repair, link, at: now)
    }
  }

  private func transmit(
    _ content: SimulatedPacket.Content, byteCount: Int, kind: SentPacketKind, _ link: SimulatedLink, at now: Instant
  ) {
    let number = nextNumber
    nextNumber += 1
    sentByteCount += byteCount
    // What a gap names is repaired if it was video, once.
    if case .video = content { sizes[number] = byteCount }
    sizes[number - 4000] = nil
    controller.sent(SequenceNumber(wrapping: Int64(number)), byteCount: byteCount, kind: kind, at: now)
    link.send(SimulatedPacket(flow: flow, number: number, byteCount: byteCount, content: content, sentAt: now))
  }
}
