/// Who the room belongs to.
///
/// While somebody is present who may own (host, cohost, speaker, participant), exactly one participant has the owner's mark and is
/// host, unless the owner is awaited after a restart.
package enum Ownership: Sendable, Equatable {
  /// Nobody who may own is there.
  case none
  /// The one who made the room, was given it, or brought the host key.
  case owner(ParticipantID)
  /// Stands in for an owner who is gone, and goes back to its former role when that one returns.
  case interim(ParticipantID, formerRole: Role)
  /// The room was made anew after a restart, and its owner may come back until then.
  case awaited(ParticipantID?, until: Timestamp)

  /// The participant with the owner's mark.
  package var holder: ParticipantID? {
    switch self {
    case .owner(let holder), .interim(let holder, _): holder
    case .none, .awaited: nil
    }
  }
}
