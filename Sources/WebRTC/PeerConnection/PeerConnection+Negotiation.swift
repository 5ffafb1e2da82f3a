package import RTP
import STUN

// MARK: - A peer that offers: publishers, WHIP, WHEP
extension PeerConnection {
  /// Answers an offer, the first or a later one; new credentials of the peer restart ICE (RFC 8839 §4.4.1.1.1).
  ///
  /// A restart keeps the keys and the streams. Throws if the offer cannot be read, or is not this peer's.
  package mutating func answer(
    _ offer: String, at now: Instant, using generator: inout some RandomNumberGenerator, into outbox: inout PeerOutbox
  ) throws(PeerNegotiationError) -> String {
    try answer(try Self.parse(offer), at: now, using: &generator, into: &outbox)
  }

  /// The same for an offer that was read already.
  package mutating func answer(
    _ description: SessionDescription, at now: Instant, using generator: inout some RandomNumberGenerator,
    into outbox: inout PeerOutbox
  ) throws(PeerNegotiationError) -> String {
    guard !isEnded else { throw .ended }
    guard case .answering(var answering) = negotiation else {
      preconditionFailure("a subscriber is offered and offers nothing")
    }
    answering.count += 1
    answering.origin.version = String(answering.count)
    var answer = try self.answer(description, answering)
    try check(answer.remote)
    if let remote = answer.remote, let known = self.remote, known.credentials != remote.credentials {
      renewCredentials(at: now, using: &generator, into: &outbox)
      answer = try self.answer(description, answering)
    }
    remote = answer.remote ?? remote
    negotiation = .answering(answering)
    agree(on: answer.media, at: now, into: &outbox)
    return answer.description.text
  }

  /// Takes a fragment of WHIP or WHEP (RFC 9725 §4.3): candidates, which a lite agent has no use for, or a restart.
  ///
  /// Returns our fragment if the peer's asks for a restart, which it `mayRestart` or not, and nil if it only trickles.
  package mutating func patch(
    _ fragment: String, mayRestart: Bool = true, at now: Instant, using generator: inout some RandomNumberGenerator,
    into outbox: inout PeerOutbox
  ) throws(PeerNegotiationError) -> String? {
    guard !isEnded else { throw .ended }
    let parsed: ICEFragment
    do throws(SDPError) { parsed = try ICEFragment(parsing: fragment) } catch { throw .malformed(error) }
    guard let remote else { throw .unusable(.missingFingerprint) }
    guard parsed.credentials != remote.credentials else { return nil }
    guard mayRestart else { throw .unexpectedRestart }
    self.remote?.credentials = parsed.credentials
    renewCredentials(at: now, using: &generator, into: &outbox)
    settle(at: now, into: &outbox)
    return ICEFragment(restarting: localTransport, for: remote, mid: parsed.mid).text
  }

  private func answer(
    _ offer: SessionDescription, _ answering: PeerNegotiation.Answering
  ) throws(PeerNegotiationError) -> SessionAnswer {
    do throws(NegotiationError) {
      return try SessionAnswer(
        to: offer, by: answering.side, transport: localTransport, origin: answering.origin,
        capabilities: configuration.capabilities, established: remote?.localSetup)
    } catch {
      throw .unusable(error)
    }
  }
}

// MARK: - A peer that is offered: subscribers
extension PeerConnection {
  /// What has changed is offered at the next `advance`, because nothing else is about to change.
  package mutating func hastenOffer(at now: Instant) {
    withOffering { $0.schedule.hasten(at: now) }
  }

  /// Offers new credentials, for a peer that has lost its way (RFC 8839 §4.4.1.1.1); keys and streams stay.
  package mutating func restart(
    at now: Instant, using generator: inout some RandomNumberGenerator, into outbox: inout PeerOutbox
  ) {
    guard !isEnded else { return }
    renewCredentials(at: now, using: &generator, into: &outbox)
    settle(at: now, into: &outbox)
    withOffering {
      $0.schedule.change(at: now)
      $0.schedule.hasten(at: now)
    }
  }

  /// Takes the answer to the last offer.
  package mutating func accept(
    _ answer: String, at now: Instant, into outbox: inout PeerOutbox
  ) throws(PeerNegotiationError) {
    guard !isEnded else { throw .ended }
    guard case .offering(var offering) = negotiation else {
      preconditionFailure("only a subscriber answers")
    }
    guard offering.schedule.awaitsAnswer else { throw .unexpectedAnswer }
    let description = try Self.parse(answer)
    let agreement: SubscriptionOffer.Agreement
    do throws(NegotiationError) {
      agreement = try offering.offer.accept(description)
    } catch {
      throw .unusable(error)
    }
    try check(agreement.remote)
    _ = offering.schedule.answered(at: now)
    negotiation = .offering(offering)
    remote = agreement.remote ?? remote
    agree(on: agreement.media, at: now, into: &outbox)
  }

  /// Makes an offer if it is time for one.
  mutating func offerIfDue(at now: Instant, into outbox: inout PeerOutbox) {
    guard !isEnded, case .offering(var offering) = negotiation, offering.schedule.advance(to: now) else { return }
    let offer = offering.offer.make(with: localTransport)
    negotiation = .offering(offering)
    outbox.events.append(.offer(offer.text))
  }

  /// Changes what is to be offered.
  @discardableResult
  mutating func change<Result>(at now: Instant, _ body: (inout PeerNegotiation.Offering) -> Result) -> Result {
    withOffering { offering in
      defer { offering.schedule.change(at: now) }
      return body(&offering)
    }
  }

  private mutating func withOffering<Result>(_ body: (inout PeerNegotiation.Offering) -> Result) -> Result {
    guard case .offering(var offering) = negotiation else {
      preconditionFailure("only a subscriber is offered anything")
    }
    defer { negotiation = .offering(offering) }
    return body(&offering)
  }
}

// MARK: - Both
extension PeerConnection {
  private var localTransport: LocalTransport {
    LocalTransport(
      credentials: agent.credentials.texts, fingerprint: configuration.dtls.certificate.fingerprint,
      candidates: configuration.candidates)
  }

  private static func parse(_ text: String) throws(PeerNegotiationError) -> SessionDescription {
    do throws(SDPError) { return try SessionDescription(parsing: text) } catch { throw .malformed(error) }
  }

  /// A peer keeps its certificate and its role for as long as the association lives (RFC 8842 §5.5).
  private func check(_ remote: RemoteTransport?) throws(PeerNegotiationError) {
    guard let remote, let known = self.remote else { return }
    guard known.fingerprints == remote.fingerprints, known.localSetup == remote.localSetup else { throw .anotherPeer }
  }

  private mutating func renewCredentials(
    at now: Instant, using generator: inout some RandomNumberGenerator, into outbox: inout PeerOutbox
  ) {
    let credentials = configuration.newCredentials(using: &generator)
    agent.restart(with: credentials, at: now, into: &outbox.ice)
    renewPatience(at: now)
    outbox.events.append(.credentialsAdded(credentials.ufrag))
  }
}
