import RTP

/// How a participant's media does, judged once a second from what each direction brought. Trivial.
///
/// A rating falls when two seconds in a row say so and rises after five, so that a single burst of loss shows nothing and what is
/// shown can be read.
package struct QualityWatch {
  /// What has come from the participant, of all its streams together since they began.
  package struct Uplink {
    package var expectedCount: Int
    /// Lost on the way, whether it was repaired or not.
    package var missedCount: Int
    /// How long nothing has come of a microphone that is published; nil if it was never heard.
    package var silence: Duration?

    package init(expectedCount: Int, missedCount: Int, silence: Duration?) {
      (self.expectedCount, self.missedCount, self.silence) = (expectedCount, missedCount, silence)
    }
  }

  /// What is sent to it.
  package struct Downlink {
    /// What the network carries of what is wanted, 0 to 1.
    package var share: Double
    /// The share of what is sent that is lost.
    package var loss: Double
    /// Nothing is heard of what is sent.
    package var isSilent: Bool

    package init(share: Double, loss: Double, isSilent: Bool) {
      (self.share, self.loss, self.isSilent) = (share, loss, isSilent)
    }
  }

  /// A muted microphone still tells of its silence every 400 ms.
  private static let longestSilence = Duration.seconds(3)
  /// Opus hides this much, and repairs the rest of it.
  private static let noticeableLoss = 0.03
  private static let badLoss = 0.1
  /// Below these parts of what is wanted pictures are smaller than their tiles, or missing.
  private static let sufficientShare = 0.8
  private static let badShare = 0.35
  /// Losses of one second weigh as much as all before.
  private static let smoothing = 0.5
  /// What is left of a loss after a second that tells nothing.
  private static let fading = 0.8
  /// Fewer packets are no share.
  private static let leastPacketCount = 10

  private var publishing = SteadyRating()
  private var receiving = SteadyRating()
  private var counted: (expected: Int, missed: Int)?
  private var uplinkLoss = 0.0
  private var told = MediaServer.Quality()

  package init() {}

  /// Takes what a second brought; nil for a direction in which nothing goes. The quality, if that is news.
  package mutating func observe(_ uplink: Uplink?, _ downlink: Downlink?) -> MediaServer.Quality? {
    publishing.observe(uplink.map { judge($0) })
    receiving.observe(downlink.map(Self.judge))
    if uplink == nil { (counted, uplinkLoss) = (nil, 0) }
    let quality = MediaServer.Quality(publishing: publishing.rating, receiving: receiving.rating)
    guard quality != told else { return nil }
    told = quality
    return quality
  }

  private mutating func judge(_ uplink: Uplink) -> MediaServer.Quality.Rating {
    let before = counted ?? (uplink.expectedCount, uplink.missedCount)
    counted = (uplink.expectedCount, uplink.missedCount)
    // Streams that end take their counts with them.
    let expected = uplink.expectedCount - before.expected
    if expected >= Self.leastPacketCount {
      let loss = min(max(Double(uplink.missedCount - before.missed) / Double(expected), 0), 1)
      uplinkLoss += (loss - uplinkLoss) * Self.smoothing
    } else {
      uplinkLoss *= Self.fading  // who is muted is not for ever what the last second was
    }
    if let silence = uplink.silence, silence >= Self.longestSilence {
      return MediaServer.Quality.Rating(.lost, .nothingSent)
    }
    return Self.judge(loss: uplinkLoss)
  }

  private static func judge(_ downlink: Downlink) -> MediaServer.Quality.Rating {
    guard !downlink.isSilent else { return MediaServer.Quality.Rating(.lost, .loss) }
    let byLoss = judge(loss: downlink.loss)
    let byShare: MediaServer.Quality.Level =
      downlink.share >= sufficientShare ? .good : downlink.share >= badShare ? .fair : .poor
    return byShare < byLoss.level ? MediaServer.Quality.Rating(byShare, .bandwidth) : byLoss
  }

  private static func judge(loss: Double) -> MediaServer.Quality.Rating {
    guard loss >= noticeableLoss else { return MediaServer.Quality.Rating(.good) }
    return MediaServer.Quality.Rating(loss >= badLoss ? .poor : .fair, .loss)
  }
}

/// A rating that changes only when several observations agree.
private struct SteadyRating {
  private static let observationsToFall = 2
  private static let observationsToRise = 5

  private(set) var rating: MediaServer.Quality.Rating?
  private var fallCount = 0
  private var riseCount = 0

  mutating func observe(_ new: MediaServer.Quality.Rating?) {
    guard let new, let present = rating else { return take(new) }
    fallCount = new.level < present.level ? fallCount + 1 : 0
    riseCount = new.level > present.level ? riseCount + 1 : 0
    let isSteady = fallCount >= Self.observationsToFall || riseCount >= Self.observationsToRise
    if isSteady || new.level == present.level { take(new) }
  }

  private mutating func take(_ new: MediaServer.Quality.Rating?) {
    (rating, fallCount, riseCount) = (new, 0, 0)
  }
}
