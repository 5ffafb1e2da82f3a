import Load
import RTP
import Testing

@Suite struct TemporalPatternTests {
  @Test(arguments: [(1, [0, 0, 0, 0, 0]), (2, [0, 1, 0, 1, 0]), (3, [0, 2, 1, 2, 0])])
  func picturesBelongToLayersInTurn(layerCount: Int, ids: [Int]) {
    let pattern = TemporalPattern(layerCount: layerCount)
    #expect((0..<5).map { Int(pattern[$0].place.id) } == ids)
    let percent = (0..<4).reduce(0) { $0 + pattern[$1].percent }
    #expect(percent == 400, "together they take what all take")
  }

  @Test func oneGoesUpOnlyWhereNothingIsReferredToThatOneLacks() {
    let pattern = TemporalPattern(layerCount: 3)
    #expect((0..<4).map { pattern[$0].place.isSwitchingPoint } == [false, true, true, false])
  }
}
