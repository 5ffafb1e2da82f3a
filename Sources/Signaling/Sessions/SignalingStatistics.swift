/// How much is going on, for metrics and the admin.
package struct SignalingStatistics: Sendable, Equatable {
  package var sessions = 0
  package var rooms: [Topology: Int] = [:]
  package var participants = 0
  package var waiting = 0
  /// Connection tests under way.
  package var echoes = 0

  package init() {}
}
