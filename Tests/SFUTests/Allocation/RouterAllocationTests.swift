import CAllocationCounter
import RTP
import SFU
import TestSupport
import Testing
import WebRTC

/// What becomes of a share of the network: layers that change without a break, and none that the network does not carry.
@Suite struct RouterAllocationTests {
  /// Three encodings of three temporal layers: 13, 53 and 158 kbit/s, of which the lower two layers are a half.
  private static func publisher() -> SimulatedPublisher {
    var publisher = SimulatedPublisher(.vp8, network: .perfect, seed: 1)
    for (index, count) in [1, 4, 12].enumerated() {
      let size = PictureSize(width: 320 << index, height: 180 << index)
      publisher.encoders[index] = SimulatedEncoder(
        .vp8, encoding: index, size: size, packetsPerFrame: count...count, using: &publisher.generator)
      publisher.encoders[index].pattern = SimulatedEncoder.patternOfThree
    }
    return publisher
  }

  private static func sources(
    _ publisher: inout SimulatedPublisher
  ) throws -> [(encoding: Int, packet: SimulatedEncoder.Packet, output: RouterBench.Output)] {
    let outputs = publisher.bench.takeOutputs()
    var sources: [(Int, SimulatedEncoder.Packet, RouterBench.Output)] = []
    for output in outputs {
      let handle = PublishedStream.Handle(rawValue: output.packet.origin)
      let encoding = try #require(publisher.bench.streams.firstIndex(of: handle))
      sources.append((encoding, try #require(publisher.sent[encoding][output.packet.source]), output))
    }
    return sources
  }

  private static func expectNoGap(
    _ sources: [(encoding: Int, packet: SimulatedEncoder.Packet, output: RouterBench.Output)]
  ) {
    let numbers = sources.map { Int($0.output.packet.sequence.rawValue) }
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { ($1 - $0) & 0xffff <= 2 }, "nothing is missing")
  }

  @Test func withoutAnEstimateEverythingWishedIsAllowed() {
    var publisher = Self.publisher()
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(5))

    let wanted = publisher.bench.allocate(nil, among: [subscription], at: publisher.now)
    publisher.run(for: .seconds(1))

    #expect((140_000...180_000).contains(wanted), "\(wanted)")
    #expect(publisher.bench.router.progress(of: subscription).spatialLayer == 2)
  }

  @Test func lessShedsFramesAtOnceAndThePictureAtTheNextKeyframe() throws {
    var publisher = Self.publisher()
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(5))
    _ = publisher.bench.takeOutputs()

    _ = publisher.bench.allocate(46_000, among: [subscription], at: publisher.now)
    publisher.run(for: .seconds(2))

    let sources = try Self.sources(&publisher)
    let begin = try #require(sources.firstIndex { $0.encoding == 1 })
    #expect(sources[begin].packet.startsKeyframe)
    let meanwhile = sources[..<begin]
    let inBetween = meanwhile.drop { $0.packet.temporalID > 0 || $0.packet.capturedAt < publisher.now - .seconds(2) }
    #expect(inBetween.allSatisfy { $0.encoding == 2 && $0.packet.temporalID == 0 }, "in as few frames as there are")
    #expect(sources[begin...].allSatisfy { $0.encoding == 1 && $0.packet.temporalID <= 1 })
    #expect(sources[begin].output.at - (publisher.now - .seconds(2)) < .milliseconds(100), "asked for at once")
    Self.expectNoGap(sources)
  }

  @Test func aPictureThatDoesNotFitAtAllIsPausedAtOnce() throws {
    var publisher = Self.publisher()
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(5))
    _ = publisher.bench.takeOutputs()

    let start = publisher.now
    _ = publisher.bench.allocate(12_000, among: [subscription], at: start)
    publisher.run(for: .seconds(2))

    let later = try Self.sources(&publisher).filter { $0.output.at > start }
    let first = try #require(later.first)
    #expect(first.encoding == 0 && first.packet.startsKeyframe)
    #expect(first.output.at - start < .milliseconds(100), "asked for at once")
    #expect(later.allSatisfy { $0.encoding == 0 && $0.packet.temporalID <= 1 })
  }

  @Test func withoutAKeyframeInTimeThePictureIsPausedAndBeginsWithOne() throws {
    var publisher = Self.publisher()
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(5))

    publisher.answersRequests = false
    // Just room for the fewest frames of the largest, of which less is granted.
    let large = publisher.bench.streams[2]
    let bits = publisher.bench.router.streams[large].activity.bitsPerSecond / 4 + 1000
    _ = publisher.bench.allocate(bits, among: [subscription], at: publisher.now)
    publisher.run(for: .milliseconds(490))
    publisher.bench.router.endDescents(at: publisher.now)
    let before = publisher.bench.router.subscriptions[subscription].current
    publisher.run(for: .milliseconds(20))
    publisher.bench.router.endDescents(at: publisher.now)
    _ = publisher.bench.takeOutputs()
    publisher.run(for: .seconds(1))
    let meanwhile = publisher.bench.takeOutputs()
    publisher.answersRequests = true
    publisher.run(for: .milliseconds(1200))

    #expect(before == publisher.bench.streams[2])
    #expect(meanwhile.isEmpty)
    let sources = try Self.sources(&publisher)
    #expect(sources.first?.packet.startsKeyframe == true && sources.allSatisfy { $0.encoding < 2 })
  }

  @Test func whatTakesNoMoreThanIsGrantedIsNotPaused() {
    var publisher = Self.publisher()
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(5))
    publisher.answersRequests = false
    publisher.stopped = [0, 1, 2]  // a picture at rest
    publisher.run(for: .seconds(3))

    _ = publisher.bench.allocate(30_000, among: [subscription], at: publisher.now)
    publisher.run(for: .seconds(2))
    publisher.bench.router.endDescents(at: publisher.now)

    #expect(publisher.bench.router.subscriptions[subscription].current == publisher.bench.streams[2])
  }

  @Test func moreComesAtAKeyframeAndThePresentPictureGoesOnUntilThen() throws {
    var publisher = Self.publisher()
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(5))
    _ = publisher.bench.allocate(30_000, among: [subscription], at: publisher.now)
    publisher.run(for: .seconds(6))
    _ = publisher.bench.takeOutputs()

    publisher.answersRequests = false
    _ = publisher.bench.allocate(400_000, among: [subscription], at: publisher.now)
    publisher.run(for: .seconds(2))
    let waiting = publisher.bench.router.shortfall(
      of: subscription, sending: publisher.bench.router.progress(of: subscription), at: publisher.now)
    publisher.answersRequests = true
    publisher.run(for: .seconds(2))

    let sources = try Self.sources(&publisher)
    let begin = try #require(sources.firstIndex { $0.encoding == 2 })
    #expect(waiting == .init(wantedSpatialLayer: 2, limit: .switching))
    #expect(sources[..<begin].allSatisfy { $0.encoding == 1 })
    let pictures = Set(sources[..<begin].map(\.packet.frame)).count
    #expect(pictures >= 28, "half of the frames of two seconds: \(pictures)")
    #expect(sources[begin].packet.startsKeyframe && sources[begin...].allSatisfy { $0.encoding == 2 })
    Self.expectNoGap(sources)
  }

  @Test func whatTheNetworkDoesNotCarryIsPausedAndComesBack() {
    var publisher = Self.publisher()
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(5))

    _ = publisher.bench.allocate(1_000, among: [subscription], at: publisher.now)
    let progress = publisher.bench.router.progress(of: subscription)
    let shortfall = publisher.bench.router.shortfall(of: subscription, sending: progress, at: publisher.now)
    publisher.run(for: .seconds(6))
    _ = publisher.bench.allocate(35_000, among: [subscription], at: publisher.now)
    publisher.run(for: .seconds(1))

    #expect(progress.state == .paused && shortfall == .init(wantedSpatialLayer: 2, limit: .network))
    #expect(publisher.bench.router.progress(of: subscription).state == .active)
    #expect(publisher.bench.router.progress(of: subscription).spatialLayer == 1)
  }

  @Test func whatThePublisherDoesNotSendIsItsLimit() {
    var publisher = Self.publisher()
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(3))
    publisher.stopped = [2]
    publisher.run(for: .seconds(3))

    _ = publisher.bench.allocate(400_000, among: [subscription], at: publisher.now)
    publisher.run(for: .seconds(1))
    let progress = publisher.bench.router.progress(of: subscription)

    #expect(progress.spatialLayer == 1)
    #expect(
      publisher.bench.router.shortfall(of: subscription, sending: progress, at: publisher.now)
        == .init(wantedSpatialLayer: 1, limit: .publisher))
  }

  @Test func aScreenWithAPictureInFiveSecondsTriggersNothing() {
    var generator = SeededGenerator(seed: 3)
    var bench = RouterBench(.vp8, source: .screen)
    let stream = bench.addStream()
    var encoder = SimulatedEncoder(
      .vp8, encoding: 0, size: .init(width: 1920, height: 1080), packetsPerFrame: 30...30, using: &generator)
    let subscription = bench.subscribe()
    var requests: [PublishedStream.Handle] = []

    for second in 0..<60 {
      let now = Instant.zero + .seconds(second)
      if second % 5 == 0 {
        for packet in encoder.frame(at: now, isKeyframe: second == 0, using: &generator) {
          bench.receive(packet, .vp8, on: stream, at: now)
        }
      }
      bench.router.closeActivity(after: .seconds(1))
      bench.chooseLayers(at: now)
      _ = bench.allocate(600_000, among: [subscription], at: now)
      bench.router.endDescents(at: now)
      if second == 0 { _ = bench.takeRequests() }
      requests += bench.takeRequests()
    }

    #expect(requests.isEmpty)
    #expect(bench.takeOutputs().count == 12 * 30, "every picture is sent whole")
    #expect(bench.router.progress(of: subscription).state == .active)
  }

  @Test(.enabled(if: canCountAllocations, "counted only in optimized builds without a sanitizer"))
  func sharingAllocatesNothing() {
    var publisher = Self.publisher()
    var subscriptions: [Subscription.Handle] = []
    for _ in 0..<3 { subscriptions.append(publisher.bench.subscribe()) }
    publisher.run(for: .seconds(3))
    _ = publisher.bench.allocate(100_000, among: subscriptions, at: publisher.now)

    let before = allocation_count()
    for round in 0..<100 {
      let bits = 20_000 + round % 7 * 50_000
      let budget = Allocation.Budget(estimate: bits, bitsPerSecond: bits, steadyBitsPerSecond: bits)
      _ = publisher.bench.router.allocate(
        budget, among: subscriptions, speaker: .none, at: publisher.now + .seconds(round))
    }

    #expect(allocation_count() == before)
  }
}

extension RouterBench {
  /// Shares what the network of a subscriber carries, and has carried for a while.
  mutating func allocate(_ bits: Int?, among subscriptions: [Subscription.Handle], at now: Instant) -> Int {
    let budget = bits.map { Allocation.Budget(estimate: $0, bitsPerSecond: $0, steadyBitsPerSecond: $0) }
    defer { begin(at: now) }
    return router.allocate(budget, among: subscriptions, speaker: .none, at: now)
  }
}
