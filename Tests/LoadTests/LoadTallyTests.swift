import Load
import RTP
import Testing

@Suite struct LoadTallyTests {
  @Test func whatAPartCountsTheWholeCountsToo() {
    let whole = LoadTally(run: 3)
    let parts = [LoadTally(partOf: whole), LoadTally(partOf: whole)]
    for tally in [whole] + parts { tally.begin(at: .zero + .seconds(1)) }

    parts[0].count(at: .zero + .seconds(2)) { $0.packets += 2 }
    parts[1].count(at: .zero + .seconds(2)) { $0.packets += 3 }
    whole.count(at: .zero + .seconds(2)) { $0.packets += 4 }
    parts[1].count(at: .zero) { $0.packets += 100 }
    for tally in [whole] + parts { tally.close(at: .zero + .seconds(3)) }
    parts[1].count(at: .zero + .seconds(3)) { $0.packets += 100 }

    #expect(parts.map(\.run) == [3, 3])
    #expect(parts.map { $0.end().packets } == [2, 3])
    let figures = whole.end()
    #expect(figures.packets == 9 && figures.seconds == 2)
  }

  @Test func figuresAddWhatStreamsMissed() {
    var figures = LoadFigures()
    figures.count([
      StreamFigures(mid: "0", isVideo: true, packets: 9, pictures: 3, expected: 10, missed: 2),
      StreamFigures(mid: "1", isVideo: false, packets: 5, pictures: 0, expected: 5, missed: 0),
    ])
    #expect(figures.expected == 15 && figures.missed == 2)
  }
}
