package import RTP

/// How much one stream of a track brings, and when it brought something last.
package struct LayerActivity: Equatable {
  /// The frames of all layers of a track.
  package struct Frames: Equatable, Sendable {
    fileprivate var count = 0
    fileprivate var newestAt: Instant?

    package init() {}
  }

  /// A layer of this much more than another is the better picture, where nothing else tells them apart.
  static let advantage = 1.25
  /// Frames that each of the other layers had since the last of this one: it is switched off, and not only the picture at rest.
  private static let missedFrames = 3
  private static let patience = Duration.seconds(1)

  private var byteCount = 0
  /// Of the last whole second; zero for a layer that is off.
  package private(set) var bitsPerSecond = 0
  /// What it takes while it is sent.
  package private(set) var sustained = SustainedRate()
  private var newestTimestamp = Int64.min
  private var newestFrameAt: Instant?
  /// The mean time between frames, smoothed.
  private var frameInterval = Duration.zero
  /// The frames of all layers of the track up to this one's last.
  private var trackFrameCount = 0

  package init() {}

  /// Takes note of a packet; `frames` are those of the track.
  package mutating func receive(byteCount: Int, timestamp: Int64, _ frames: inout Frames, at now: Instant) {
    self.byteCount += byteCount
    sustained.receive(byteCount: byteCount)
    guard timestamp > newestTimestamp else { return }
    newestTimestamp = timestamp
    frames.count += 1
    frames.newestAt = now
    trackFrameCount = frames.count
    defer { newestFrameAt = now }
    guard let newestFrameAt else { return }
    let interval = now - newestFrameAt
    frameInterval = frameInterval == .zero ? interval : frameInterval * 7 / 8 + interval / 8
  }

  /// Ends a period of counting.
  package mutating func close(after period: Duration) {
    let nanoseconds = max(1, period.nanoseconds)
    bitsPerSecond = Int(Double(byteCount * 8) * 1e9 / Double(nanoseconds))
    byteCount = 0
    sustained.close(after: nanoseconds)
  }

  /// Whether the publisher sends the layer: it is as recent as the others. A picture at rest has few frames in all layers.
  package func isActive(among layerCount: Int, _ frames: Frames) -> Bool {
    guard let newestFrameAt, let newest = frames.newestAt else { return false }
    let isMissed = frames.count - trackFrameCount >= Self.missedFrames * (layerCount - 1)
    return layerCount == 1 || !isMissed || newest - newestFrameAt <= max(Self.patience, frameInterval * 3)
  }
}
