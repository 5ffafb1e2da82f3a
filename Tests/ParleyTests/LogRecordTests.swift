import FoundationEssentials
import Logging
import Testing
import parley

@Suite struct LogRecordTests {
  private func record(_ message: String, _ metadata: [String: String] = [:]) -> LogRecord {
    LogRecord(
      time: Date(timeIntervalSince1970: 1_781_000_000.25), level: .warning, label: "parley", message: message,
      metadata: metadata)
  }

  @Test func writesALineForPeople() {
    #expect(
      record("It rains", ["b": "x y", "a": "1"]).line(.text)
        == #"2026-06-09T10:13:20.250Z WARNING  It rains a=1 b="x y""#)
  }

  @Test func writesALineForMachines() {
    #expect(
      record("It \"rains\"", ["room": "tea", "level": "x"]).line(.json)
        == #"{"time":"2026-06-09T10:13:20.250Z","level":"warning","logger":"parley","message":"It \"rains\"","#
        + #""level_":"x","room":"tea"}"#)
  }

  @Test(arguments: [LogFormat.text, .json])
  func staysOnOneLineWhateverAClientSent(format: LogFormat) {
    let line = record("a\nb\u{1B}[31m", ["name": "c\r\nd"]).line(format)

    #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
  }
}
