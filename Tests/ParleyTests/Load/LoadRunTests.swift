import FoundationEssentials
import Glibc
import Load
import Logging
import RTP
import SFU
import Signaling
import Testing
import parley

/// Whole loads against a server of this process, over loopback.
@Suite(.serialized) struct LoadRunTests {
  @Test func aLoadIsServedMeasuredAndGone() async throws {
    try await Self.serving { server, media in
      var plan = LoadPlan(server: server, room: "load")
      (plan.publishers, plan.subscribers) = (2, 6)
      plan.layers = [VideoLayer(bitsPerSecond: 1_500_000)]
      (plan.seconds, plan.settleSeconds) = (3, 3)
      plan.pid = getpid()

      let report = try await LoadRun(plan: plan) { _ in }.run()

      #expect(report.publishers == 2 && report.subscribers == 6 && report.failedJoins == 0)
      // Fifty packets of sound and some 170 of pictures for each; a busy machine may swallow some.
      #expect((700...1500).contains(report.packetsPerSecond), "\(report.packetsPerSecond)")
      #expect((300...560).contains(report.videoLatency?.count ?? 0), "\(report.videoLatency?.count ?? 0) pictures")
      #expect((500...1000).contains(report.audioLatency?.count ?? 0))
      #expect(report.videoLatency.map { $0.p50 < 100 } == true)
      #expect(report.joinTime.map { $0.count == 6 && $0.greatest < 15_000 } == true)
      #expect(report.refused == 0)
      #expect(report.microsecondsPerPacket.map { $0 > 1 } == true && report.memoryPerSubscriberKiB != nil)
      let isEmpty = try await Self.comesTrue { await media.statistics().peers == 0 }
      #expect(isEmpty, "everybody has left")
    }
  }

  @Test func simulcastIsForwardedInOneLayer() async throws {
    try await Self.serving { server, _ in
      var plan = LoadPlan(server: server, room: "load")
      plan.subscribers = 2
      plan.layers = VideoLayer.simulcast(bitsPerSecond: 1_500_000)
      (plan.seconds, plan.settleSeconds) = (2, 4)

      let report = try await LoadRun(plan: plan) { _ in }.run()

      #expect((80...130).contains(report.videoLatency?.count ?? 0))
      #expect(report.packetsPerSecond / 2 < report.publishedPerSecond, "one layer of three")
      #expect(report.serverCores == nil, "no process was named")
    }
  }

  @Test func whatTheServerRefusesIsSaid() async throws {
    try await Self.serving { server, _ in
      var plan = LoadPlan(server: server, room: "load")
      plan.layers = [VideoLayer(bitsPerSecond: 500_000)]
      plan.publishSecret = "sk_nobodygavethis"

      do {
        _ = try await LoadRun(plan: plan) { _ in }.run()
        Issue.record("a wrong key publishes nothing")
      } catch {
        #expect("\(error)".contains("401") && !"\(error)".contains("sk_"), "\(error)")
      }
    }
  }

  @Test func aProcessThatIsNotThereIsSaidBeforeAnybodyJoins() async throws {
    var plan = LoadPlan(server: try #require(URL(string: "http://127.0.0.1:9")), room: "load")
    plan.pid = Int32.max
    await #expect(throws: LoadRun.Failure.self) { try await LoadRun(plan: plan) { _ in }.run() }
  }

  /// HTTP, signalling and media for as long as `body` takes.
  private static func serving(_ body: (URL, MediaServer) async throws -> Void) async throws {
    var configuration = SFUConfiguration(announcedAddresses: [LoopbackSocket.ip])
    configuration.listenAddresses = configuration.announcedAddresses
    configuration.port = 0
    let media = try MediaServer(configuration)
    let service = SignalingService(
      configuration: SignalingConfiguration(), keys: ServerKeys(master: Array(0..<32)),
      mediaPlane: SFUMediaPlane(server: media))
    var pages = HTTPServerConfiguration()
    (pages.address, pages.port) = ("127.0.0.1", 0)
    pages.publicDirectory = #filePath.split(separator: "/").dropLast(4).map { "/" + $0 }.joined() + "/public"
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let web = try SignalingServer(
      configuration: pages, service: service, certificates: nil, registry: PrometheusRegistry(),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) { port.yield($0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await media.run() }
      group.addTask { try await service.run() }
      group.addTask { try await web.run() }
      defer { group.cancelAll() }
      for await port in ports {
        try await body(try #require(URL(string: "http://127.0.0.1:\(port)")), media)
        break
      }
    }
  }

  private static func comesTrue(_ isTrue: () async -> Bool) async throws -> Bool {
    let end = SystemClock.now + .seconds(20)
    while SystemClock.now < end {
      if await isTrue() { return true }
      try await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}
