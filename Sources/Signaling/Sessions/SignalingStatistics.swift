/// How much is going on, for metrics and the admin.
package struct SignalingStatistics: Sendable, Equatable {
  package var sessions = 0
  package var rooms: [Topology: Int] = [:]
  package var participants = 0
  package var waiting = 0
  /// Who watches by WHEP.
  package var viewers = 0
  /// Sessions of WHIP and WHEP.
  package var streams: [StreamProtocol: Int] = [:]
  /// Connection tests under way.
  package var echoes = 0

  package init() {}
}
