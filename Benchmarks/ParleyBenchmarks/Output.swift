import Glibc
import NIOPosix

/// Prints one JSON object of numbers on a line and sends it on its way at once: who started us is waiting for it.
func show(_ figures: KeyValuePairs<String, String>) {
  print("{" + figures.map { #""\#($0)": \#($1)"# }.joined(separator: ", ") + "}")
  fflush(nil)
}

/// Waits for a line of the standard input, or its end, without holding up the load.
func nextLine() async {
  _ = try? await NIOThreadPool.singleton.runIfActive { readLine() }
}

/// A steady clock in nanoseconds.
func steadyNanoseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// The value below which this share of the sorted values lies.
func percentile(_ share: Double, of sorted: [Int64]) -> Int64 {
  guard !sorted.isEmpty else { return 0 }
  return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

/// Nanoseconds as a number of milliseconds.
func milliseconds(_ nanoseconds: Int64) -> String {
  "\(Double(nanoseconds / 1000) / 1000)"
}

/// The string value of the first field of this name in a JSON text.
func field(_ name: String, in message: String) -> String? {
  guard let start = message.firstRange(of: #""\#(name)":""#)?.upperBound else { return nil }
  return String(message[start...].prefix { $0 != "\"" })
}
