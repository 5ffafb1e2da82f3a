/// The natural logarithm of a positive finite number, to about fifteen digits.
///
/// Our own, because this floor has no C library, and because the same bits everywhere make a simulation repeatable everywhere.
/// With x = m · 2ᵉ and 1 ≤ m < 2: ln x = e · ln 2 + 2 · artanh((m − 1) / (m + 1)), by its power series.
package func naturalLogarithm(_ value: Double) -> Double {
  precondition(value > 0 && value.isFinite, "only positive numbers have a logarithm")
  // Around √½…√2 the argument of the series stays below 0.18, where eight terms are enough.
  let isLarge = value.significand > 1.414_213_562_373_095
  let significand = isLarge ? value.significand / 2 : value.significand
  let exponent = Double(value.exponent) + (isLarge ? 1 : 0)
  let ratio = (significand - 1) / (significand + 1)
  let square = ratio * ratio
  var (sum, power) = (0.0, ratio)
  for divisor in stride(from: 1.0, through: 17, by: 2) {
    sum += power / divisor
    power *= square
  }
  return exponent * 0.693_147_180_559_945_3 + 2 * sum
}
