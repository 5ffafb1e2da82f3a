import RTP
import TestSupport
import WebRTC

/// Runs a profile in virtual time and keeps what is to be judged and drawn.
final class CongestionSimulation {
  /// What one subscriber's link was like over a tenth of a second.
  struct Sample {
    var seconds: Double
    var estimate: Double
    /// What was sent, and what arrived.
    var sent: Double
    var received: Double
    var capacity: Double
    /// The longest that a packet of ours waited, in milliseconds.
    var queueing: Double
    var cause: CongestionEstimate.Cause
  }

  static let sampleInterval = Duration.milliseconds(100)

  let profile: CongestionProfile
  private let link: SimulatedLink
  private(set) var subscribers: [SimulatedSubscriber] = []
  private var crossTraffic: [CrossTrafficSender] = []
  private var random: SeededGenerator
  /// By subscriber.
  private(set) var samples: [[Sample]]
  /// How long every packet of ours waited in the queue, in milliseconds, with the time.
  private(set) var waits: [(seconds: Double, milliseconds: Double)] = []
  private var longestWait: [Double]
  private var receivedBefore: [Int]
  private var sentBefore: [Int]

  init(_ profile: CongestionProfile) {
    self.profile = profile
    link = SimulatedLink(profile.phases[0].conditions, seed: profile.seed)
    random = SeededGenerator(seed: profile.seed &+ 1)
    samples = Array(repeating: [], count: profile.subscriberCount)
    longestWait = Array(repeating: 0, count: profile.subscriberCount)
    receivedBefore = Array(repeating: 0, count: profile.subscriberCount)
    sentBefore = Array(repeating: 0, count: profile.subscriberCount)
    for flow in 0..<profile.subscriberCount {
      subscribers.append(
        SimulatedSubscriber(
          flow: flow, source: SimulatedSource(profile.video, seed: profile.seed &+ 10 &+ UInt64(flow)),
          configuration: profile.configuration))
    }
    for (index, traffic) in profile.crossTraffic.enumerated() {
      crossTraffic.append(CrossTrafficSender(traffic, flow: profile.subscriberCount + index))
    }
  }

  /// The share of the subscribers' packets that a full queue dropped, and that the link lost by itself.
  var dropShare: Double { share(of: link.dropped) }
  var lossShare: Double { share(of: link.lost) }

  /// A run of the whole profile.
  static func finished(_ profile: CongestionProfile) -> CongestionSimulation {
    let simulation = CongestionSimulation(profile)
    simulation.run()
    return simulation
  }

  private func run() {
    var now = Instant.zero
    var nextSample = now + Self.sampleInterval
    while now < .zero + profile.duration {
      applyPhase(at: now)
      deliver(at: now)
      for subscriber in subscribers { step(subscriber, at: now) }
      for sender in crossTraffic { sender.send(over: link, at: now) }
      link.advance(from: now)
      now += SimulatedLink.tick
      guard now >= nextSample else { continue }
      sample(at: now)
      nextSample += Self.sampleInterval
    }
  }

  private func step(_ subscriber: SimulatedSubscriber, at now: Instant) {
    let begin = Instant.zero + profile.stagger * subscriber.flow
    guard now >= begin else { return }
    let wanted = profile.wanted(at: Double(now.nanoseconds) / 1e9)
    if subscriber.wanted != wanted { subscriber.want(wanted, at: now) }
    subscriber.send(over: link, at: now) {
      profile.publisherLoss > 0 && Double.random(in: 0..<1, using: &random) < profile.publisherLoss
    }
    subscriber.report(returnDelay: link.conditions.delay, at: now)
  }

  private func applyPhase(at now: Instant) {
    guard let phase = profile.phases.last(where: { .zero + $0.begin <= now }), .zero + phase.begin == now else {
      return
    }
    link.conditions = phase.conditions
  }

  private func deliver(at now: Instant) {
    while let arrival = link.takeArrived(by: now) {
      let flow = arrival.packet.flow
      guard flow < subscribers.count else {
        crossTraffic[flow - subscribers.count].receive(
          arrival.packet.number, returnDelay: link.conditions.delay, at: now)
        continue
      }
      let wait = Double(arrival.queueing.nanoseconds) / 1e6
      waits.append((Double(now.nanoseconds) / 1e9, wait))
      longestWait[flow] = max(longestWait[flow], wait)
      subscribers[flow].receive(arrival, returnDelay: link.conditions.delay, at: now)
    }
  }

  private func sample(at now: Instant) {
    for subscriber in subscribers {
      let flow = subscriber.flow
      let received = subscriber.receivedByteCount - receivedBefore[flow]
      let sent = subscriber.sentByteCount - sentBefore[flow]
      (receivedBefore[flow], sentBefore[flow]) = (subscriber.receivedByteCount, subscriber.sentByteCount)
      let estimate = subscriber.estimate
      samples[flow].append(
        Sample(
          seconds: Double(now.nanoseconds) / 1e9, estimate: Double(estimate.bitsPerSecond),
          sent: Double(sent) * 80, received: Double(received) * 80, capacity: Double(link.conditions.bitsPerSecond),
          queueing: longestWait[flow], cause: estimate.cause))
      longestWait[flow] = 0
    }
  }

  private func share(of counts: [Int: Int]) -> Double {
    let ours = 0..<profile.subscriberCount
    let total = ours.reduce(0) { $0 + (link.offered[$1] ?? 0) }
    return Double(ours.reduce(0) { $0 + (counts[$1] ?? 0) }) / Double(max(total, 1))
  }
}
