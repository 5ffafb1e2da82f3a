import Testing
import WebRTC

/// A network over time, what is sent through it, and what the estimate has to be worth there.
struct CongestionProfile: Sendable, CustomTestStringConvertible {
  /// What the link is like from `begin` on.
  struct Phase: Sendable {
    var begin: Duration
    var conditions: LinkConditions
  }

  /// A moment after which the estimate has to come near the target within a time.
  struct Event: Sendable {
    var name: String
    var seconds: Double
    var within: Double
  }

  /// What the figures have to lie between.
  struct Bounds: Sendable {
    /// The mean of estimate by target in the steady windows.
    var utilization: ClosedRange<Double>
    /// Nineteen of twenty packets wait no longer, in milliseconds, in the steady windows.
    var queueing: ClosedRange<Double>
    /// The standard deviation of the estimate by its mean in the steady windows.
    var variation: ClosedRange<Double>
    /// The share of packets that the queue drops, over all the time.
    var drops: ClosedRange<Double> = 0...0.005
    /// The longest that the estimate stays more than a tenth above the capacity, in seconds.
    var excess: ClosedRange<Double> = 0...2
    /// The longest that packets wait more than 300 ms, in seconds.
    var backlog: ClosedRange<Double> = 0...2
    /// The rate that arrives by the capacity, of all subscribers together, in the steady windows.
    var carried: ClosedRange<Double>
  }

  var name: String
  var title: String
  var seed: UInt64 = 1
  var duration = Duration.seconds(60)
  var phases: [Phase]
  var video: SimulatedSource.Video = .ladder(CongestionProfile.meeting)
  /// What the view wants from when on, if not all of the video.
  var wants: [(begin: Duration, bitsPerSecond: Int)] = []
  var subscriberCount = 1
  /// How much later each further subscriber comes.
  var stagger = Duration.zero
  var crossTraffic: [CrossTraffic] = []
  /// The share of the packets that a publisher failed to deliver to us.
  var publisherLoss = 0.0
  var configuration = CongestionConfiguration()
  /// Which part of the capacity is to be used, where others take some of it or loss forbids to fill it.
  var share = 1.0
  var events = [Event(name: "start", seconds: 0, within: 10)]
  /// Where steadiness is measured, in seconds.
  var steady: [ClosedRange<Double>] = [15...60]
  var bounds: Bounds

  var testDescription: String { name }

  /// What the view wants at a time.
  func wanted(at seconds: Double) -> Int {
    wants.last { $0.begin <= .seconds(seconds) }?.bitsPerSecond ?? SimulatedSource(video, seed: 0).wanted
  }

  /// The rate that the estimate should have under these conditions: what fits, or what is wanted with its headroom.
  func target(capacity: Double, at seconds: Double) -> Double {
    min(capacity * share, Double(wanted(at: seconds)) * CongestionController.headroom)
  }

  /// The combined layers of a few cameras.
  static let meeting = [90_000, 150_000, 300_000, 500_000, 900_000, 1_500_000, 2_500_000]
  /// Of a page of many.
  static let gallery = meeting + [4_000_000, 6_000_000, 8_000_000]
}
