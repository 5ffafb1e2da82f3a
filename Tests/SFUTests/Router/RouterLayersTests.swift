import RTP
import SFU
import TestSupport
import Testing
import WebRTC

/// Beginning, pausing, and layers that come and go.
@Suite struct RouterLayersTests {
  private static func origins(_ outputs: [RouterBench.Output], _ publisher: borrowing SimulatedPublisher) -> [Int] {
    outputs.compactMap { publisher.bench.streams.firstIndex(of: PublishedStream.Handle(rawValue: $0.packet.origin)) }
  }

  @Test func withoutAWishTheLargestIsSent() {
    var publisher = SimulatedPublisher(.vp8, network: .perfect, seed: 1)
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(2))
    publisher.bench.router.closeActivity(after: .seconds(2))

    #expect(publisher.bench.router.progress(of: subscription).spatialLayer == 2)
    #expect(publisher.bench.router.layers(of: publisher.bench.track).map(\.width) == [320, 640, 1280])
    #expect(publisher.bench.router.progress(of: subscription).bitsPerSecond > 0)
  }

  @Test func aWishedSizeIsTheSmallestThatCoversIt() {
    var publisher = SimulatedPublisher(.h264(.constrainedBaseline, packetizationMode: 1), network: .perfect, seed: 1)
    let subscription = publisher.bench.subscribe()
    var wish = LayerWish()
    wish.width = 400
    publisher.setWish(wish, of: subscription)
    publisher.run(for: .seconds(1))

    #expect(publisher.bench.router.progress(of: subscription).spatialLayer == 1)
  }

  @Test func aPauseStopsAtOnceAndEndsWithAKeyframe() throws {
    var publisher = SimulatedPublisher(.vp8, network: .perfect, seed: 1)
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(2))
    _ = publisher.bench.takeOutputs()
    var wish = LayerWish()
    wish.isPaused = true

    publisher.setWish(wish, of: subscription)
    publisher.run(for: .seconds(3))
    let meanwhile = publisher.bench.takeOutputs()
    let state = publisher.bench.router.progress(of: subscription).state
    publisher.setWish(.layer(0), of: subscription)
    publisher.run(for: .milliseconds(300))
    let after = publisher.bench.takeOutputs()

    #expect(meanwhile.isEmpty && state == .paused)
    let first = try #require(after.first)
    #expect(publisher.sent[0][first.packet.source]?.startsKeyframe == true)
    #expect(publisher.bench.router.progress(of: subscription).state == .active)
  }

  /// The rest would only fill the way of what a decoder can go on with.
  @Test(arguments: SwitchingTests.codecs.indices)
  func ofUseStillIsWhatBeganWithTheNewestKeyframe(codec index: Int) throws {
    var publisher = SimulatedPublisher(SwitchingTests.codecs[index], network: .perfect, seed: 1)
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(2))
    publisher.setWish(.layer(0), of: subscription)
    publisher.run(for: .seconds(2))
    let outputs = publisher.bench.takeOutputs()

    let current = try #require(outputs.last).packet.origin
    let layer = try #require(Self.origins(outputs, publisher).last)
    let keyframes = publisher.sent[layer].filter { $0.value.startsKeyframe }
    let newest = try #require(keyframes.keys.max())
    let isOfUse = outputs.map {
      publisher.bench.router.subscriptions[subscription].needs($0.packet.source, of: $0.packet.origin)
    }
    let isExpected = outputs.map { $0.packet.origin == current && $0.packet.source >= newest }
    #expect(isOfUse == isExpected)
    #expect(isOfUse.contains(true) && isOfUse.contains(false))
  }

  @Test func nobodyAsksForAKeyframeOfWhatNobodyWants() {
    var publisher = SimulatedPublisher(.vp8, network: .perfect, seed: 1)
    let subscription = publisher.bench.subscribe()
    var wish = LayerWish()
    wish.isPaused = true
    publisher.setWish(wish, of: subscription)
    _ = publisher.bench.takeRequests()

    publisher.run(for: .seconds(5))

    #expect(publisher.sent.allSatisfy { $0.values.count { $0.startsKeyframe } == 1 }, "only the first of each")
  }

  @Test func whatThePublisherSwitchesOffIsReplacedAndComesBack() {
    var publisher = SimulatedPublisher(.vp8, network: .perfect, seed: 1)
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(2))

    publisher.stopped = [2]
    publisher.run(for: .seconds(4))
    let instead = publisher.bench.router.progress(of: subscription).spatialLayer
    let keyframes = publisher.sent[2].values.count { $0.startsKeyframe }
    publisher.stopped = []
    publisher.run(for: .seconds(3))

    #expect(instead == 1)
    #expect(publisher.bench.router.progress(of: subscription).spatialLayer == 2)
    #expect(publisher.sent[2].values.count { $0.startsKeyframe } <= keyframes + 2)
  }

  @Test func aStillScreenAsksForNothingAndChangesNothing() {
    var publisher = SimulatedPublisher(.vp8, encodings: 2, network: .perfect, seed: 1)
    let subscription = publisher.bench.subscribe()
    publisher.run(for: .seconds(2))
    let before = publisher.sent.map { $0.values.count { $0.startsKeyframe } }

    // One picture in five seconds, of all layers.
    for _ in 0..<6 {
      publisher.stopped = [0, 1]
      publisher.run(for: .milliseconds(4950))
      publisher.stopped = []
      publisher.run(for: .milliseconds(50))
    }

    #expect(publisher.sent.map { $0.values.count { $0.startsKeyframe } } == before)
    #expect(publisher.bench.router.progress(of: subscription).spatialLayer == 1)
  }

  @Test(arguments: SwitchingTests.codecs.indices)
  func aLateJoinerBeginsWithWhatWasKept(codec index: Int) throws {
    var publisher = SimulatedPublisher(SwitchingTests.codecs[index], encodings: 1, network: .perfect, seed: 1)
    let first = publisher.bench.subscribe()
    publisher.run(for: .milliseconds(140))
    let soFar = publisher.bench.takeOutputs().filter { $0.subscription == first }

    let late = publisher.bench.subscribe()
    publisher.bench.begin(at: publisher.now)
    let outputs = publisher.bench.takeOutputs().filter { $0.subscription == late }

    #expect(soFar.count > 3)
    let isSame = outputs.map(\.packet.source) == soFar.map(\.packet.source)
    #expect(isSame, "the whole group of pictures, at once")
    #expect(publisher.bench.takeRequests().isEmpty)
  }

  @Test func whereTooMuchHasPassedAKeyframeIsAskedFor() {
    var publisher = SimulatedPublisher(.vp8, encodings: 1, network: .perfect, seed: 1)
    _ = publisher.bench.subscribe()
    publisher.run(for: .seconds(3))
    _ = publisher.bench.takeOutputs()

    let late = publisher.bench.subscribe()
    publisher.bench.begin(at: publisher.now)

    #expect(publisher.bench.takeOutputs().isEmpty)
    #expect(publisher.bench.takeRequests() == [publisher.bench.streams[0]])
    #expect(publisher.bench.router.progress(of: late).state == .starting)
  }

  @Test func whatIsIncompleteIsNoBeginning() {
    var network = SimulatedPublisher.Network.perfect
    network.loss = 0.2
    var publisher = SimulatedPublisher(.vp8, encodings: 1, network: network, seed: 5)
    publisher.run(for: .milliseconds(150))

    _ = publisher.bench.subscribe()
    publisher.bench.begin(at: publisher.now)

    #expect(publisher.bench.takeOutputs().isEmpty)
    #expect(publisher.bench.takeRequests().count == 1)
  }

  @Test func paddingLeavesNoHole() {
    var publisher = SimulatedPublisher(.vp8, encodings: 1, network: .perfect, seed: 1)
    _ = publisher.bench.subscribe()
    publisher.run(for: .milliseconds(200))
    let outputs = publisher.bench.takeOutputs()
    let newest = outputs.map(\.packet.source).max() ?? 0

    // Three numbers of padding, then media three further on.
    for number in newest + 1...newest + 3 { publisher.bench.receivePadding(number, on: 0, at: publisher.now) }
    var packet = publisher.sent[0][newest] ?? publisher.sent[0].values.first!
    packet.sequence = newest + 4
    publisher.bench.receive(packet, .vp8, on: 0, at: publisher.now)
    let next = publisher.bench.takeOutputs()

    #expect(next.count == 1)
    #expect(next.first?.packet.sequence == outputs.last?.packet.sequence.advanced(by: 1))
    publisher.bench.receivePadding(newest + 3, on: 0, at: publisher.now)
    #expect(publisher.bench.takeOutputs().isEmpty)
  }

  @Test func paddingThatComesLateFillsItsPlace() {
    var publisher = SimulatedPublisher(.vp8, encodings: 1, network: .perfect, seed: 1)
    _ = publisher.bench.subscribe()
    publisher.run(for: .milliseconds(200))
    let newest = publisher.bench.takeOutputs().map(\.packet.source).max() ?? 0
    var packet = publisher.sent[0][newest] ?? publisher.sent[0].values.first!
    packet.sequence = newest + 2
    publisher.bench.receive(packet, .vp8, on: 0, at: publisher.now)

    publisher.bench.receivePadding(newest + 1, on: 0, at: publisher.now)

    let outputs = publisher.bench.takeOutputs()
    #expect(outputs.map(\.packet.rewriting.payload) == [.vp8, .padding])
    #expect(outputs.last?.packet.sequence == outputs.first?.packet.sequence.advanced(by: -1))
  }

  @Test(arguments: SwitchingTests.codecs.indices, [UInt64(1), 2])
  func aRepairIsByteForByteTheFirstSending(codec index: Int, seed: UInt64) throws {
    var publisher = SimulatedPublisher(SwitchingTests.codecs[index], network: .bad, seed: seed)
    for encoder in publisher.encoders.indices { publisher.encoders[encoder].pattern = SimulatedEncoder.patternOfThree }
    let subscription = publisher.bench.subscribe()
    var checked = 0

    for _ in 0..<100 {
      let wish = LayerWish.layer(
        .random(in: 0...2, using: &publisher.generator), .random(in: 0...2, using: &publisher.generator))
      publisher.setWish(wish, of: subscription)
      publisher.run(for: .milliseconds(.random(in: 50...250, using: &publisher.generator)))
      for output in publisher.bench.takeOutputs() {
        guard let repair = publisher.bench.repair(output.packet) else { continue }
        checked += 1
        if repair.payload != output.payload || repair.descriptor != output.descriptor {
          Issue.record("\(output.packet), seed \(seed)")
        }
      }
    }

    #expect(checked > 500)
  }

  @Test func theSubscriberIsToldOfItsOwnTimelineAfterEveryReportAndSwitch() throws {
    var publisher = SimulatedPublisher(.vp8, network: .perfect, seed: 1)
    let subscription = publisher.bench.subscribe()
    var anchors: [Int64] = []

    for _ in 0..<200 {
      publisher.setWish(.layer(.random(in: 0...2, using: &publisher.generator)), of: subscription)
      publisher.run(for: .milliseconds(.random(in: 50...400, using: &publisher.generator)))
      let clock = publisher.bench.router.subscriptions[subscription].mapping.clock
      // Where the timeline that was told has its zero, in ticks: the same for all reports, whichever layer is sent.
      if let clock { anchors.append(clock.timestamp - clock.moment.nanoseconds * 9 / 100_000) }
    }

    let lowest = try #require(anchors.min())
    let highest = try #require(anchors.max())
    #expect(anchors.count > 150)
    #expect(highest - lowest <= 40 * 90, "\(highest - lowest) ticks apart")
    #expect(publisher.bench.clocks.count > 100)
  }
}
