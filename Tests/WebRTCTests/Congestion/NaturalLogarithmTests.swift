import Testing
import WebRTC

@Suite struct NaturalLogarithmTests {
  @Test(arguments: [
    (1.0, 0.0), (2.0, 0.693_147_180_559_945_3), (10.0, 2.302_585_092_994_046), (0.5, -0.693_147_180_559_945_3),
    (1e-6, -13.815_510_557_964_274), (0.999_999, -1.000_000_500_000_333e-6), (20_000.0, 9.903_487_552_536_127),
  ])
  func agreesWithTheTables(value: Double, logarithm: Double) {
    #expect((naturalLogarithm(value) - logarithm).magnitude <= 1e-13 * max(logarithm.magnitude, 1))
  }
}
