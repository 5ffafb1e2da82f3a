import FoundationEssentials
import Glibc
import Load
import RTP
import SFU
import Testing
import parley

/// Whole loads against a server of this process, over loopback.
@Suite(.serialized) struct LoadRunTests {
  @Test func aLoadIsServedMeasuredAndGone() async throws {
    try await WholeServer.serving { port, media in
      let server = try Self.address(port)
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
      #expect(report.joinTime.map { $0.count == 6 && $0.greatest < 15_000 } == true)
      #expect(report.refused == 0)
      #expect(report.microsecondsPerPacket.map { $0 > 1 } == true && report.memoryPerSubscriberKiB != nil)
      let isEmpty = try await WholeServer.comesTrue { await media.statistics().peers == 0 }
      #expect(isEmpty, "everybody has left")
    }
  }

  @Test func simulcastIsForwardedInOneLayer() async throws {
    try await WholeServer.serving { port, _ in
      let server = try Self.address(port)
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
    try await WholeServer.serving { port, _ in
      let server = try Self.address(port)
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

  private static func address(_ port: Int) throws -> URL {
    try #require(URL(string: "http://127.0.0.1:\(port)"))
  }
}
