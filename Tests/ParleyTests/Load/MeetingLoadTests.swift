import FoundationEssentials
import Glibc
import Load
import RTP
import SFU
import Testing
import parley

/// Loads whose participants come by signalling, against a server of this process, over loopback.
@Suite(.serialized) struct MeetingLoadTests {
  private static func plan(_ port: Int, publishers: Int, subscribers: Int = 0) throws -> LoadPlan {
    var plan = LoadPlan(server: try #require(URL(string: "http://127.0.0.1:\(port)")), room: "load")
    (plan.isMeeting, plan.publishers, plan.subscribers) = (true, publishers, subscribers)
    plan.layers = [VideoLayer(bitsPerSecond: 500_000)]
    (plan.seconds, plan.settleSeconds) = (3, 3)
    return plan
  }

  @Test func everybodySeesAndHearsAllWhoPublish() async throws {
    try await WholeServer.serving { port, media in
      var plan = try Self.plan(port, publishers: 3, subscribers: 1)
      (plan.pid, plan.settleSeconds) = (getpid(), 6)

      let report = try await LoadRun(plan: plan) { _ in }.run()

      #expect(report.publishers == 3 && report.subscribers == 1 && report.failedJoins == 0)
      let participants = try #require(report.participants)
      #expect(participants.map(\.name) == ["load-1", "load-2", "load-3", "load-4"])
      for participant in participants {
        let others = ["load-1", "load-2", "load-3"].filter { $0 != participant.name }
        let (pictures, sounds) = (participant.streams.filter(\.isVideo), participant.streams.filter { !$0.isVideo })
        #expect(pictures.map(\.from).sorted() == others && sounds.map(\.from).sorted() == others)
        // Thirty pictures and fifty packets of sound a second; a busy machine may swallow some.
        #expect(pictures.allSatisfy { (15...31).contains($0.picturesPerSecond) }, "\(pictures)")
        #expect(sounds.allSatisfy { (25...52).contains($0.packetsPerSecond) }, "\(sounds)")
        #expect(participant.videoLatency.map { $0.count > 80 } == true && participant.audioLatency != nil)
      }
      #expect(participants[0].joinMilliseconds == nil, "it was alone")
      #expect(participants[1...].allSatisfy { ($0.joinMilliseconds ?? .infinity) < 15_000 })
      #expect(participants.reduce(0) { $0 + $1.expected } == report.expected)
      #expect(report.memoryPerSubscriberKiB != nil && report.text.contains("KiB a participant"))
      #expect(report.text.contains("load-4") && report.text.contains("3 pictures, 3 sounds"))
      let isEmpty = try await WholeServer.comesTrue { await media.statistics().peers == 0 }
      #expect(isEmpty, "everybody has left")
    }
  }

  @Test func nobodyIsSentWhatHasNoTile() async throws {
    try await WholeServer.serving { port, _ in
      var plan = try Self.plan(port, publishers: 3)
      plan.tiles = 1

      let report = try await LoadRun(plan: plan) { _ in }.run()

      let participants = try #require(report.participants)
      #expect(participants.allSatisfy { $0.streams.count(where: \.isVideo) == 1 })
      #expect(participants.allSatisfy { $0.streams.count { !$0.isVideo } == 2 }, "sound comes by itself")
    }
  }

  @Test func layersThatNobodyWatchesAreNotSent() async throws {
    try await WholeServer.serving { port, _ in
      var plan = try Self.plan(port, publishers: 5)
      plan.layers = VideoLayer.simulcast(bitsPerSecond: 1_500_000)
      plan.settleSeconds = 6

      let report = try await LoadRun(plan: plan) { _ in }.run()

      // Four tiles are 640 × 360: the largest layer, three quarters of the packets, is of no use.
      let each = report.publishedPerSecond / 5
      #expect((90...150).contains(each), "\(each) packets of sound and of two layers a second")
      #expect(report.participants?.allSatisfy { $0.streams.count(where: \.isVideo) == 4 } == true)
    }
  }

  @Test func aRoomThatTakesNobodySaysWhy() async throws {
    try await WholeServer.serving { port, _ in
      var plan = try Self.plan(port, publishers: 2)
      plan = LoadPlan(server: plan.server, room: "a?b")
      (plan.isMeeting, plan.subscribers, plan.layers) = (true, 1, [VideoLayer(bitsPerSecond: 500_000)])

      await #expect { try await LoadRun(plan: plan) { _ in }.run() } throws: { error in
        "\(error)".contains("load-1: invalidRoom")
      }
    }
  }
}
