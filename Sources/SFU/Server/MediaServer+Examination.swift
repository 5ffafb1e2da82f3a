import WebRTC

extension MediaServer {
  /// Why no room could use this first offer of somebody who publishes, or who only watches; nil if it is for the room to say.
  ///
  /// So an offer that is good for nothing moves nothing. May be asked from any thread.
  package func refusal(ofOffer offer: String, watching isWatching: Bool) -> Refusal? {
    do throws(PeerNegotiationError) {
      let description = try peer.examine(offer, sending: isWatching)
      return isWatching ? nil : Self.refusal(ofSources: description)
    } catch {
      return Refusal(description: .offer, cause: error.cause, reason: error.sentence)
    }
  }

  private static func refusal(ofSources offer: SessionDescription) -> Refusal? {
    do throws(SourceAssignment.Refusal) {
      let sources = try SourceAssignment(of: offer, named: [:], present: [:])
      guard sources.sources.isEmpty else { return nil }
      return Refusal(description: .offer, reason: PeerNegotiationError.unusable(.noMedia).sentence)
    } catch {
      return Refusal(description: .offer, reason: error.sentence)
    }
  }
}
