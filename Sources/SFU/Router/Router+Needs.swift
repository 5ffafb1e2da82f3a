package import RTP

// MARK: - What subscribers need of a publisher, and why they get no more
extension Router {
  /// Takes note of how many of its track's layers a subscription needs.
  mutating func noteNeed(of subscription: Subscription.Handle, _ ladder: LayerLadder) {
    let track = subscriptions[subscription].track
    let count = neededLayerCount(of: subscription, ladder, of: track)
    guard count != subscriptions[subscription].neededLayerCount else { return }
    subscriptions[subscription].neededLayerCount = count
    noteNeedChange(of: track)
  }

  mutating func noteNeedChange(of track: PublishedTrack.Handle) {
    guard !tracks[track].needsHaveChanged else { return }
    tracks[track].needsHaveChanged = true
    needChanges.append(track)
  }

  private func neededLayerCount(
    of subscription: Subscription.Handle, _ ladder: LayerLadder, of track: PublishedTrack.Handle
  ) -> Int {
    guard !subscriptions[subscription].wish.isPaused, isDecodable(subscription) else { return 0 }
    let count = max(tracks[track].rids.count, 1)
    let wish = subscriptions[subscription].allowedWish
    guard count > 1, ladder.count > 0 else { return count }
    // What is given up for want of bits comes back with the smallest.
    guard !wish.isPaused else { return 1 }
    let bound = ladder.bound(wish)
    // Layers that have not come yet are needed by whoever is not served by those that have.
    guard bound < ladder.count - 1 || ladder.covers(wish) else { return count }
    return min(max(bound, ladder.rank(for: wish) ?? 0) + 1, count)
  }

  /// How many layers of a track somebody needs.
  func neededLayerCount(of track: PublishedTrack.Handle) -> Int {
    let here = tracks[track].subscriptions.reduce(0) { max($0, subscriptions[$1].neededLayerCount) }
    return tracks[track].mirrors.reduce(here) { max($0, $1.neededLayerCount) }
  }

  /// Which layer a subscriber's view could use, and why it is not sent.
  package struct Shortfall: Equatable {
    package var wantedSpatialLayer: Int?
    package var limit: MediaServer.Subscribed.Limit?

    package init(wantedSpatialLayer: Int? = nil, limit: MediaServer.Subscribed.Limit? = nil) {
      (self.wantedSpatialLayer, self.limit) = (wantedSpatialLayer, limit)
    }
  }

  /// Why a subscriber gets no more than it is sent.
  package func shortfall(
    of subscription: Subscription.Handle, sending progress: Progress, at now: Instant
  ) -> Shortfall {
    var shortfall = Shortfall()
    guard subscriptions.contains(subscription), subscriptions[subscription].kind == .video,
      tracks.contains(subscriptions[subscription].track)
    else { return shortfall }
    let ladder = qualityLadder(of: subscription, at: now)
    guard let best = ladder.top, progress.state != .absent else { return shortfall }
    let hasLayers = progress.spatialLayer != nil || ladder[0].spatialLayer < best.spatialLayer
    if hasLayers { shortfall.wantedSpatialLayer = Int(best.spatialLayer) }
    shortfall.limit = limit(of: subscription, ladder.bound, best, progress)
    return shortfall
  }

  private func limit(
    of subscription: Subscription.Handle, _ bound: QualityLadder.Bound, _ best: QualityLadder.Rung, _ progress: Progress
  ) -> MediaServer.Subscribed.Limit? {
    switch subscriptions[subscription].grant {
    case .nothing where !subscriptions[subscription].isGivenUp: return .switching  // it is decided in this turn
    case .nothing, .layers: return isSparing ? .server : .network
    case .everything: break
    }
    guard progress.state == .active, progress.spatialLayer ?? .max >= Int(best.spatialLayer) else { return .switching }
    return bound == .publisher ? .publisher : nil
  }
}
