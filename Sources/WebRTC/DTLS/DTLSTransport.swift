package import RTP

/// One DTLS association with a peer: proves the peer by its fingerprint and yields the keys of SRTP (RFC 5763, RFC 5764).
///
/// A machine without I/O, and the only face of DTLS to the rest of the program: neither OpenSSL nor the version of the protocol
/// shows in it. The handshake is expensive (some hundred microseconds of calculation for each side), so `receive` only keeps what
/// came; while `hasWork` is true the owner lets `work` do one piece after another, out of a `HandshakeQueue`. `send` is called for
/// each datagram that is to leave at once.
package struct DTLSTransport: ~Copyable {
  /// What fits through every tunnel that real networks have, and what browsers use.
  package static let defaultMaximumDatagramByteCount = 1200

  private enum Phase {
    case new(DTLSInbox)
    case connecting(DTLSHandshake)
    case connected(DTLSAssociation)
    case closed
    case failed(DTLSFailure)
  }

  private let context: DTLSContext
  private let maximumDatagramByteCount: Int
  private var phase = Phase.new(DTLSInbox())
  /// Datagrams that were no DTLS, or for which there was no room.
  package private(set) var droppedDatagramCount = 0

  package init(context: DTLSContext, maximumDatagramByteCount: Int = defaultMaximumDatagramByteCount) {
    self.context = context
    self.maximumDatagramByteCount = maximumDatagramByteCount
  }

  package var state: DTLSState {
    switch phase {
    case .new: return .new
    case .connecting: return .connecting
    case .connected: return .connected
    case .closed: return .closed
    case .failed(let failure): return .failed(failure)
    }
  }

  /// Whether `work` has something to do.
  package var hasWork: Bool {
    guard case .connecting(let handshake) = phase else { return false }
    return handshake.hasWork
  }

  /// When `advance` has something to do.
  package var nextDeadline: Instant {
    guard case .connecting(let handshake) = phase else { return .distantFuture }
    return handshake.nextDeadline
  }

  /// Begins the handshake, once ICE has a path and the description of the peer is known; what came before that was kept.
  package mutating func start(
    as role: DTLSRole, expecting fingerprints: [CertificateFingerprint], at now: Instant
  ) -> DTLSEvent? {
    guard case .new(let inbox) = phase else { return nil }
    guard let expected = PeerFingerprints(fingerprints) else { return fail(.noUsableFingerprint) }
    phase = .connecting(
      DTLSHandshake(
        context: context, role: role, expecting: expected, maximumDatagramByteCount: maximumDatagramByteCount,
        inbox: inbox, at: now))
    return nil
  }

  /// Takes a datagram whose first byte says DTLS (20 to 63, RFC 7983).
  package mutating func receive(_ datagram: RawSpan, at now: Instant, send: (RawSpan) -> Void) -> DTLSEvent? {
    guard let records = try? DTLSRecord.records(of: datagram), !records.isEmpty,
      DTLSHandshakeFragment.areAcceptable(in: datagram, records: records)
    else {
      droppedDatagramCount += 1
      return nil
    }
    switch phase {
    case .new(var inbox):
      phase = .closed  // so that the inbox is not copied when it changes
      keep(inbox.append(datagram))
      phase = .new(inbox)
    case .connecting(var handshake):
      phase = .closed  // likewise
      keep(handshake.receive(datagram))
      phase = .connecting(handshake)
    case .connected(var association):
      phase = .closed  // likewise
      let signal = association.receive(datagram, records: records, at: now, send: send)
      return settle(association, signal, send: send)
    case .closed, .failed:
      break
    }
    return nil
  }

  /// Does one piece of handshake work; there may be more (`hasWork`).
  package mutating func work(at now: Instant, send: (RawSpan) -> Void) -> DTLSEvent? {
    guard case .connecting(var handshake) = phase else { return nil }
    phase = .closed
    let outcome = handshake.work(at: now, send: send)
    return settle(handshake, outcome)
  }

  /// Repeats what the peer has not answered, and gives up in the end.
  package mutating func advance(to now: Instant, send: (RawSpan) -> Void) -> DTLSEvent? {
    guard case .connecting(var handshake) = phase else { return nil }
    phase = .closed
    let outcome = handshake.advance(to: now, send: send)
    return settle(handshake, outcome)
  }

  /// Takes leave of the peer and forgets the association.
  package mutating func close(send: (RawSpan) -> Void) {
    if case .connected(var association) = phase { association.sendCloseNotify(send: send) }
    phase = .closed
  }

  private mutating func settle(_ handshake: DTLSHandshake, _ outcome: DTLSHandshake.Outcome) -> DTLSEvent? {
    switch outcome {
    case .waiting:
      phase = .connecting(handshake)
      return nil
    case .finished(let association, let keys):
      phase = .connected(association)
      return .connected(keys, as: association.role)
    case .failed(let failure):
      return fail(failure)
    }
  }

  private mutating func settle(
    _ association: DTLSAssociation, _ signal: DTLSAssociation.Signal, send: (RawSpan) -> Void
  ) -> DTLSEvent? {
    phase = .connected(association)
    guard case .ended = signal else { return nil }
    close(send: send)
    return .closedByPeer
  }

  private mutating func fail(_ failure: DTLSFailure) -> DTLSEvent {
    phase = .failed(failure)
    return .failed(failure)
  }

  private mutating func keep(_ isKept: Bool) {
    if !isKept { droppedDatagramCount += 1 }
  }
}
