package import CoreMetrics
import Synchronization

/// Keeps every metric of the program and writes them for Prometheus (text format 0.0.4).
///
/// A metric is known by name and labels. Labels must come from small sets; should a mistake make more series than
/// `seriesLimit`, further ones are counted together without labels.
package final class PrometheusRegistry: MetricsFactory, Sendable {
  private static let seriesLimit = 1000

  private enum Series {
    case counter(PrometheusNumber)
    case gauge(PrometheusNumber)
    case histogram(PrometheusHistogram)

    var kind: String {
      switch self {
      case .counter: "counter"
      case .gauge: "gauge"
      case .histogram: "histogram"
      }
    }
  }

  private struct Key: Hashable {
    let name: String
    let labels: String
  }

  private let series = Mutex<[Key: Series]>([:])

  package init() {}

  package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    counter(label, dimensions)
  }

  package func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
    -> any FloatingPointCounterHandler
  {
    counter(label, dimensions)
  }

  package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    gauge(label, dimensions)
  }

  package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    aggregate ? histogram(label, dimensions, .plain) : gauge(label, dimensions)
  }

  package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    histogram(label, dimensions, .seconds)
  }

  // A series lives as long as the program: Prometheus takes one that vanishes for a restart.
  package func destroyCounter(_ handler: any CounterHandler) {}
  package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  package func destroyMeter(_ handler: any MeterHandler) {}
  package func destroyRecorder(_ handler: any RecorderHandler) {}
  package func destroyTimer(_ handler: any TimerHandler) {}

  /// All series, by name.
  package func exposition() -> String {
    let series = series.withLock { $0 }.sorted { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }
    var text = ""
    var previousName: String?
    for (key, series) in series {
      if key.name != previousName { text += "# TYPE \(key.name) \(series.kind)\n" }
      previousName = key.name
      switch series {
      case .counter(let number), .gauge(let number): text += PrometheusText.line(key.name, key.labels, number.value)
      case .histogram(let histogram): text += histogram.lines(key.name, key.labels)
      }
    }
    return text
  }

  private func counter(_ label: String, _ dimensions: [(String, String)]) -> PrometheusNumber {
    find(label, dimensions, suffix: "_total") {
      guard case .counter(let number) = $0 else { return nil }
      return number
    } make: {
      let number = PrometheusNumber()
      return (number, .counter(number))
    }
  }

  private func gauge(_ label: String, _ dimensions: [(String, String)]) -> PrometheusNumber {
    find(label, dimensions, suffix: "") {
      guard case .gauge(let number) = $0 else { return nil }
      return number
    } make: {
      let number = PrometheusNumber()
      return (number, .gauge(number))
    }
  }

  private func histogram(_ label: String, _ dimensions: [(String, String)], _ unit: PrometheusHistogram.Unit)
    -> PrometheusHistogram
  {
    find(label, dimensions, suffix: unit.suffix) {
      guard case .histogram(let histogram) = $0 else { return nil }
      return histogram
    } make: {
      let histogram = PrometheusHistogram(unit: unit)
      return (histogram, .histogram(histogram))
    }
  }

  /// A name used for two kinds of metric keeps the first; the second is counted nowhere.
  private func find<Handler>(
    _ label: String, _ dimensions: [(String, String)], suffix: String, existing: (Series) -> Handler?,
    make: () -> (Handler, Series)
  ) -> Handler {
    let name = PrometheusText.name(label, suffix: suffix)
    return series.withLock { series in
      let isFull = series.count >= Self.seriesLimit
      let wanted = Key(name: name, labels: PrometheusText.labels(dimensions))
      let key = series[wanted] == nil && isFull ? Key(name: name, labels: "") : wanted
      if let known = series[key] { return existing(known) ?? make().0 }
      let (handler, new) = make()
      let hasOtherKind = series.contains { $0.key.name == name && $0.value.kind != new.kind }
      if !hasOtherKind { series[key] = new }
      return handler
    }
  }
}
