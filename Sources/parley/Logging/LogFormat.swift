/// How log records are written (`LOG_FORMAT`).
package enum LogFormat: String, CaseIterable, Sendable {
  case text
  case json
}
