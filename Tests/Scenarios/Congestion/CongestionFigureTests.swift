import FoundationEssentials
import Testing

/// Draws every profile and prints the table of `docs/performance.md`, when told where the pictures go:
///
///     CONGESTION_FIGURES=docs/images/congestion swift test -c release --filter CongestionFigureTests
@Suite struct CongestionFigureTests {
  private static let folder = ProcessInfo.processInfo.environment["CONGESTION_FIGURES"]

  @Test func aPictureShowsEverySeries() throws {
    let profile = try #require(CongestionProfile.all.first { $0.name == "two-encoders" })
    let svg = CongestionPlot(CongestionSimulation.finished(profile)).svg

    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    // Two subscribers with three curves each, and one capacity.
    #expect(svg.split(separator: "\n").filter { $0.hasPrefix("<polyline") }.count == 6)
    #expect(svg.split(separator: "\n").filter { $0.hasPrefix("<path") }.count == 1)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    #expect(svg.utf8.count < 60_000)
  }

  @Test(.enabled(if: folder != nil, "pictures are drawn on demand"))
  func drawsEveryProfileAndPrintsTheTable() throws {
    let folder = try #require(Self.folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var rows = [
      "| profile | settled after | estimate by target | variation | link used | queued, 19 of 20 | at most | dropped "
        + "| repairs | probes |",
      "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for profile in CongestionProfile.all {
      let simulation = CongestionSimulation.finished(profile)
      let path = "\(folder)/\(profile.name).svg"
      try Data(CongestionPlot(simulation).svg.utf8).write(to: URL(filePath: path))
      rows.append(CongestionFigures(simulation).row(of: profile))
    }
    print(rows.joined(separator: "\n"))
    print(Self.publishedRows().joined(separator: "\n"))
  }

  private static func publishedRows() -> [String] {
    let head = ["| of | under | when | published | here |", "|---|---|---|---|---|"]
    return head
      + PublishedExpectation.all.flatMap { expectation in
        let run = CongestionSimulation.finished(expectation.profile)
        return expectation.checks.map { check in
          let value = Int(expectation.value(of: check.measure, in: run) / 1000)
          let time =
            switch check.measure {
            case .estimate(let second): "after \(second) s"
            case .received: "received"
            }
          return "| \(expectation.source) | \(expectation.title) | \(time) | \(check.published) | \(value)k |"
        }
      }
  }
}

extension CongestionFigures {
  /// A line of the table.
  func row(of profile: CongestionProfile) -> String {
    let times = zip(profile.events, settling).map { event, seconds in
      "\(event.name) \(seconds.map { Self.text($0, decimals: 1) + " s" } ?? "never")"
    }
    let cells = [
      "[\(profile.title)](images/congestion/\(profile.name).svg)",
      times.isEmpty ? "" : times.joined(separator: ", "), percent(utilization), percent(variation),
      percent(carried), "\(Self.text(queueing.most, decimals: 0)) ms", "\(Self.text(queueing.longest, decimals: 0)) ms",
      percent(drops), percent(repairShare), percent(paddingShare),
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private func percent(_ share: Double) -> String { Self.text(share * 100, decimals: share < 0.1 ? 1 : 0) + " %" }

  private static func text(_ value: Double, decimals: Int) -> String {
    guard decimals > 0 else { return "\(Int(value.rounded()))" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
