package import RTP

// MARK: - The places of a subscriber's session
extension PeerConnection {
  /// After so many a place that is given on keeps its SSRCs: every one is remembered for as long as the keys live.
  private static let renewalLimit = 1024

  package var slots: [SubscriptionOffer.Slot] {
    guard case .offering(let offering) = negotiation else { return [] }
    return offering.offer.slots
  }

  /// Adds a place to send tracks of a kind in, one after the other; nil if a description can hold no more.
  ///
  /// It is offered within a tenth of a second, together with what else changes until then.
  package mutating func addSlot(for track: TrackDescription, at now: Instant) -> SubscriptionOffer.Slot? {
    guard !isEnded else { return nil }
    let local = allocate(track)
    return change(at: now) { $0.offer.addSlot(for: local, in: track.codecs) }
  }

  /// Gives a place to a track, with SSRCs of its own if it is another than before; offered likewise.
  package mutating func assign(_ track: TrackDescription, to mid: String, at now: Instant) {
    guard !isEnded, let slot = slots.first(where: { $0.mid == mid }) else { return }
    let isSame = slot.track.identifier == MediaStreamIdentifier(stream: track.stream, track: track.track)
    guard !isSame || slot.codecs != track.codecs || slot.use != .carries else { return }
    let local = isSame ? slot.track : renew(slot.track, for: track)
    change(at: now) { $0.offer.assign(local, in: track.codecs, to: mid) }
  }

  /// Says what a place is good for from now on, which is offered likewise.
  package mutating func setSlot(_ mid: String, _ use: SubscriptionOffer.Use, at now: Instant) {
    guard slots.contains(where: { $0.mid == mid && $0.use != use }) else { return }
    change(at: now) { $0.offer.setSlot(mid, use) }
  }

  private mutating func renew(_ present: LocalTrack, for track: TrackDescription) -> LocalTrack {
    guard case .offering(var offering) = negotiation, offering.renewalCount < Self.renewalLimit else {
      var local = present
      local.identifier = MediaStreamIdentifier(stream: track.stream, track: track.track)
      return local
    }
    offering.renewalCount += 1
    negotiation = .offering(offering)
    return allocate(track)
  }

  private mutating func allocate(_ track: TrackDescription) -> LocalTrack {
    LocalTrack.allocate([track], configuration, besides: slots.map(\.track), &numbers)[0]  // one for each
  }
}
