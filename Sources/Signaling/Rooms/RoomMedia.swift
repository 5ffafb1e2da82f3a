/// What a room has at the media plane, and what its participants have asked of it.
struct RoomMedia: Sendable {
  enum Plane: Sendable, Equatable {
    case closed
    case open(MediaMode, since: Timestamp)
    /// It was lost again too soon after it was opened; what fails at once must not be asked for in a circle.
    case failed(retriesAt: Timestamp)
  }

  enum Attendance: Sendable, Equatable {
    case added(at: Timestamp)
    /// Lost again too soon after it was added.
    case lost(returnsAt: Timestamp)
  }

  /// What was lost after it has lasted so long is asked for at once, what failed sooner only then.
  static let retryInterval = Duration.seconds(2)

  var plane = Plane.closed
  /// Whether the media plane serves nobody more at present, as of when it was looked last.
  var isFull = false
  /// Who was added, while it is open.
  var attendance: [ParticipantID: Attendance] = [:]
  /// Tracks each wants, published or not.
  var wanted: [ParticipantID: Set<MediaTrack>] = [:]
  var exchanges: [ParticipantID: MediaExchange<RequestTicket>] = [:]
  var qualities = Qualities()

  /// When something is to be asked for again, or told.
  var nextDeadline: Timestamp? {
    var times = qualities.nextDeadline.map { [$0] } ?? []
    if case .failed(let retriesAt) = plane { times.append(retriesAt) }
    for case .lost(let returnsAt) in attendance.values { times.append(returnsAt) }
    return times.min()
  }

  /// Requests of these kinds that will not be answered any more.
  mutating func giveUp(_ kinds: [MediaExchange<RequestTicket>.Kind], of id: ParticipantID) -> [RequestTicket] {
    exchanges[id]?.removeAll(kinds) ?? []
  }

  /// Whether the media plane knows this participant.
  func has(_ id: ParticipantID) -> Bool {
    if case .added = attendance[id] { true } else { false }
  }
}

/// A request that is kept until the media plane has answered it.
package struct RequestTicket: Hashable, Sendable {
  let number: Int
}
