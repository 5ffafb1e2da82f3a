import FoundationEssentials
import Glibc
import Load
import Testing
import parley

@Suite struct LoadReportTests {
  private static func figures(_ change: (inout LoadFigures) -> Void = { _ in }) -> LoadFigures {
    var figures = LoadFigures()
    (figures.seconds, figures.packets, figures.bytes) = (10, 1_000_000, 1_000_000_000)
    (figures.expected, figures.missed, figures.processorSeconds) = (1_000_000, 100, 3)
    for _ in 0..<1000 { figures.video.record(2_000_000) }
    for _ in 0..<1000 { figures.lateness.record(100_000) }
    change(&figures)
    return figures
  }

  @Test func costIsAllProcessorTimeByThePacketsThatCame() {
    let report = LoadReport(Self.figures(), serverSeconds: 5)
    #expect(report.microsecondsPerPacket == 5)
    #expect(report.serverCores == 0.5)
    #expect(report.packetsPerSecond == 100_000)
    #expect(report.megabitsPerSecond == 800)
    #expect(report.lossPercent == 0.01)
    #expect(report.load.limits.isEmpty)
  }

  @Test func withoutPacketsThereIsNoCost() {
    let report = LoadReport(Self.figures { $0.packets = 0 }, serverSeconds: 5)
    #expect(report.microsecondsPerPacket == nil)
    #expect(!report.text.contains("µs a packet"))
  }

  @Test func saysWhenTheLoadIsTheLimit() {
    let busy = LoadReport(Self.figures { $0.processorSeconds = 9.5 }, serverSeconds: nil)
    let late = LoadReport(Self.figures { for _ in 0..<20 { $0.lateness.record(9_000_000) } }, serverSeconds: nil)
    let deaf = LoadReport(Self.figures { $0.unread = 3 }, serverSeconds: nil)

    #expect(busy.load.limits.count == 1 && busy.text.contains("its thread had 95 % of a core"))
    #expect(late.load.limits.count == 1 && late.text.contains("left 9 ms late"))
    #expect(deaf.load.limits.count == 1 && deaf.text.contains("3 datagrams were dropped before it read them"))
  }

  @Test func theTableHasWhatIsAimedAt() {
    var report = LoadReport(Self.figures { $0.brokenFrames = 7 }, serverSeconds: 5)
    report.note(publishers: 1, players: [20_000_000, 30_000_000], failures: ["/whep/load answered 503: full"])
    let text = report.text

    #expect(text.contains("5.00 µs a packet, 50 % of a core"))
    #expect(text.contains("100 of 1000000 (0.0100 %)"))
    #expect(text.contains("p50 2.0"))
    #expect(text.contains("1: /whep/load answered 503: full"))
    #expect(
      text.split(separator: "\n").contains { $0.hasPrefix("pictures that remained incomplete") && $0.hasSuffix("7") })
  }

  @Test func programsGetTheSameFigures() throws {
    let report = LoadReport(Self.figures(), serverSeconds: 5)
    let read = try JSONDecoder().decode(LoadReport.self, from: Data(try report.json.utf8))
    #expect(read == report)
    #expect(try !report.json.contains("\n"))
  }

  @Test func doorsNameTheRoomAndWhoIsWatched() throws {
    var plan = LoadPlan(server: try #require(URL(string: "http://127.0.0.1:3010/meet")), room: "tea & cake")
    plan.publishers = 2
    #expect(plan.publishDoor(1).address.absoluteString == "http://127.0.0.1:3010/meet/whip/tea%20&%20cake?name=load-2")
    #expect(plan.watchDoor(4).address.query() == "participant=load-1")
    plan.watchAddress = URL(string: "http://127.0.0.1:8080/api/whep?src=cam")
    #expect(plan.watchDoor(4).address.absoluteString == "http://127.0.0.1:8080/api/whep?src=cam")
  }

  @Test func whatAProcessTakesIsReadFromTheSystem() throws {
    let own = ProcessWatch(pid: getpid())
    let before = try #require(own.processorSeconds)
    var sum: UInt64 = 0
    for number in 0..<200_000_000 as Range<UInt64> { sum = sum &* 31 &+ number }
    let after = try #require(own.processorSeconds)

    #expect(after > before, "\(sum)")
    #expect(try #require(own.memoryByteCount) > 1 << 20)
    #expect(ProcessWatch(pid: .max).processorSeconds == nil && ProcessWatch(pid: .max).memoryByteCount == nil)
  }
}
