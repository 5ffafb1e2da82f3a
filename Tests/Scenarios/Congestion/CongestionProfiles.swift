import RTP
import WebRTC

extension CongestionProfile {
  /// Every profile, in the order of the table in `docs/performance.md`.
  static let all: [CongestionProfile] =
    steadyLinks + changes + lossyLinks + badPaths + shared
    + [wantingLittle, badPublisher, encoder, shallowEncoder, shallowDrop, limitedDrop]

  private static func steady(_ name: String, _ rate: Int, queueByteCount: Int, _ bounds: Bounds) -> CongestionProfile {
    CongestionProfile(
      name: "steady-\(name)", title: "steady \(name)",
      phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: rate, queueByteCount: queueByteCount))],
      video: .ladder(gallery), bounds: bounds)
  }

  static let steadyLinks = [
    steady(
      "300k", 300_000, queueByteCount: 15_000,
      Bounds(utilization: 0.8...1.1, queueing: 5...40, variation: 0...0.15, carried: 0.55...0.8)),
    steady(
      "500k", 500_000, queueByteCount: 25_000,
      Bounds(utilization: 0.8...1.1, queueing: 5...40, variation: 0...0.15, carried: 0.6...0.8)),
    steady(
      "1M", 1_000_000, queueByteCount: 40_000,
      Bounds(utilization: 0.85...1.1, queueing: 5...40, variation: 0...0.1, carried: 0.45...0.7)),
    steady(
      "3M", 3_000_000, queueByteCount: 100_000,
      Bounds(utilization: 0.9...1.1, queueing: 10...45, variation: 0...0.05, carried: 0.75...0.95)),
    steady(
      "10M", 10_000_000, queueByteCount: 250_000,
      Bounds(utilization: 0.9...1.1, queueing: 8...40, variation: 0...0.05, carried: 0.7...0.9)),
  ]

  static let changes = [
    CongestionProfile(
      name: "drop-and-rise", title: "3M → 300k → 3M", duration: .seconds(90),
      phases: [
        Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000)),
        Phase(begin: .seconds(30), conditions: LinkConditions(bitsPerSecond: 300_000, queueByteCount: 30_000)),
        Phase(begin: .seconds(60), conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000)),
      ],
      events: [
        Event(name: "start", seconds: 0, within: 10), Event(name: "drop", seconds: 30, within: 3),
        Event(name: "rise", seconds: 60, within: 15),
      ], steady: [15...30, 35...60, 75...90],
      bounds: Bounds(
        utilization: 0.85...1.1, queueing: 10...45, variation: 0...0.1, drops: 0.001...0.015, backlog: 0.3...2,
        carried: 0.7...0.95)),
    CongestionProfile(
      name: "ten-and-less", title: "10M → 800k → 10M, 5M wanted", duration: .seconds(75),
      phases: [
        Phase(
          begin: .zero,
          conditions: LinkConditions(
            bitsPerSecond: 10_000_000, queueByteCount: 200_000, delay: .milliseconds(10), jitter: .milliseconds(2))),
        Phase(
          begin: .seconds(20),
          conditions: LinkConditions(
            bitsPerSecond: 800_000, queueByteCount: 50_000, delay: .milliseconds(10), jitter: .milliseconds(20))),
        Phase(
          begin: .seconds(35),
          conditions: LinkConditions(
            bitsPerSecond: 10_000_000, queueByteCount: 200_000, delay: .milliseconds(10), jitter: .milliseconds(2))),
      ], video: .ladder(gallery), wants: [(begin: .zero, bitsPerSecond: 5_000_000)],
      events: [
        Event(name: "start", seconds: 0, within: 10), Event(name: "drop", seconds: 20, within: 3),
        Event(name: "rise", seconds: 35, within: 15),
      ], steady: [10...20, 25...35, 50...75],
      bounds: Bounds(
        utilization: 0.85...1.1, queueing: 3...30, variation: 0...0.15, drops: 0.001...0.015, carried: 0.3...0.55)),
  ]

  static let shallowDrop = CongestionProfile(
    name: "drop-shallow", title: "1.7M → 300k with a queue of 200 ms, a sender that fills what it is given",
    duration: .seconds(40),
    phases: [
      Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 75_000)),
      Phase(begin: .seconds(20), conditions: LinkConditions(bitsPerSecond: 300_000, queueByteCount: 7_500)),
    ], video: .elastic(upTo: 1_700_000),
    events: [Event(name: "start", seconds: 0, within: 10), Event(name: "drop", seconds: 20, within: 1)],
    steady: [10...20, 25...40],
    bounds: Bounds(
      utilization: 0.8...1.15, queueing: 5...100, variation: 0...0.2, drops: 0.001...0.1, carried: 0.4...1))

  /// The estimate is far above what is sent when the link falls, and what gets through is soon that of the fallen link.
  static let limitedDrop = CongestionProfile(
    name: "drop-limited", title: "3M → 300k with a queue of 200 ms, 700k sent",
    duration: .seconds(40),
    phases: [
      Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 75_000)),
      Phase(begin: .seconds(20), conditions: LinkConditions(bitsPerSecond: 300_000, queueByteCount: 7_500)),
    ], video: .elastic(upTo: 700_000),
    wants: [(begin: .zero, bitsPerSecond: 1_700_000)],
    events: [Event(name: "start", seconds: 0, within: 10), Event(name: "drop", seconds: 20, within: 1)],
    steady: [25...40],
    bounds: Bounds(
      utilization: 0.8...1.15, queueing: 5...130, variation: 0...0.2, drops: 0.001...0.1, carried: 0.4...1))

  /// So much loss leaves the estimate unsteady, and with it the time that it takes: those have more than ten seconds.
  private static func lossy(
    _ name: String, _ title: String, _ loss: LossProcess, share: Double = 1, settling: Double = 10, _ bounds: Bounds
  ) -> CongestionProfile {
    CongestionProfile(
      name: "loss-\(name)", title: title,
      phases: [
        Phase(
          begin: .zero,
          conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000, loss: loss))
      ], share: share, events: [Event(name: "start", seconds: 0, within: settling)], bounds: bounds)
  }

  static let lossyLinks = [
    lossy(
      "5", "3M, 5 % lost at random", .random(0.05),
      Bounds(utilization: 0.8...1.15, queueing: 10...60, variation: 0...0.15, carried: 0.55...0.95)),
    lossy(
      "10", "3M, 10 % lost at random", .random(0.1),
      Bounds(utilization: 0.7...1.1, queueing: 10...100, variation: 0...0.3, carried: 0.5...0.9)),
    lossy(
      "20", "3M, 20 % lost at random: a third is borne", .random(0.2), share: 1.0 / 3, settling: 45,
      Bounds(utilization: 0.6...1.1, queueing: 2...40, variation: 0...0.45, carried: 0.1...0.3)),
    lossy(
      "30", "3M, 30 % lost at random: a fifth is borne", .random(0.3), share: 0.2, settling: 25,
      Bounds(utilization: 0.5...1.1, queueing: 1...30, variation: 0...0.55, carried: 0.05...0.15)),
    lossy(
      "bursty-5", "3M, 5 % lost in bursts of 4", .bursty(share: 0.05, length: 4),
      Bounds(utilization: 0.85...1.15, queueing: 10...80, variation: 0...0.15, carried: 0.7...0.95)),
    lossy(
      "bursty-10", "3M, 10 % lost in bursts of 8", .bursty(share: 0.1, length: 8), settling: 40,
      Bounds(utilization: 0.6...1, queueing: 10...110, variation: 0...0.5, carried: 0.4...0.75)),
    CongestionProfile(
      name: "shallow", title: "1M with a queue of 48 ms",
      phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 1_000_000, queueByteCount: 6_000))],
      bounds: Bounds(
        utilization: 0.75...1.1, queueing: 5...40, variation: 0...0.2, drops: 0...0.01, carried: 0.45...0.7)),
  ]

  static let shallowEncoder = CongestionProfile(
    name: "shallow-encoder", title: "1M with a queue of 48 ms, a sender that fills what it is given",
    phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 1_000_000, queueByteCount: 6_000))],
    video: .elastic(upTo: 2_500_000),
    bounds: Bounds(
      utilization: 0.9...1.15, queueing: 20...48, variation: 0...0.15, drops: 0.01...0.1, excess: 0...12,
      carried: 0.85...1))

  static let badPaths = [
    CongestionProfile(
      name: "jitter", title: "3M, jitter of 200 ms",
      phases: [
        Phase(
          begin: .zero,
          conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000, jitter: .milliseconds(200)))
      ],
      // What such jitter does to a few packets says little of the link; the estimate comes right as soon as it is used.
      events: [Event(name: "start", seconds: 0, within: 40)],
      bounds: Bounds(
        utilization: 0.55...1.2, queueing: 5...60, variation: 0...0.55, excess: 0...60, carried: 0.35...0.95)),
    CongestionProfile(
      name: "satellite", title: "3M, round trip of 600 ms",
      phases: [
        Phase(
          begin: .zero,
          conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 250_000, delay: .milliseconds(300)))
      ], bounds: Bounds(utilization: 0.85...1.1, queueing: 10...60, variation: 0...0.1, carried: 0.75...0.95)),
    CongestionProfile(
      name: "hand-over", title: "Wi-Fi hand-over: 1.5 s of nothing, then a burst",
      phases: [
        Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000)),
        Phase(begin: .seconds(30), conditions: LinkConditions(bitsPerSecond: 0, queueByteCount: 100_000)),
        Phase(
          begin: .milliseconds(31_500), conditions: LinkConditions(bitsPerSecond: 50_000_000, queueByteCount: 100_000)),
        Phase(
          begin: .milliseconds(31_600), conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000)),
      ],
      events: [Event(name: "start", seconds: 0, within: 10), Event(name: "return", seconds: 31.6, within: 15)],
      steady: [15...30, 45...60],
      bounds: Bounds(
        utilization: 0.85...1.1, queueing: 10...60, variation: 0...0.1, drops: 0.005...0.03, carried: 0.75...0.95)),
  ]

  static let shared = [
    CongestionProfile(
      name: "two-subscribers", title: "two subscribers behind 3M, the second 10 s later", duration: .seconds(120),
      phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000))],
      subscriberCount: 2, stagger: .seconds(10), share: 0.5, events: [],
      steady: [60...120],
      bounds: Bounds(
        utilization: 0.75...1.15, queueing: 5...120, variation: 0...0.45, drops: 0.001...0.02, carried: 0.5...0.9)),
    CongestionProfile(
      name: "two-encoders", title: "the same, two senders that fill what they are given", duration: .seconds(120),
      phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000))],
      video: .elastic(upTo: 2_500_000), subscriberCount: 2, stagger: .seconds(10), share: 0.5, events: [],
      steady: [60...120],
      bounds: Bounds(
        utilization: 0.75...1.1, queueing: 20...180, variation: 0...0.4, drops: 0.001...0.02, carried: 0.8...1)),
    CongestionProfile(
      name: "cross-constant", title: "3M, of it 1.5M taken by others from 20 s to 40 s",
      phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000))],
      crossTraffic: [CrossTraffic(kind: .constant(1_500_000), begin: .seconds(20), end: .seconds(40))],
      share: 0.5, events: [],
      steady: [25...40],
      bounds: Bounds(
        utilization: 0.7...1.25, queueing: 3...270, variation: 0...0.3, drops: 0...0.02, carried: 0.25...0.6)),
    CongestionProfile(
      name: "cross-download", title: "3M, with a download (Reno) from 20 s to 60 s", duration: .seconds(80),
      phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 60_000))],
      crossTraffic: [CrossTraffic(kind: .download, begin: .seconds(20), end: .seconds(60))],
      share: 0.5, events: [],
      steady: [30...60],
      bounds: Bounds(
        utilization: 0.15...0.8, queueing: 60...160, variation: 0...1, drops: 0.0005...0.01, carried: 0.05...0.4)),
  ]

  static let wantingLittle = CongestionProfile(
    name: "wanting-little", title: "5M, 250k sent, 1.5M wanted from 20 s",
    phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 5_000_000, queueByteCount: 100_000))],
    video: .ladder([200_000, 1_450_000]),
    wants: [(begin: .zero, bitsPerSecond: 250_000), (begin: .seconds(20), bitsPerSecond: 1_500_000)],
    events: [Event(name: "start", seconds: 0, within: 10), Event(name: "more wanted", seconds: 20, within: 5)],
    steady: [5...20, 25...60],
    bounds: Bounds(utilization: 0.9...1.1, queueing: 2...30, variation: 0...0.1, carried: 0.15...0.35))

  static let badPublisher = CongestionProfile(
    name: "bad-publisher", title: "3M, the publisher's uplink loses 20 %",
    phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 3_000_000, queueByteCount: 100_000))],
    publisherLoss: 0.2,
    bounds: Bounds(utilization: 0.85...1.1, queueing: 8...45, variation: 0...0.02, carried: 0.55...0.8))

  static let encoder = CongestionProfile(
    name: "encoder", title: "1M, a sender that fills what it is given",
    phases: [Phase(begin: .zero, conditions: LinkConditions(bitsPerSecond: 1_000_000, queueByteCount: 40_000))],
    video: .elastic(upTo: 2_500_000),
    bounds: Bounds(utilization: 0.85...1.1, queueing: 20...160, variation: 0...0.15, carried: 0.85...1))
}
