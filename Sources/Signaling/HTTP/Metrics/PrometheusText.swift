/// Names, labels and numbers as Prometheus reads them.
enum PrometheusText {
  /// `parley_` in front, only allowed characters, the unit or `_total` at the end.
  static func name(_ label: String, suffix: String) -> String {
    let allowed = label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    var name = String(allowed)
    if !name.hasPrefix("parley_") { name = "parley_" + name }
    return name.hasSuffix(suffix) ? name : name + suffix
  }

  /// `key="value",…` sorted by key, so that the same labels are the same series.
  static func labels(_ dimensions: [(String, String)]) -> String {
    dimensions.sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
  }

  static func line(_ name: String, _ labels: String, _ value: Double) -> String {
    "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(number(value))\n"
  }

  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int64(exactly: value).map(String.init) ?? "\(value)"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
