import TestSupport
import Testing
import WebRTC

/// How often sound is repeated, by what is said to be lost of each hundred packets.
@Suite struct SoundRedundancyTests {
  private var redundancy = SoundRedundancy()

  private mutating func report(_ lost: Int, times count: Int = 1) {
    for _ in 0..<count { redundancy.receive(lost: lost, of: 100) }
  }

  @Test mutating func aBadReportIsEnoughAndALittleLossIsNot() {
    report(3, times: 10)
    let afterALittle = redundancy.generations
    report(10)

    #expect(afterALittle == 0)
    #expect(redundancy.generations == 1)
  }

  @Test mutating func twoAreRepeatedWhereTwoInARowAreLost() {
    report(20, times: 3)

    #expect(redundancy.generations == 2)
  }

  @Test mutating func itGoesOnUntilNothingIsLostAnyMore() {
    report(20, times: 4)

    report(9, times: 10)
    let atNine = redundancy.generations
    report(3, times: 10)
    let atThree = redundancy.generations
    report(0)
    let soon = redundancy.generations
    report(0, times: 5)

    #expect(atNine == 2 && atThree == 1 && soon == 1, "\(atNine) \(atThree) \(soon)")
    #expect(redundancy.generations == 0)
  }

  @Test mutating func aFewPacketsSayNothingUntilMoreAreTold() {
    for _ in 0..<4 { redundancy.receive(lost: 2, of: 10) }
    let afterFew = redundancy.generations
    for _ in 0..<2 { redundancy.receive(lost: 2, of: 10) }

    #expect(afterFew == 0)
    #expect(redundancy.generations == 1)
  }

  @Test mutating func whatCameLateAfterAllIsNotLost() {
    for _ in 0..<20 {
      redundancy.receive(lost: 20, of: 40)
      redundancy.receive(lost: -20, of: 40)
    }

    #expect(redundancy.generations == 0)
  }

  @Test mutating func halfASecondOfReportsOnArrivalsIsEnough() {
    for _ in 0..<10 { redundancy.receive(lost: 1, of: 10) }

    #expect(redundancy.generations == 1)
  }
}
