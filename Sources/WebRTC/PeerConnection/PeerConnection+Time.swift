package import RTP
import STUN

// MARK: - Time and work
extension PeerConnection {
  /// When `advance` has something to do; the distant future once it is over.
  package var nextDeadline: Instant {
    guard !isEnded else { return .distantFuture }
    var deadline = min(agent.nextDeadline, dtls.nextDeadline, negotiation.nextDeadline)
    if case .disconnected(let since) = phase { deadline = min(deadline, since + configuration.patience) }
    guard agent.selectedPath != nil else { return deadline }
    switch transport {
    case .some(let transport): return min(deadline, transport.nextDeadline)
    case nil: return deadline
    }
  }

  /// Moves time on: consent, repeated flights, reports and requests, offers, and the end of patience.
  package mutating func advance(to now: Instant, into outbox: inout PeerOutbox) {
    guard !isEnded else { return }
    agent.advance(to: now, into: &outbox.ice)
    settle(at: now, into: &outbox)
    let path = agent.selectedPath
    let event = dtls.advance(to: now) { Self.send($0, on: path, into: &outbox.datagrams) }
    take(event, at: now, into: &outbox)
    if let path = agent.selectedPath { transport?.advance(to: now, on: path, into: &outbox.datagrams) }
    tellEstimate(at: now, into: &outbox)
    offerIfDue(at: now, into: &outbox)
    if case .disconnected(let since) = phase, since + configuration.patience <= now { end(.abandoned, into: &outbox) }
  }

  /// Whether `work` has something to do.
  package var hasWork: Bool { !isEnded && dtls.hasWork }

  /// Does one piece of handshake work, of some hundred microseconds; see `HandshakeQueue`.
  package mutating func work(at now: Instant, into outbox: inout PeerOutbox) {
    guard !isEnded else { return }
    let path = agent.selectedPath
    let event = dtls.work(at: now) { Self.send($0, on: path, into: &outbox.datagrams) }
    take(event, at: now, into: &outbox)
  }

  /// Takes leave of the peer and ends.
  package mutating func close(at now: Instant, into outbox: inout PeerOutbox) {
    guard !isEnded else { return }
    if let path = agent.selectedPath {
      transport?.close(on: path, into: &outbox.datagrams)
      dtls.close { Self.send($0, on: path, into: &outbox.datagrams) }
    }
    end(.closed, into: &outbox)
  }
}
