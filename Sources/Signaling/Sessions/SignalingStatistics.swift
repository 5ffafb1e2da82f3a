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
  /// Participants whose media is rated, by direction and rating.
  package var qualities: [RatedDirection: Int] = [:]

  package init() {}

  mutating func count(_ quality: MediaQuality) {
    let ratings: [(RatedDirection.Direction, MediaQuality.Rating?)] = [
      (.publishing, quality.publishing), (.receiving, quality.receiving),
    ]
    for case (let direction, let rating?) in ratings {
      qualities[RatedDirection(direction: direction, rating: rating), default: 0] += 1
    }
  }
}

/// How one of a participant's two directions does.
package struct RatedDirection: Hashable, Sendable {
  package enum Direction: String, Sendable, CaseIterable { case publishing, receiving }

  package let direction: Direction
  package let rating: MediaQuality.Rating

  package init(direction: Direction, rating: MediaQuality.Rating) {
    (self.direction, self.rating) = (direction, rating)
  }

  /// All that a rating can be: only a good one has no reason to give.
  static let all = Direction.allCases.flatMap { direction in
    MediaQuality.Level.allCases.flatMap { level in
      let reasons: [MediaQuality.Reason?] = level == .good ? [nil] : [nil] + MediaQuality.Reason.allCases
      return reasons.map { RatedDirection(direction: direction, rating: MediaQuality.Rating(level, $0)) }
    }
  }
}
