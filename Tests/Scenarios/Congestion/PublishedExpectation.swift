import RTP
import Testing
import WebRTC

/// What another estimator's own simulation asks of it, asked of ours under the same conditions.
///
/// libwebrtc's scenarios (`goog_cc_network_control_unittest`) have an encoder that fills what it is given. str0m's plans
/// (`tests/bwe`) send a fixed rate while more is wanted, and have lower bounds only; the upper ones are ours.
struct PublishedExpectation: Sendable, CustomTestStringConvertible {
  enum Measure: Sendable {
    case estimate(atSecond: Int)
    /// The mean of what arrives over the whole run.
    case received
  }

  struct Check: Sendable {
    var measure: Measure
    /// What they ask for, in bits per second.
    var published: String
    /// What is asked here.
    var range: ClosedRange<Double>
  }

  var source: String
  var title: String
  var profile: CongestionProfile
  var checks: [Check]

  var testDescription: String { "\(source): \(title)" }

  /// What the measure comes to in a run.
  func value(of measure: Measure, in run: CongestionSimulation) -> Double {
    switch measure {
    case .estimate(let second): run.samples[0].last { $0.seconds <= Double(second) + 0.01 }?.estimate ?? 0
    case .received: run.samples[0].reduce(0) { $0 + $1.received } / Double(run.samples[0].count)
    }
  }
}

// MARK: - The list
extension PublishedExpectation {
  static let all = libwebrtc + str0m

  private static let libwebrtc = [
    PublishedExpectation(
      source: "libwebrtc", title: "500k, 800k from 25 s, 100k and 200 ms more from 45 s",
      profile: encoder(
        [
          (0, conditions(500_000, 60_000, delay: 100)), (25, conditions(800_000, 60_000, delay: 100)),
          (45, conditions(100_000, 60_000, delay: 200)),
        ], seconds: 95),
      checks: [
        Check(measure: .estimate(atSecond: 25), published: "450k ± 100k", range: 350_000...550_000),
        Check(measure: .estimate(atSecond: 45), published: "750k ± 150k", range: 600_000...900_000),
        Check(measure: .estimate(atSecond: 95), published: "90k ± 25k", range: 65_000...115_000),
      ]),
    PublishedExpectation(
      source: "libwebrtc", title: "2M, 10 % lost, round trip 400 ms",
      profile: encoder([(0, conditions(2_000_000, 100_000, delay: 200, loss: 0.1))], seconds: 120),
      checks: [Check(measure: .estimate(atSecond: 120), published: "> 100k", range: 500_000...2_200_000)]),
    PublishedExpectation(
      source: "libwebrtc", title: "1M, queue of 25 packets, a download for 2 s each 22 s",
      profile: withDownloads(
        encoder([(0, conditions(1_000_000, 25_000, delay: 100))], seconds: 98),
        (0..<4).map { .seconds(10 + $0 * 22) ..< .seconds(12 + $0 * 22) }),
      checks: [Check(measure: .received, published: "> 750k", range: 750_000...1_000_000)]),
    PublishedExpectation(
      source: "libwebrtc", title: "1M beside a download for 10 s",
      profile: withDownloads(
        encoder([(0, conditions(1_000_000, 100_000, delay: 50))], seconds: 10), [.zero ..< .seconds(10)]),
      checks: [Check(measure: .estimate(atSecond: 10), published: "leaves it a share", range: 50_000...750_000)]),
    PublishedExpectation(
      source: "libwebrtc", title: "2M, the video stops after 4 s",
      profile: stopping(encoder([(0, conditions(2_000_000, 100_000, delay: 100))], seconds: 8)),
      checks: [Check(measure: .estimate(atSecond: 8), published: "> 1M", range: 1_000_000...2_300_000)]),
  ]

  private static let str0m = [
    PublishedExpectation(
      source: "str0m", title: "5M, 10 % lost, 2M sent",
      profile: sender([(0, conditions(5_000_000, 100_000, delay: 20, jitter: 5, loss: 0.1))], seconds: 8),
      checks: [Check(measure: .estimate(atSecond: 8), published: "≥ 1M", range: 1_000_000...5_500_000)]),
    PublishedExpectation(
      source: "str0m", title: "5M, 15 % lost from 5 s to 10 s, 2M sent",
      profile: sender(
        [(0, conditions(5_000_000, 150_000, delay: 10)), (5, conditions(5_000_000, 150_000, delay: 10, loss: 0.15))],
        seconds: 10),
      checks: [
        Check(measure: .estimate(atSecond: 5), published: "≥ 2M", range: 2_000_000...5_500_000),
        Check(measure: .estimate(atSecond: 10), published: "≥ 1M", range: 1_000_000...5_500_000),
      ]),
    PublishedExpectation(
      source: "str0m", title: "3M, 130 ms more from 5 s to 7 s, 2M sent",
      profile: sender(
        [
          (0, conditions(3_000_000, 100_000, delay: 20)), (5, conditions(3_000_000, 100_000, delay: 150)),
          (7, conditions(3_000_000, 100_000, delay: 20)),
        ], seconds: 22),
      checks: [
        Check(measure: .estimate(atSecond: 5), published: "≥ 2M", range: 2_000_000...3_300_000),
        Check(measure: .estimate(atSecond: 22), published: "≥ 2M", range: 2_000_000...3_300_000),
      ]),
    PublishedExpectation(
      source: "str0m", title: "10M, 800k from 20 s to 35 s, 5M wanted",
      profile: sender(
        [
          (0, conditions(10_000_000, 200_000, delay: 10, jitter: 2)),
          (20, conditions(800_000, 50_000, delay: 10, jitter: 20)),
          (35, conditions(10_000_000, 200_000, delay: 10, jitter: 2)),
        ], seconds: 75),
      checks: [
        Check(measure: .estimate(atSecond: 20), published: "≥ 5M", range: 5_000_000...11_000_000),
        Check(measure: .estimate(atSecond: 25), published: "≥ 500k", range: 500_000...960_000),
        Check(measure: .estimate(atSecond: 35), published: "≥ 400k", range: 400_000...960_000),
        Check(measure: .estimate(atSecond: 75), published: "≥ 3M", range: 3_000_000...11_000_000),
      ]),
  ]

  private static func conditions(
    _ rate: Int, _ queueByteCount: Int, delay: Int, jitter: Int = 0, loss: Double = 0
  ) -> LinkConditions {
    LinkConditions(
      bitsPerSecond: rate, queueByteCount: queueByteCount, delay: .milliseconds(delay), jitter: .milliseconds(jitter),
      loss: loss > 0 ? .random(loss) : .none)
  }

  /// One that fills what it is given.
  private static func encoder(_ phases: [(Int, LinkConditions)], seconds: Int) -> CongestionProfile {
    profile(.elastic(upTo: 2_500_000), phases, seconds)
  }

  /// One with layers of at most 2M, while 5M are wanted.
  private static func sender(_ phases: [(Int, LinkConditions)], seconds: Int) -> CongestionProfile {
    var profile = profile(.ladder([250_000, 750_000, 2_000_000]), phases, seconds)
    profile.wants = [(begin: .zero, bitsPerSecond: 5_000_000)]
    return profile
  }

  private static func withDownloads(_ profile: CongestionProfile, _ times: [Range<Duration>]) -> CongestionProfile {
    var profile = profile
    profile.crossTraffic = times.map { CrossTraffic(kind: .download, begin: $0.lowerBound, end: $0.upperBound) }
    return profile
  }

  private static func stopping(_ profile: CongestionProfile) -> CongestionProfile {
    var profile = profile
    profile.wants = [(begin: .zero, bitsPerSecond: 2_500_000), (begin: .seconds(4), bitsPerSecond: 50_000)]
    return profile
  }

  private static func profile(
    _ video: SimulatedSource.Video, _ phases: [(Int, LinkConditions)], _ seconds: Int
  ) -> CongestionProfile {
    CongestionProfile(
      name: "published", title: "", duration: .seconds(seconds),
      phases: phases.map { CongestionProfile.Phase(begin: .seconds($0.0), conditions: $0.1) }, video: video,
      bounds: .init(utilization: 0...1, queueing: 0...1, variation: 0...1, carried: 0...1))
  }
}
