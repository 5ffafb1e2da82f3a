import RTP

// MARK: - Looking at an offer before anything is made of it
extension PeerConfiguration {
  /// Reads an offer as a new connection would that only receives, or only sends; throws what that would throw.
  ///
  /// A value in, a value out: nothing that connections share is touched, so it may be asked from any thread.
  package func examine(
    _ offer: String, sending isSending: Bool
  ) throws(PeerNegotiationError) -> SessionDescription {
    let description: SessionDescription
    do throws(SDPError) { description = try SessionDescription(parsing: offer) } catch { throw .malformed(error) }
    let answer: SessionAnswer
    do throws(NegotiationError) {
      answer = try SessionAnswer(
        to: description, by: isSending ? .sending(tracks) : .receiving, transport: transport,
        origin: SessionDescription.Origin(sessionID: "1", version: "1"), capabilities: capabilities)
    } catch {
      throw .unusable(error)
    }
    guard answer.remote != nil, !isSending || answer.media.contains(where: \.direction.sends) else {
      throw .unusable(.noMedia)
    }
    return description
  }

  private var transport: LocalTransport {
    var generator = SystemRandomNumberGenerator()
    return LocalTransport(
      credentials: newCredentials(using: &generator).texts, fingerprint: dtls.certificate.fingerprint, candidates: [])
  }

  private var tracks: [LocalTrack] {
    [(MediaKind.audio, 1), (.video, 2)].map { kind, number in
      LocalTrack(
        kind: kind, ssrc: SSRC(rawValue: number), retransmission: nil, cname: canonicalName, stream: "-", track: "-")
    }
  }
}
