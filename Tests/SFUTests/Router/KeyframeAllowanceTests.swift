import RTP
import SFU
import Testing

@Suite struct KeyframeAllowanceTests {
  @Test func threeAreThereAtOnceAndOneMoreEveryThirdOfTenSeconds() {
    var allowance = KeyframeAllowance()
    var taken: [Int] = []
    for second in 100..<120 where allowance.take(at: .zero + .seconds(second)) { taken.append(second - 100) }
    #expect(taken == [0, 1, 2, 4, 7, 10, 14, 17])
  }

  @Test func noMoreThanThreeAreSavedUp() {
    var allowance = KeyframeAllowance()
    let taken = (0..<10).filter { _ in allowance.take(at: .zero + .seconds(3600)) }
    #expect(taken.count == 3)
  }
}
