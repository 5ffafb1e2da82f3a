import RTP
import SFU
import ScriptedPeer
import Testing

/// One room on several workers: who watches elsewhere sees what the others see.
@Suite(.serialized) struct MirrorTests {
  private static let room = "stage"
  private static let selection = MediaServer.Selection(
    audio: .init("ann", .microphone), video: .init("ann", .camera))

  /// Somebody who publishes, on the first of two workers.
  private final class Stage {
    let server: ServerUnderTest
    let ann: MediaClient
    var watchers: [WatchingClient] = []

    init(on server: ServerUnderTest) throws {
      self.server = server
      ann = try MediaClient("ann", in: MirrorTests.room, on: server)
    }

    /// The first comes to the second worker, since the first has something to do; the others to either in turn.
    func watch(_ count: Int) async throws {
      for number in watchers.count..<watchers.count + count {
        watchers.append(
          try WatchingClient("viewer \(number)", in: MirrorTests.room, on: server, seed: UInt64(number + 10)))
        await watchers[number].join(MirrorTests.selection)
      }
    }

    @discardableResult
    func live(for limit: Duration = .seconds(40), until isDone: () -> Bool = { false }) async throws -> Bool {
      let end = SystemClock.now + limit
      while SystemClock.now < end {
        try await ann.step()
        for watcher in watchers { try watcher.step() }
        if isDone() { return true }
        try await Task.sleep(for: .milliseconds(1))
      }
      return false
    }

    func allReceive(_ count: Int) async throws -> Bool {
      let before = watchers.map { $0.received(.video).count }
      return try await live { zip(watchers, before).allSatisfy { $0.received(.video).count >= $1 + count } }
    }

    var mirroredPackets: UInt64 {
      get async { await server.media.statistics().mirroredPackets }
    }
  }

  private static func with(
    workers: Int = 2, _ change: (Stage) -> Void = { _ in }, _ body: (Stage) async throws -> Void
  ) async throws {
    try await ServerUnderTest.with {
      ($0.workerCount, $0.spreadsFrom) = (workers, 1)
    } _: { server in
      let stage = try Stage(on: server)
      change(stage)
      try await stage.ann.join(.routed)
      for _ in 0..<100 where (await server.media.statistics().workers[0].streams) < 2 {
        try await stage.live(for: .milliseconds(50))
      }
      try await body(stage)
    }
  }

  @Test func allSeeTheSameWhateverWorkerTheyAreOn() async throws {
    try await Self.with(workers: 3) { stage in
      try await stage.watch(12)
      let areServed = try await stage.live {
        stage.watchers.allSatisfy { $0.received(.video).count >= 60 && $0.received(.audio).count >= 30 }
      }

      #expect(areServed)
      for watcher in stage.watchers {
        for kind in [MediaServer.Slot.Kind.audio, .video] {
          #expect(watcher.received(kind).compactMap(\.index).haveNoGap, "\(watcher.name) \(kind)")
          #expect(watcher.received(kind).map { Int($0.sequence) }.haveNoGap, "\(watcher.name) \(kind)")
        }
        #expect(watcher.received(.video).first?.startsKeyframe == true)
      }
      try await stage.live(for: .milliseconds(1100))
      let statistics = await stage.server.media.statistics()
      #expect(statistics.rooms == 1 && statistics.mirroredRooms == 2)
      #expect(statistics.workers.allSatisfy { (8...14).contains($0.streams) }, "\(statistics.workers.map(\.streams))")
      #expect(statistics.mirroredPackets > 0 && statistics.mirroredPackets <= statistics.mediaPacketsIn * 2)
      #expect(statistics.dropped[.unnegotiated] == nil)
    }
  }

  @Test func whatIsLostOnTheWayComesAgainFromTheWorkerThatSentIt() async throws {
    try await Self.with { stage in
      try await stage.watch(1)
      #expect(try await stage.allReceive(10))

      stage.watchers[0].loses = { $0 % 10 == 0 }
      #expect(try await stage.allReceive(100))
      stage.watchers[0].loses = { _ in false }
      let numbers = stage.watchers[0].received(.video).compactMap(\.index)
      let (first, last) = (numbers.min() ?? 0, numbers.max() ?? 0)
      let isWhole = try await stage.live {
        Set(stage.watchers[0].received(.video).compactMap(\.index)).isSuperset(of: first...last)
      }

      #expect(isWhole && stage.watchers[0].received(.video).contains { $0.isRepair })
      #expect(stage.ann.publishing.wishes.count <= 3, "nobody else is asked for what a cache has")
    }
  }

  @Test func aWishForAKeyframeComesToThePublisher() async throws {
    try await Self.with { stage in
      try await stage.watch(1)
      #expect(try await stage.allReceive(10))
      try await stage.live(for: .milliseconds(600))
      let before = stage.ann.publishing.keyframeRequestCount

      stage.watchers[0].browser.requestKeyframe()
      let isAsked = try await stage.live(for: .seconds(5)) { stage.ann.publishing.keyframeRequestCount > before }

      #expect(isAsked)
    }
  }

  @Test func nothingIsHandedOverThatNobodyWatches() async throws {
    try await Self.with { stage in
      try await stage.watch(1)
      #expect(try await stage.allReceive(10))

      await stage.server.media.perform(.remove("viewer 0"), in: Self.room)
      stage.watchers = []
      try await stage.live(for: .milliseconds(1500))
      let before = await stage.mirroredPackets
      try await stage.live(for: .milliseconds(300))
      let after = await stage.mirroredPackets
      try await stage.watch(2)
      let isSeenAgain = try await stage.allReceive(10)

      #expect(before == after)
      #expect(isSeenAgain)
    }
  }

  @Test func aPublisherThatComesBackIsSeenAgain() async throws {
    try await Self.with { stage in
      try await stage.watch(2)
      #expect(try await stage.allReceive(10))

      try stage.ann.renewPublishing()
      await stage.ann.offer()
      try await stage.live { stage.ann.publishing.isConnected }
      stage.ann.publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)

      #expect(try await stage.allReceive(30))
      for watcher in stage.watchers {
        #expect(watcher.received(.video).map { Int($0.sequence) }.haveNoGap, "one numbering")
      }
    }
  }

  @Test func whatMayNotBePublishedIsSeenNowhere() async throws {
    try await Self.with { stage in
      try await stage.watch(2)
      #expect(try await stage.allReceive(10))

      await stage.server.media.perform(.allow("ann", publishing: .audio), in: Self.room)
      try await stage.live(for: .milliseconds(100))
      let before = stage.watchers.map { $0.received(.video).count }
      try await stage.live(for: .milliseconds(300))
      let after = stage.watchers.map { $0.received(.video).count }
      await stage.server.media.perform(.allow("ann", publishing: [.audio, .video]), in: Self.room)
      let goesOn = try await stage.allReceive(20)

      #expect(before == after && goesOn)
      for (watcher, count) in zip(stage.watchers, after) {
        #expect(watcher.received(.video)[count].startsKeyframe, "\(watcher.name)")
      }
    }
  }

  @Test func layersThatNobodyNeedsAnywhereAreSwitchedOff() async throws {
    try await Self.with { stage in
      stage.ann.publishing.descriptions.layers = ["low", "high"]
    } _: { stage in
      stage.ann.publishing.camera = nil
      stage.ann.publishing.startLayer(every: .milliseconds(40), at: SystemClock.now)
      stage.ann.publishing.startLayer(every: .milliseconds(20), at: SystemClock.now)
      try await stage.watch(1)
      var small = LayerWish()
      small.spatialLayer = 0
      await stage.server.media.perform(.subscribe("viewer 0", [.init("ann", .camera): small]), in: Self.room)

      let isTold = try await stage.live(for: .seconds(15)) {
        stage.ann.news.contains(.demand("ann", .camera, layers: 1))
      }
      await stage.server.media.perform(.subscribe("viewer 0", [.init("ann", .camera): LayerWish()]), in: Self.room)
      let isToldAgain = try await stage.live(for: .seconds(5)) {
        stage.ann.news.last { $0.isDemand } == .demand("ann", .camera, layers: 2)
      }

      #expect(isTold && isToldAgain)
    }
  }

  @Test func aRoomThatIsClosedIsClosedEverywhere() async throws {
    try await Self.with { stage in
      try await stage.watch(4)
      #expect(try await stage.allReceive(5))

      await stage.server.media.perform(.close, in: Self.room)
      let areTold = try await stage.live { stage.watchers.allSatisfy(\.browser.isLeft) }

      let statistics = await stage.server.media.statistics()
      #expect(areTold)
      #expect(statistics.rooms == 0 && statistics.mirroredRooms == 0 && statistics.participants == 0)
      #expect(statistics.peers == 0 && statistics.publishedStreams == 0 && statistics.subscriptions == 0)
      #expect(statistics.keptPackets == 0)
    }
  }
}

extension MediaServer.News {
  fileprivate var isDemand: Bool {
    if case .demand = self { true } else { false }
  }
}
