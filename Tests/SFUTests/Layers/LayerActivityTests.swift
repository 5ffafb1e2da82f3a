import SFU
import Testing

/// Which layer of a simulcast is the highest that is active.
@Suite struct LayerActivityTests {
  @Test func countsBitsOfTheLastPeriod() {
    var activity = LayerActivity()
    activity.receive(byteCount: 1000)
    activity.receive(byteCount: 250)

    activity.close(after: .milliseconds(500))
    let first = activity.bitsPerSecond
    activity.close(after: .milliseconds(500))

    #expect(first == 20_000)
    #expect(activity.bitsPerSecond == 0)
  }

  @Test(
    arguments: [
      ([], nil, nil), ([0, 0], 0, 0), ([100, 400, 900], nil, 2), ([100, 400, 900], 0, 2),
      ([100, 400, 420], 1, 1), ([100, 0, 0], 2, 0), ([100, 400, 501], 1, 2), ([100], 3, 0),
    ] as [([Int], Int?, Int?)])
  func takesWhatIsClearlyMore(rates: [Int], present: Int?, expected: Int?) {
    let layers = rates.map { rate in
      var activity = LayerActivity()
      activity.receive(byteCount: rate)
      activity.close(after: .seconds(1))
      return activity
    }

    #expect(LayerActivity.highest(of: layers, present: present) == expected)
  }
}
