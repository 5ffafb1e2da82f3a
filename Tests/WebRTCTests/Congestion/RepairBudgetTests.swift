import RTP
import Testing
import WebRTC

@Suite struct RepairBudgetTests {
  @Test func repairsTakeAtMostTheirShare() {
    var budget = RepairBudget()
    var byteCount = 0
    for millisecond in 0..<10_000 where budget.take(byteCount: 1000, estimate: 1_000_000, at: at(millisecond)) {
      byteCount += 1000
    }

    // 15 % of a megabit for ten seconds and a half, and the packet that the rest pays for.
    #expect((196_000...198_000).contains(byteCount))
  }

  @Test func aBurstIsRepairedAtOnce() {
    var budget = RepairBudget()

    // Half a second of 150 kbit/s are 9375 bytes.
    let granted = (0..<20).filter { _ in budget.take(byteCount: 1000, estimate: 1_000_000, at: at(0)) }

    #expect(granted.count == 10)
  }

  @Test func tellsWhatTheLastSecondTook() {
    var budget = RepairBudget()
    for tenth in 0..<10 { _ = budget.take(byteCount: 500, estimate: 1_000_000, at: at(tenth * 100)) }
    #expect(budget.bitsPerSecond == 0)

    budget.advance(to: at(1000))
    #expect(budget.bitsPerSecond == 40_000)

    budget.advance(to: at(2000))
    #expect(budget.bitsPerSecond == 0)
  }

  private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }
}
