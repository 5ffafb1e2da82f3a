import RTP
import TestSupport

/// What a subscriber is sent: one voice, and video in steps of a ladder or of any rate.
struct SimulatedSource {
  enum Video: Sendable {
    /// Layers, all in use summed up, in bits per second from low to high: what an SFU has to choose from.
    case ladder([Int])
    /// An encoder that fills whatever it is given, up to a limit.
    case elastic(upTo: Int)
  }

  /// What a packet is, before it has a number.
  struct Piece {
    var byteCount: Int
    var content: SimulatedPacket.Content
  }

  static let audioBitsPerSecond = 48_000
  private static let audioInterval = Duration.milliseconds(20)
  private static let frameInterval = Duration.nanoseconds(33_333_333)
  private static let packetByteCount = 1200
  /// A keyframe is so many times as large as a usual frame; the frames after it pay for it.
  private static let keyframeFactor = 4.0
  private static let repayment = 0.75
  /// A step up needs this much more than it takes.
  private static let hysteresis = 1.05

  let video: Video
  private var random: SeededGenerator
  private(set) var bitsPerSecond = 0
  /// How often a higher step was taken.
  private(set) var upwardSwitchCount = 0
  private var nextAudio = Instant.zero
  private var nextFrame: Instant
  private var needsKeyframe = true
  private var debt = 0.0

  init(_ video: Video, seed: UInt64) {
    self.video = video
    random = SeededGenerator(seed: seed)
    nextFrame = .zero + .milliseconds(Int.random(in: 0..<33, using: &random))
  }

  /// All that could be used.
  var wanted: Int {
    switch video {
    case .ladder(let steps): Self.audioBitsPerSecond + (steps.last ?? 0)
    case .elastic(let limit): Self.audioBitsPerSecond + limit
    }
  }

  /// Chooses what is wanted and fits the estimate; down at once, up with a little room.
  mutating func allocate(_ estimate: Int, wanted: Int) {
    let available = estimate - Self.audioBitsPerSecond
    let limit = wanted - Self.audioBitsPerSecond
    switch video {
    case .elastic:
      bitsPerSecond = min(max(available, 0), limit)
    case .ladder(let steps):
      let fitting = steps.last { $0 <= min(available, limit) } ?? 0
      let roomy = steps.last { $0 <= limit && Double($0) * Self.hysteresis <= Double(available) } ?? 0
      let new = fitting > bitsPerSecond ? max(roomy, bitsPerSecond) : fitting
      if new > bitsPerSecond {
        needsKeyframe = true
        upwardSwitchCount += 1
      }
      bitsPerSecond = new
    }
  }

  /// Hands over what is due: audio, and the packets of a frame.
  mutating func produce(at now: Instant, _ send: (Piece) -> Void) {
    while nextAudio <= now {
      nextAudio += Self.audioInterval
      send(Piece(byteCount: Self.audioBitsPerSecond / 8 / 50, content: .audio))
    }
    guard nextFrame <= now else { return }
    nextFrame += Self.frameInterval
    guard bitsPerSecond > 0 else { return }
    var rest = frameByteCount()
    while rest > 0 {
      let byteCount = min(rest, Self.packetByteCount)
      rest -= byteCount
      send(Piece(byteCount: max(byteCount, 60), content: .video(endsFrame: rest == 0)))
    }
  }

  private mutating func frameByteCount() -> Int {
    let usual = Double(bitsPerSecond) / 8 / 30
    if needsKeyframe {
      needsKeyframe = false
      debt += usual * (Self.keyframeFactor - 1)
      return Int(usual * Self.keyframeFactor)
    }
    let size = usual * Double.random(in: 0.8..<1.2, using: &random)
    let saved = min(debt, size * (1 - Self.repayment))
    debt -= saved
    return Int(size - saved)
  }
}
