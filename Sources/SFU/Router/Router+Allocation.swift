package import RTP

// MARK: - What a subscriber's network leaves of its wishes
extension Router {
  /// A subscription that waits for the keyframe of a smaller picture, and until when the present one goes on.
  struct Descent {
    let subscription: Subscription.Handle
    let deadline: Instant
  }

  /// Beside two round trips, so long an encoder takes to make a keyframe.
  private static let keyframeTime = Duration.milliseconds(300)

  /// Shares what a subscriber's network carries, and a busy worker leaves, among its pictures, and has the layers changed
  /// accordingly; without either everything wished is allowed. Returns what it would take that the worker would send.
  ///
  /// Who speaks at present comes before the others.
  package mutating func allocate(
    _ budget: Allocation.Budget?, sparing economy: Economy = .none, among subscriptions: [Subscription.Handle],
    speaker: Participant.Handle, at now: Instant
  ) -> Int {
    gatherDemands(of: subscriptions, speaker: speaker, at: now)
    defer {
      demands.removeAll(keepingCapacity: true)
      demanding.removeAll(keepingCapacity: true)
    }
    let wanted = demands.reduce(0) { $0 + ($1.ladder.top?.bitsPerSecond ?? 0) }
    guard let budget = economy.bounding(budget, wanted: wanted) else {
      for subscription in demanding {
        self.subscriptions[subscription].history.pause()
        apply(.everything, of: .max, to: subscription, at: now)
      }
      return wanted
    }
    let allocation = Allocation(of: budget, among: &demands, sparing: economy, at: now)
    for index in demands.indices {
      self.subscriptions[demanding[index]].history = demands[index].history
      let grant = LayerGrant(demands[index].allowed, of: demands[index].ladder.top)
      let others = allocation.grantedBitsPerSecond - (demands[index].allowed?.bitsPerSecond ?? 0)
      apply(grant, of: budget.bitsPerSecond - others, to: demanding[index], at: now)
    }
    return economy == .none ? wanted : allocation.grantedBitsPerSecond
  }

  private mutating func gatherDemands(
    of subscriptions: [Subscription.Handle], speaker: Participant.Handle, at now: Instant
  ) {
    for subscription in subscriptions {
      guard self.subscriptions.contains(subscription), self.subscriptions[subscription].kind == .video,
        tracks.contains(self.subscriptions[subscription].track)
      else { continue }
      let ladder = qualityLadder(of: subscription, at: now)
      guard ladder.count > 0 else {
        self.subscriptions[subscription].history.pause()
        continue
      }
      var demand = TrackDemand(ladder, standing(of: subscription, speaker: speaker))
      demand.area = area(of: self.subscriptions[subscription].wish)
      demand.history = self.subscriptions[subscription].history
      demands.append(demand)
      demanding.append(subscription)
    }
  }

  /// Takes over what is granted where so many bits are left beside the other pictures.
  ///
  /// A picture of which not even the fewest frames fit is paused at once: it would only fill the way of what is to follow.
  private mutating func apply(
    _ grant: LayerGrant, of bitsPerSecond: Int, to subscription: Subscription.Handle, at now: Instant
  ) {
    guard subscriptions[subscription].setGrant(grant) else { return }
    var wanted = selectLayer(for: subscription)
    if isDescending(subscription), leastRate(of: subscriptions[subscription].current) > Double(bitsPerSecond) {
      subscriptions[subscription].giveWay()
      wanted = selectLayer(for: subscription)
    }
    if let wanted { wishes.append(wanted) }
    guard isDescending(subscription) else { return }
    let patience = tracks[subscriptions[subscription].track].roundTripTime * 2 + Self.keyframeTime
    descents.append(Descent(subscription: subscription, deadline: now + patience))
  }

  // MARK: Demands

  private func standing(of subscription: Subscription.Handle, speaker: Participant.Handle) -> TrackDemand.Standing {
    let track = subscriptions[subscription].track
    switch subscriptions[subscription].wish.priority {
    case .background: return .background
    case .normal where tracks[track].source == .screen, .pinned where tracks[track].source == .screen: return .screen
    case .pinned: return .pinned
    case .normal: return speaker != .none && tracks[track].owner == speaker ? .speaker : .tile
    }
  }

  /// The most where the view does not say.
  private func area(of wish: LayerWish) -> Int {
    guard wish.width != nil || wish.height != nil else { return .max }
    let (width, height) = (Int(wish.width ?? wish.height ?? 1), Int(wish.height ?? wish.width ?? 1))
    return width * height
  }

  /// The steps of what a subscriber wishes and the publisher sends; none of what is paused or cannot be sent.
  package func qualityLadder(of subscription: Subscription.Handle, at now: Instant) -> QualityLadder {
    let (track, wish) = (subscriptions[subscription].track, subscriptions[subscription].wish)
    var steps = QualityLadder(
      preferring: tracks[track].source == .screen ? .sharpness : .motion, temporalBound: wish.temporalLayer)
    guard !wish.isPaused, tracks[track].isAllowed, isDecodable(subscription) else { return steps }
    let ladder = ladder(of: track)
    switch ladder.count {
    case 0: return steps
    case 1 where tracks[track].rids.count < 2: appendSpatialLayers(to: &steps, of: tracks[track].streams[0], wish)
    default: appendEncodings(to: &steps, ladder, of: track, wish, at: now)
    }
    return steps
  }

  private func appendEncodings(
    to steps: inout QualityLadder, _ ladder: LayerLadder, of track: PublishedTrack.Handle, _ wish: LayerWish,
    at now: Instant
  ) {
    let bound = ladder.bound(wish)
    var highest: Int?
    for rank in 0..<ladder.count where rank <= bound || highest == nil {
      let stream = tracks[track].streams[ladder.index(atRank: rank)]
      guard isAvailable(stream, atRank: rank, at: now) else { continue }
      highest = rank
      steps.append(
        QualityLadder.Layer(
          rank: UInt8(rank), bitsPerSecond: expectedRate(of: stream, atRank: rank),
          temporalShares: streams[stream].reader.temporalShares, lineCount: streams[stream].reader.size(of: 0)?.height))
    }
    let isUncovered = bound == ladder.count - 1 && tracks[track].rids.count > ladder.count && !ladder.covers(wish)
    let isMissing = isUncovered && !tracks[track].demand.accounts(for: ladder.count, at: now)
    if isMissing || highest ?? 0 < bound {
      steps.bound = .publisher
    } else {
      steps.bound = bound < ladder.count - 1 ? .view : .nothing
    }
  }

  private func appendSpatialLayers(to steps: inout QualityLadder, of stream: PublishedStream.Handle, _ wish: LayerWish)
  {
    let highest = Int(streams[stream].reader.highestSpatialID)
    let isScreen = tracks[streams[stream].track].source == .screen
    var ladder = LayerLadder()
    for spatialID in 0...highest {
      ladder.append(LayerLadder.Layer(size: streams[stream].reader.size(of: spatialID), place: spatialID))
    }
    let bound = ladder.bound(wish)
    var bits = 0
    for spatialID in 0...bound {
      let size = streams[stream].reader.size(of: spatialID)
      bits += streams[stream].reader.sustainedRate(of: spatialID).expected(size, rank: spatialID, isScreen: isScreen)
      steps.append(
        QualityLadder.Layer(
          rank: UInt8(spatialID), bitsPerSecond: bits, temporalShares: streams[stream].reader.temporalShares,
          lineCount: size?.height))
    }
    steps.bound = bound < highest ? .view : .nothing
  }

  /// Whether a stream is sent, or would be if it were needed.
  private func isAvailable(_ stream: PublishedStream.Handle, atRank rank: Int, at now: Instant) -> Bool {
    isActive(stream) || tracks[streams[stream].track].demand.accounts(for: rank, at: now)
  }

  private func expectedRate(of stream: PublishedStream.Handle, atRank rank: Int) -> Int {
    streams[stream].activity.sustained.expected(
      streams[stream].reader.size(of: 0), rank: rank, isScreen: tracks[streams[stream].track].source == .screen)
  }

  // MARK: Switching down

  /// Whether more is sent than is granted, until a keyframe of a smaller picture comes.
  func isDescending(_ subscription: Subscription.Handle) -> Bool {
    guard subscriptions.contains(subscription), tracks.contains(subscriptions[subscription].track) else { return false }
    let (current, target) = (subscriptions[subscription].current, subscriptions[subscription].target)
    guard subscriptions[subscription].grant != .everything, current != target, streams.contains(current),
      streams.contains(target)
    else { return false }
    let ladder = ladder(of: subscriptions[subscription].track)
    let encodings = tracks[subscriptions[subscription].track].streams
    guard let from = encodings.firstIndex(of: current).flatMap({ ladder.rank(ofIndex: $0) }),
      let to = encodings.firstIndex(of: target).flatMap({ ladder.rank(ofIndex: $0) })
    else { return false }
    return from > to
  }

  /// What a stream takes in as few frames as it has.
  private func leastRate(of stream: PublishedStream.Handle) -> Double {
    Double(streams[stream].activity.bitsPerSecond) * streams[stream].reader.temporalShares.share(upTo: 0)
  }

  /// When the first descent has to be over.
  var nextDescent: Instant? { descents.reduce(nil) { min($0 ?? .distantFuture, $1.deadline) } }

  /// A picture of which no keyframe of a smaller one has come in time is paused rather than sent beyond what the network carries.
  /// What takes no more than that, as a screen at rest, goes on.
  package mutating func endDescents(at now: Instant) {
    for descent in descents where descent.deadline <= now && isDescending(descent.subscription) {
      let (current, target) = (subscriptions[descent.subscription].current, subscriptions[descent.subscription].target)
      var granted = Double(expectedRate(of: target, atRank: 0))
      if case .layers(_, let temporal) = subscriptions[descent.subscription].grant {
        granted *= streams[target].reader.temporalShares.share(upTo: Int(temporal))
      }
      if leastRate(of: current) > granted { subscriptions[descent.subscription].giveWay() }
    }
    descents.removeAll { $0.deadline <= now }
  }
}
