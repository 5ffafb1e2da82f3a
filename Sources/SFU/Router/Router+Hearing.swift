import RTP

// MARK: - Microphones of a room of many, of which some are heard
extension Router {
  /// So many packets of a microphone that is not heard are kept, and are sent first when it is: 400 ms at the usual 20. It takes 80
  /// to notice speech, and up to 300 until the loudest are looked for anew. A receiver takes them in at once, and plays a little
  /// faster until it has caught up.
  static let preRollLimit: Int64 = 20
  private static let preRollTime = Duration.milliseconds(400)
  /// So many packets in a row may be missing in between.
  private static let gapLimit: Int64 = 2

  /// From now on a microphone is sent to all who are subscribed.
  mutating func hear(_ track: PublishedTrack.Handle) {
    tracks[track].isHeard = true
  }

  /// A microphone is too quiet to be heard among the others; who has selected it goes on hearing it.
  mutating func mute(_ track: PublishedTrack.Handle) {
    tracks[track].isHeard = false
    for index in 0..<tracks[track].subscriptions.count {
      let subscription = tracks[track].subscriptions[index]
      if !subscriptions[subscription].isSelected { subscriptions[subscription].rest() }
    }
  }

  /// Puts into `pending` what a subscription was not sent of a microphone before it was heard.
  mutating func catchUp(
    _ subscription: Subscription.Handle, in slab: borrowing PacketSlab, at now: Instant, _ drops: inout DropCounts
  ) {
    let stream = subscriptions[subscription].target
    guard subscriptions[subscription].current == .none, streams.contains(stream),
      let numbers = preRoll(of: stream, at: now)
    else { return }
    replay(numbers, of: stream, to: subscription, in: slab, at: now, &drops)
  }

  /// The latest packets that were kept, without what is too old or stands apart.
  private func preRoll(of stream: PublishedStream.Handle, at now: Instant) -> ClosedRange<Int64>? {
    guard let newest = streams[stream].newest?.sequence else { return nil }
    var first: Int64?
    for number in stride(from: newest, to: newest - Self.preRollLimit, by: -1) {
      guard let kept = streams[stream].cache.find(number) else {
        if (first ?? newest) - number > Self.gapLimit { break }
        continue
      }
      guard kept.arrival + Self.preRollTime >= now else { break }
      first = number
    }
    return first.map { $0...newest }
  }
}
