package import FoundationEssentials
import Glibc
package import Logging

/// Writes each log record as one line to the standard error.
package struct LineLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let format: LogFormat

  package init(label: String, format: LogFormat, level: Logger.Level) {
    self.label = label
    self.format = format
    logLevel = level
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
    if let given = event.metadata { all.merge(given) { _, new in new } }
    let record = LogRecord(
      time: Date(), level: event.level, label: label, message: event.message.description,
      metadata: all.mapValues(\.description))
    let line = Array((record.line(format) + "\n").utf8)
    // One call per line, so that lines of several threads do not mix. When nobody listens there is nobody to tell.
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

/// One log record and its two shapes.
package struct LogRecord: Sendable {
  let time: Date
  let level: Logger.Level
  let label: String
  let message: String
  let metadata: [String: String]

  package init(time: Date, level: Logger.Level, label: String, message: String, metadata: [String: String]) {
    self.time = time
    self.level = level
    self.label = label
    self.message = message
    self.metadata = metadata
  }

  package func line(_ format: LogFormat) -> String {
    switch format {
    case .text: text
    case .json: json
    }
  }

  private var timestamp: String {
    time.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
  }

  private var text: String {
    let level = level.rawValue.uppercased().padded(to: 8)
    let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value))" }
    return "\(timestamp) \(level) \(Self.singleLine(message))\(pairs.joined())"
  }

  /// The members of the record first, then the metadata, which cannot hide them.
  private var json: String {
    var members = [("time", timestamp), ("level", level.rawValue), ("logger", label), ("message", message)]
    let taken = Set(members.map(\.0))
    members += metadata.sorted { $0.key < $1.key }.map { (taken.contains($0.key) ? $0.key + "_" : $0.key, $0.value) }
    return "{" + members.map { "\(Self.jsonString($0.0)):\(Self.jsonString($0.1))" }.joined(separator: ",") + "}"
  }

  private static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && value.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0 != "=" }
    return isPlain ? singleLine(value) : jsonString(value)
  }

  /// What a client sent must not look like a line of ours.
  private static func singleLine(_ text: String) -> String {
    text.unicodeScalars.contains { $0.value < 0x20 } ? String(jsonString(text).dropFirst().dropLast()) : text
  }

  /// RFC 8259 §7.
  private static func jsonString(_ text: String) -> String {
    var string = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": string += "\\\""
      case "\\": string += "\\\\"
      case "\n": string += "\\n"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        string += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: string.unicodeScalars.append(scalar)
      }
    }
    return string + "\""
  }
}

extension String {
  fileprivate func padded(to count: Int) -> String { self + String(repeating: " ", count: max(0, count - self.count)) }
}
