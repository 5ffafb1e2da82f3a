import CSockets

/// The processor time of this thread since it began, in nanoseconds.
func threadTime() -> Int64 {
  csockets_thread_processor_time()
}

/// Runs `body`, which does something `count` times, and prints the median time of one in `unit`.
func report(_ name: String, count: Int, unit: (name: String, nanoseconds: Double), _ body: () throws -> Void) rethrows {
  var times: [Double] = []
  for _ in 0..<7 {
    let start = threadTime()
    try body()
    times.append(Double(threadTime() - start) / Double(count) / unit.nanoseconds)
  }
  let median = (times.sorted()[times.count / 2] * 10).rounded() / 10
  let padding = String(repeating: " ", count: max(1, 56 - name.count))
  print("\(name)\(padding)\(median) \(unit.name)")
}
