import Glibc

/// The processor time of this thread since it began, in nanoseconds.
func threadTime() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
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
