/// A run as a picture: estimate and arrivals against the capacity, and below them how long packets waited.
struct CongestionPlot {
  private struct Panel {
    var top: Double
    var height: Double
    var highest: Double

    func y(_ value: Double) -> Double { top + height * (1 - min(value / highest, 1)) }
  }

  private static let width = 800.0
  private static let left = 60.0
  private static let right = 20.0
  private static let colors = ["#0b6bcb", "#c2410c"]

  private let samples: [[CongestionSimulation.Sample]]
  private let title: String
  private let seconds: Double
  private let rates: Panel
  private let waits: Panel

  init(_ simulation: CongestionSimulation) {
    samples = simulation.samples.map(Self.thinned)
    title = simulation.profile.title
    seconds = samples[0].last?.seconds ?? 1
    // A moment without limit, as at the end of a hand-over, would flatten all the rest.
    let capacities = samples[0].map(\.capacity).sorted()
    let usual = capacities[capacities.count * 19 / 20]
    let highest = max(usual, samples.flatMap { $0 }.map(\.estimate).max() ?? 0)
    rates = Panel(top: 40, height: 220, highest: Self.rounded(highest * 1.15))
    waits = Panel(
      top: 300, height: 80, highest: Self.rounded(max(samples.flatMap { $0 }.map(\.queueing).max() ?? 0, 50)))
  }

  var svg: String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 420\" font-family=\"sans-serif\" font-size=\"12\">",
      "<rect width=\"800\" height=\"420\" fill=\"#fff\"/>",
      "<text x=\"\(Self.text(Self.left))\" y=\"20\" font-size=\"14\" font-weight=\"bold\">\(title)</text>",
    ]
    lines += axis(rates, unit: 1e6, name: "Mbit/s") + axis(waits, unit: 1, name: "ms queued") + timeAxis()
    lines.append(area(samples[0].map { ($0.seconds, $0.capacity) }, rates))
    for (index, series) in samples.enumerated() {
      let color = Self.colors[index % Self.colors.count]
      lines.append(curve(series.map { ($0.seconds, $0.received) }, rates, color, width: 0.6))
      lines.append(curve(series.map { ($0.seconds, $0.estimate) }, rates, color, width: 2))
      lines.append(curve(series.map { ($0.seconds, $0.queueing) }, waits, color, width: 1))
    }
    lines.append(
      "<text x=\"780\" y=\"20\" text-anchor=\"end\" fill=\"#444\">grey: capacity · bold: estimate · thin: received</text>"
    )
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// So many points as the picture is wide can show.
  private static func thinned(_ samples: [CongestionSimulation.Sample]) -> [CongestionSimulation.Sample] {
    let group = max(samples.count / 300, 1)
    return stride(from: 0, to: samples.count, by: group).map { start in
      let part = samples[start..<min(start + group, samples.count)]
      var sample = part[start]
      sample.received = part.reduce(0) { $0 + $1.received } / Double(part.count)
      sample.queueing = part.map(\.queueing).max() ?? 0
      return sample
    }
  }

  private func x(_ time: Double) -> Double { Self.left + (Self.width - Self.left - Self.right) * time / seconds }

  private func axis(_ panel: Panel, unit: Double, name: String) -> [String] {
    let lines = (0...4).map { step in
      let value = panel.highest * Double(step) / 4
      let y = Self.text(panel.y(value))
      return "<line x1=\"60\" x2=\"780\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"#ddd\"/>"
        + "<text x=\"54\" y=\"\(y)\" dy=\"4\" text-anchor=\"end\" fill=\"#444\">\(Self.text(value / unit))</text>"
    }
    return lines + ["<text x=\"60\" y=\"\(Self.text(panel.top - 6))\" fill=\"#444\">\(name)</text>"]
  }

  private func timeAxis() -> [String] {
    stride(from: 0, through: seconds + 0.01, by: 10).map { time in
      "<text x=\"\(Self.text(x(time)))\" y=\"400\" text-anchor=\"middle\" fill=\"#444\">\(Int(time)) s</text>"
    }
  }

  private func curve(_ points: [(Double, Double)], _ panel: Panel, _ color: String, width: Double) -> String {
    let list = points.map { "\(Self.text(x($0.0))),\(Self.text(panel.y($0.1)))" }.joined(separator: " ")
    return "<polyline fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(width)\" points=\"\(list)\"/>"
  }

  /// Only where the value changes, so that steps stay steps and the file small.
  private func area(_ points: [(Double, Double)], _ panel: Panel) -> String {
    var path = "M60 \(Self.text(panel.y(0)))"
    var previous: Double?
    for (time, value) in points where value != previous {
      let x = Self.text(previous == nil ? Self.left : x(time))
      path += "H\(x)V\(Self.text(panel.y(value)))"
      previous = value
    }
    return "<path fill=\"#e5e7eb\" d=\"\(path)H780V\(Self.text(panel.y(0)))Z\"/>"
  }

  /// The next of 1, 2, 4, 6, 8 times a power of ten.
  private static func rounded(_ value: Double) -> Double {
    var scale = 1.0
    while scale * 10 < value { scale *= 10 }
    return ([1.0, 2, 4, 6, 8, 10].first { $0 * scale >= value } ?? 10) * scale
  }

  private static func text(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }
}
