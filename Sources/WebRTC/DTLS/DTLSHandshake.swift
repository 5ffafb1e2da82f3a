import RTP

/// An association whose handshake is under way: what has come and waits for its turn, OpenSSL, our flight, and the deadline.
struct DTLSHandshake {
  enum Outcome {
    case waiting
    case finished(DTLSAssociation, SRTPKeyingMaterial)
    case failed(DTLSFailure)
  }

  /// So long a handshake may take; nobody waits longer for a call, and half-open ones must not pile up.
  static let timeLimit = Duration.seconds(30)
  /// How long to wait when too many handshakes are under way.
  private static let postponement = Duration.milliseconds(100)
  /// A handshake takes a dozen datagrams, and with every loss that is bearable a few times as many.
  private static let maximumDatagramCount = 256

  let role: DTLSRole
  private let context: DTLSContext
  private let fingerprints: PeerFingerprints
  private let maximumDatagramByteCount: Int
  private let deadline: Instant
  private var inbox: DTLSInbox
  private var receivedCount = 0
  private var postponedUntil: Instant?
  private var engine: OpenSSLHandshake?
  private var protection: DTLSRecordProtection?
  private var flight = DTLSFlight()

  init(
    context: DTLSContext, role: DTLSRole, expecting fingerprints: PeerFingerprints, maximumDatagramByteCount: Int,
    inbox: DTLSInbox, at now: Instant
  ) {
    self.context = context
    self.role = role
    self.fingerprints = fingerprints
    self.maximumDatagramByteCount = maximumDatagramByteCount
    self.inbox = inbox
    deadline = now + Self.timeLimit
  }

  /// Whether `work` would do something now: a datagram waits, or a client has yet to begin.
  var hasWork: Bool { !inbox.isEmpty || mustBegin }

  var nextDeadline: Instant {
    min(deadline, flight.retryAt, postponedUntil ?? .distantFuture)
  }

  private var mustBegin: Bool { role == .client && engine == nil && postponedUntil == nil }

  /// Keeps a datagram until its turn; false when it is lost for want of room.
  mutating func receive(_ datagram: RawSpan) -> Bool {
    receivedCount += 1
    return inbox.append(datagram)
  }

  /// Does one piece of work, of at most some hundred microseconds: one datagram, or the beginning.
  mutating func work(at now: Instant, send: (RawSpan) -> Void) -> Outcome {
    guard receivedCount <= Self.maximumDatagramCount else { return .failed(.tooMuchData) }
    guard hasWork else { return .waiting }
    guard let engine = engine ?? makeEngine() else {
      postpone(at: now)
      return .waiting
    }
    self.engine = engine
    let datagram = role == .client && flight.isEmpty ? [] : inbox.takeFirst() ?? []
    let progress = engine.proceed(with: datagram.span.bytes)
    let written = engine.takeWritten()
    protection = protection ?? engine.recordProtection()
    switch progress {
    case .waiting:
      if !written.isEmpty { flight.replace(with: written, &protection, at: now, send: send) }
      return .waiting
    case .finished(let keys):
      return finish(keys, written, at: now, send: send)
    case .failed(let failure):
      sendRefusal(failure, written, send: send)
      return .failed(failure)
    }
  }

  /// Sends the flight again if the peer has been silent, and gives up at the deadline.
  mutating func advance(to now: Instant, send: (RawSpan) -> Void) -> Outcome {
    guard now < deadline else { return .failed(.timedOut) }
    if let postponedUntil, now >= postponedUntil { self.postponedUntil = nil }
    if now >= flight.retryAt { flight.resend(&protection, at: now, send: send) }
    return .waiting
  }

  private func makeEngine() -> OpenSSLHandshake? {
    OpenSSLHandshake(
      context: context, role: role, expecting: fingerprints, maximumDatagramByteCount: maximumDatagramByteCount)
  }

  /// A client tries again by itself; a server waits for the client to repeat its hello.
  private mutating func postpone(at now: Instant) {
    inbox.removeAll()
    postponedUntil = now + Self.postponement
  }

  /// Only a server speaks last; what it said may be lost, and is kept for a client that asks again (RFC 6347 §4.2.4).
  private mutating func finish(
    _ keys: SRTPKeyingMaterial, _ written: [[UInt8]], at now: Instant, send: (RawSpan) -> Void
  ) -> Outcome {
    flight.replace(with: written, &protection, at: now, send: send)
    flight.rest()
    guard let protection else { preconditionFailure("a finished handshake has negotiated one of our cipher suites") }
    return .finished(DTLSAssociation(role: role, protection: protection, lastFlight: flight), keys)
  }

  /// Sends OpenSSL's alert, or ours where OpenSSL was content and we are not.
  private mutating func sendRefusal(_ failure: DTLSFailure, _ written: [[UInt8]], send: (RawSpan) -> Void) {
    guard failure == .noSRTPProfile else { return flight.sendOnce(written, &protection, send: send) }
    switch role {
    case .server:  // our ChangeCipherSpec was not sent, so the client still reads plaintext
      flight.sendOnce([DTLSAlert.handshakeFailure.plaintextRecord], &protection, send: send)
    case .client:
      guard let record = protection?.seal(DTLSAlert.handshakeFailure.content, as: .alert) else { return }
      send(record.span.bytes)
    }
  }
}
