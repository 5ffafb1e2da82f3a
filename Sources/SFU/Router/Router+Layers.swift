import RTP
import WebRTC

// MARK: - Which layers a subscription gets
extension Router {
  /// What is sent to a subscriber at present.
  package struct Progress: Equatable {
    package var state: MediaServer.Subscribed.State
    /// Nil where there is only one, or nothing is sent.
    package var spatialLayer: Int?
    package var temporalLayer: Int?
    /// Of the last second.
    package var bitsPerSecond: Int
  }

  /// Takes a subscriber's wish over; the stream of which a keyframe is needed for it now.
  package mutating func setWish(
    _ wish: LayerWish, of subscription: Subscription.Handle
  ) -> PublishedStream.Handle? {
    guard subscriptions.contains(subscription) else { return nil }
    subscriptions[subscription].setWish(wish)
    return selectLayer(for: subscription)
  }

  /// Chooses the stream for a subscription by its wish, and by which layers there are; the stream of which a keyframe is needed
  /// for it. None is needed if the subscription can begin with one that was kept.
  package mutating func selectLayer(for subscription: Subscription.Handle) -> PublishedStream.Handle? {
    guard subscriptions.contains(subscription), tracks.contains(subscriptions[subscription].track) else { return nil }
    let wish = subscriptions[subscription].allowedWish
    let track = subscriptions[subscription].track
    let ladder = ladder(of: track)
    noteNeed(of: subscription, ladder)
    guard !wish.isPaused, let rank = ladder.rank(for: wish) else { return nil }
    let stream = tracks[track].streams[ladder.index(atRank: rank)]
    subscriptions[subscription].select(
      stream, bounds(within: stream, wish, isSimulcast: ladder.count > 1),
      meanwhile: interim(of: subscription, towards: rank, ladder))
    guard subscriptions[subscription].awaitsKeyframe, tracks[track].isAllowed else { return nil }
    guard isActive(stream), isDecodable(subscription) else { return nil }
    guard !canBegin(subscription, with: stream) else {
      beginnings.append(subscription)
      return nil
    }
    return stream
  }

  /// What of the present stream is sent until a keyframe of another comes. One that the network does not carry is sent in as few
  /// frames as it has.
  private func interim(
    of subscription: Subscription.Handle, towards rank: Int, _ ladder: LayerLadder
  ) -> LayerSelector.Bounds {
    let (wish, grant) = (subscriptions[subscription].wish, subscriptions[subscription].grant)
    var bounds = LayerSelector.Bounds(temporalID: wish.temporalLayer ?? .max)
    guard grant != .everything else { return bounds }
    let track = subscriptions[subscription].track
    let index = tracks[track].streams.firstIndex(of: subscriptions[subscription].current)
    let isDescent = index.flatMap { ladder.rank(ofIndex: $0) }.map { $0 > rank } ?? false
    bounds.temporalID = isDescent ? 0 : min(bounds.temporalID, subscriptions[subscription].selector.bounds.temporalID)
    return bounds
  }

  /// Whether the subscriber has a payload type for what comes of its track.
  func isDecodable(_ subscription: Subscription.Handle) -> Bool {
    let payloadType = tracks[subscriptions[subscription].track].payloadType
    guard subscriptions[subscription].kind == .video, let payloadType else { return true }
    return subscriptions[subscription].payloadType(for: payloadType) != nil
  }

  /// The layers of a track, from the smallest to the largest.
  package func layers(of track: PublishedTrack.Handle) -> [MediaServer.Layer] {
    guard tracks.contains(track) else { return [] }
    let ladder = ladder(of: track)
    guard ladder.count == 1 else {
      return (0..<ladder.count).map { rank in
        let stream = tracks[track].streams[ladder.index(atRank: rank)]
        var layer = layer(streams[stream].reader.size(of: 0), streams[stream].activity.bitsPerSecond)
        layer.rid = tracks[track].rid(ofPlace: streams[stream].place)
        return layer
      }
    }
    let stream = tracks[track].streams[0]
    let highest = Int(streams[stream].reader.highestSpatialID)
    return (0...highest).map { spatialID in
      layer(streams[stream].reader.size(of: spatialID), streams[stream].reader.bitsPerSecond(of: spatialID))
    }
  }

  private func layer(_ size: PictureSize?, _ bitsPerSecond: Int) -> MediaServer.Layer {
    MediaServer.Layer(width: size?.width, height: size?.height, bitsPerSecond: bitsPerSecond)
  }

  /// What is sent to a subscriber at present.
  package func progress(of subscription: Subscription.Handle) -> Progress {
    guard subscriptions.contains(subscription), tracks.contains(subscriptions[subscription].track),
      isDecodable(subscription)
    else {
      return Progress(state: .absent, spatialLayer: nil, temporalLayer: nil, bitsPerSecond: 0)
    }
    let current = subscriptions[subscription].current
    guard streams.contains(current) else {
      let isSilent = !tracks[subscriptions[subscription].track].isHeard  // it is heard as soon as it is loud
      let isPaused = subscriptions[subscription].wish.isPaused || subscriptions[subscription].isGivenUp
      let state: MediaServer.Subscribed.State = isPaused ? .paused : isSilent ? .active : .starting
      return Progress(state: state, spatialLayer: nil, temporalLayer: nil, bitsPerSecond: 0)
    }
    let track = subscriptions[subscription].track
    let layers = subscriptions[subscription].selector.layers
    let ladder = ladder(of: track)
    var spatialLayer: Int?
    if ladder.count > 1 {
      spatialLayer = tracks[track].streams.firstIndex(of: current).flatMap { ladder.rank(ofIndex: $0) }
    } else if streams[current].reader.highestSpatialID > 0 {
      spatialLayer = Int(layers.spatialID)
    }
    let temporalCount = streams[current].reader.temporalLayerCount
    return Progress(
      state: .active, spatialLayer: spatialLayer,
      temporalLayer: temporalCount > 1 ? min(Int(layers.temporalID), temporalCount - 1) : nil,
      bitsPerSecond: subscriptions[subscription].bitsPerSecond)
  }

  func ladder(of track: PublishedTrack.Handle) -> LayerLadder {
    var ladder = LayerLadder()
    let count = tracks[track].streams.count
    for index in 0..<count {
      let stream = tracks[track].streams[index]
      ladder.append(
        LayerLadder.Layer(
          size: streams[stream].reader.size(of: 0), place: streams[stream].place,
          bitsPerSecond: streams[stream].activity.sustained.known ?? streams[stream].activity.bitsPerSecond,
          isActive: isActive(stream)))
    }
    ladder.sort()
    return ladder
  }

  /// Whether the publisher sends the stream: it is as recent as the track's others.
  func isActive(_ stream: PublishedStream.Handle) -> Bool {
    let track = streams[stream].track
    return streams[stream].activity.isActive(among: tracks[track].streams.count, tracks[track].frames)
  }

  /// The best layers within a stream. Those of a simulcast are told by their streams alone, whatever the payload calls them.
  private func bounds(
    within stream: PublishedStream.Handle, _ wish: LayerWish, isSimulcast: Bool
  ) -> LayerSelector.Bounds {
    var bounds = LayerSelector.Bounds(temporalID: wish.temporalLayer ?? .max)
    guard !isSimulcast else { return bounds }
    var ladder = LayerLadder()
    for spatialID in 0...Int(streams[stream].reader.highestSpatialID) {
      ladder.append(LayerLadder.Layer(size: streams[stream].reader.size(of: spatialID), place: spatialID))
    }
    let bound = ladder.bound(wish)
    bounds.spatialID = bound == ladder.count - 1 ? wish.spatialLayer ?? .max : UInt8(bound)
    return bounds
  }
}
