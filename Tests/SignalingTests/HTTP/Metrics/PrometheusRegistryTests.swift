import CoreMetrics
import Metrics
import Signaling
import Testing

@Suite struct PrometheusRegistryTests {
  private let registry = PrometheusRegistry()

  @Test func writesCountersGaugesAndLabels() {
    Counter(label: "messages", dimensions: [("type", "sendChat"), ("direction", "in")], factory: registry).increment(
      by: 3)
    Counter(label: "messages", dimensions: [("direction", "in"), ("type", "sendChat")], factory: registry).increment()
    Gauge(label: "parley_rooms-open", factory: registry).record(2.5)

    #expect(
      registry.exposition() == """
        # TYPE parley_messages_total counter
        parley_messages_total{direction="in",type="sendChat"} 4
        # TYPE parley_rooms_open gauge
        parley_rooms_open 2.5

        """)
  }

  @Test func writesDurationsInSecondsAsCumulativeBuckets() {
    let timer = Timer(label: "join", factory: registry)
    for milliseconds in [1, 20, 20_000] { timer.recordMilliseconds(milliseconds) }
    let lines = registry.exposition().split(separator: "\n")

    #expect(lines.first == "# TYPE parley_join_seconds histogram")
    #expect(lines.contains(#"parley_join_seconds_bucket{le="0.001"} 1"#))
    #expect(lines.contains(#"parley_join_seconds_bucket{le="0.01"} 1"#))
    #expect(lines.contains(#"parley_join_seconds_bucket{le="0.025"} 2"#))
    #expect(lines.contains(#"parley_join_seconds_bucket{le="10"} 2"#))
    #expect(lines.contains(#"parley_join_seconds_bucket{le="+Inf"} 3"#))
    #expect(lines.contains("parley_join_seconds_count 3"))
    #expect(lines.contains("parley_join_seconds_sum 20.021"))
  }

  @Test func escapesLabels() {
    Counter(label: "errors", dimensions: [("code", "a\"b\\c\nd")], factory: registry).increment()
    #expect(registry.exposition().contains(#"parley_errors_total{code="a\"b\\c\nd"} 1"#))
  }

  @Test func countsTogetherWhatIsTooManySeries() {
    for number in 0..<3000 {
      Counter(label: "visits", dimensions: [("page", "\(number)")], factory: registry).increment()
    }
    let lines = registry.exposition().split(separator: "\n")

    #expect(lines.count <= 1002)
    #expect(lines.contains("parley_visits_total 2000"))
  }

  @Test func keepsTheFirstKindOfAName() {
    Gauge(label: "depth", factory: registry).record(1)
    Recorder(label: "depth", factory: registry).record(5)

    #expect(registry.exposition() == "# TYPE parley_depth gauge\nparley_depth 1\n")
  }

  @Test func losesNoCountOfManyThreads() async {
    let counter = Counter(label: "hits", factory: registry)
    await withDiscardingTaskGroup { group in
      for _ in 0..<4 { group.addTask { for _ in 0..<10_000 { counter.increment() } } }
    }
    #expect(registry.exposition().hasSuffix("parley_hits_total 40000\n"))
  }
}
