import FoundationEssentials
import Glibc

/// What the system tells of another process of this machine (proc(5)).
package struct ProcessWatch: Sendable {
  let pid: Int32

  package init(pid: Int32) {
    self.pid = pid
  }

  /// User and system time so far, in seconds; nil if there is no such process.
  package var processorSeconds: Double? {
    guard let text = Self.text("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else { return nil }
    // The name of the program, which stands in parentheses, may hold anything; the numbers follow it.
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// The memory that it occupies, in bytes.
  package var memoryByteCount: Int? {
    guard let text = Self.text("/proc/\(pid)/statm") else { return nil }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  private static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }
}
