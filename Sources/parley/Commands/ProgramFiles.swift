import FoundationEssentials
import Glibc
import Signaling

/// Where the program finds what belongs to it.
enum ProgramFiles {
  /// A relative path is looked for in the working directory, beside the program, and where packages put such files.
  static func find(_ path: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    let home = directory
    let places = [path, "\(home)/\(path)", "\(home)/../share/parley/\(path)"]
    return places.first { FileManager.default.fileExists(atPath: $0) } ?? path
  }

  private static var directory: String {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "."
  }
}

/// What the operating system allows this process.
enum ProcessLimits {
  /// As many open files as may be had without asking: each connection is one.
  static func raiseOpenFiles() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}

enum StandardOutput {
  /// Writes at once, also into a pipe.
  static func printLine(_ line: String) { print(line, to: STDOUT_FILENO) }

  fileprivate static func print(_ line: String, to descriptor: Int32) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}

enum StandardError {
  /// What is no result: it does not get into a pipe.
  static func printLine(_ line: String) { StandardOutput.print(line, to: STDERR_FILENO) }
}

/// The address to tell people at start.
struct ServedAddress {
  private let publicURL: PublicURL?
  private let host: String
  private let isSecure: Bool

  init(_ configuration: HTTPServerConfiguration, isSecure: Bool) {
    publicURL = configuration.publicURL
    self.isSecure = isSecure
    let address = configuration.address
    let isWildcard = ["0.0.0.0", "::"].contains(address)
    host = isWildcard ? "localhost" : address.contains(":") ? "[\(address)]" : address
  }

  func url(port: Int) -> String {
    publicURL?.description ?? "\(isSecure ? "https" : "http")://\(host):\(port)"
  }
}
