import CoreMetrics
import Synchronization

/// How often values fell below each of some fixed bounds.
final class PrometheusHistogram: RecorderHandler, TimerHandler, Sendable {
  enum Unit {
    case seconds
    case plain

    var suffix: String { self == .seconds ? "_seconds" : "" }

    /// From half a millisecond (a static file) to ten seconds (a stalled client); counts and sizes by powers of four.
    var bounds: [Double] {
      switch self {
      case .seconds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
      case .plain: [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576]
      }
    }
  }

  private struct State {
    var counts: [UInt64]
    var sum = 0.0
  }

  private let bounds: [Double]
  private let state: Mutex<State>

  init(unit: Unit) {
    bounds = unit.bounds
    state = Mutex(State(counts: Array(repeating: 0, count: unit.bounds.count + 1)))
  }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
    state.withLock { state in
      state.counts[bucket] += 1
      state.sum += value
    }
  }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

  /// The cumulative buckets, the sum and the count.
  func lines(_ name: String, _ labels: String) -> String {
    let state = state.withLock { $0 }
    let separator = labels.isEmpty ? "" : ","
    var cumulative: UInt64 = 0
    var text = ""
    for (bound, count) in zip(bounds + [.infinity], state.counts) {
      cumulative += count
      let bucketLabels = "\(labels)\(separator)le=\"\(PrometheusText.number(bound))\""
      text += PrometheusText.line(name + "_bucket", bucketLabels, Double(cumulative))
    }
    text += PrometheusText.line(name + "_sum", labels, state.sum)
    text += PrometheusText.line(name + "_count", labels, Double(cumulative))
    return text
  }
}
