import Testing

@Suite struct PublishedExpectationTests {
  @Test(arguments: PublishedExpectation.all)
  func whatOthersAskOfTheirEstimatorsHolds(expectation: PublishedExpectation) {
    let run = CongestionSimulation.finished(expectation.profile)

    for check in expectation.checks {
      let value = expectation.value(of: check.measure, in: run)
      #expect(check.range.contains(value), "\(check.measure): \(value), published \(check.published)")
    }
  }
}
